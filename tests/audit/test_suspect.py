from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.audit.suspect import (
    GREY,
    ROW,
    Suspect,
    SuspectError,
    control_box,
    hide,
    repaint,
    suspect_from_text,
)
from geoloc_core.images.credit_line import mask_box, write_name

CORNER = Suspect(0.7, 0.05, 0.95, 0.15)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def test_row_is_the_credit_line_of_any_image() -> None:
    for height in range(1, 700):
        assert ROW.box(height, 300) == mask_box("crop", height, 300)
    assert ROW.area == 1 / 16


@pytest.mark.parametrize(
    "text", ["", "0,0,1", "0.5,0,0.5,0.1", "0,0.9,1,1.1", "a,b,c,d", "-0.1,0,0.1,0.1", "nan,0,1,1"]
)
def test_what_is_no_rectangle_is_refused_in_words(text: str) -> None:
    with pytest.raises(SuspectError, match="shares of the image"):
        suspect_from_text(text)


def test_a_region_without_room_for_a_control_is_refused() -> None:
    with pytest.raises(SuspectError, match="too large"):
        Suspect(0, 0.4, 1, 1)
    assert Suspect(0, 0.5, 1, 1).sides() == ["above"]


def test_text_gives_the_rectangle() -> None:
    assert suspect_from_text("0, 0.9375, 1, 1") == ROW


def test_hide_paints_the_region_and_nothing_else() -> None:
    pixels = noise(100, 80)
    hidden = hide(pixels, CORNER)
    assert (hidden[5:15, 56:76] == GREY).all()
    hidden[5:15, 56:76] = pixels[5:15, 56:76]
    assert (hidden == pixels).all()


@pytest.mark.parametrize("suspect", [ROW, CORNER, Suspect(0, 0, 0.5, 1), Suspect(0, 0.5, 1, 1)])
def test_controls_have_the_regions_size_lie_inside_and_do_not_touch_it(suspect: Suspect) -> None:
    random = np.random.default_rng(0)
    for height, width in ((256, 256), (101, 67)):
        left, top, right, bottom = suspect.box(height, width)
        boxes = [control_box(suspect, height, width, random) for _ in range(300)]
        for x0, y0, x1, y1 in boxes:
            assert (x1 - x0, y1 - y0) == (right - left, bottom - top)
            assert min(x0, y0, width - x1, height - y1) >= 0
            overlap_x, overlap_y = min(right, x1) - max(left, x0), min(bottom, y1) - max(top, y0)
            # an odd side cut in two halves leaves one line to share
            assert overlap_x <= 0 or overlap_y <= 0 or min(overlap_x, overlap_y) == 1
        assert len(set(boxes)) > 1 or len(suspect.sides()) == 1


def test_controls_of_the_row_reach_every_line_above_it() -> None:
    random = np.random.default_rng(0)
    tops = {control_box(ROW, 64, 64, random)[1] for _ in range(2000)}
    assert tops == set(range(57))


def test_repainting_wipes_a_name_out() -> None:
    ground = np.full((256, 256, 3), (120, 100, 80), np.uint8)
    ground[::7] += 40
    named = write_name(ground, "Ananya Krishnamurthy")
    assert (named != ground).any()
    wiped = repaint(named, ROW)
    assert (wiped == repaint(ground, ROW)).all()
    assert (wiped[:240] == named[:240]).all()
    assert abs(int(wiped[240:].mean()) - int(ground.mean())) < 6


def test_repainting_mirrors_the_side_that_has_room() -> None:
    pixels = np.zeros((60, 90, 3), np.uint8)
    pixels[:, 30:60] = np.arange(30)[:, None] * 8  # brighter to the right
    strip = Suspect(0, 0, 1 / 3, 1)
    repainted = repaint(pixels, strip)
    assert (np.diff(repainted[30, :30, 0].astype(int)) <= 0).all()  # mirrored: brighter to the left
    assert (repainted[:, 30:] == pixels[:, 30:]).all()
