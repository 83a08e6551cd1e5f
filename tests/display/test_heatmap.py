from dataclasses import replace

import cv2
import numpy as np
import pytest

from geoloc_core.display.heatmap import (
    Look,
    as_png,
    credit_line_share,
    draw_evidence,
    drawing_size,
    outline_row,
    overlay,
    spread,
)
from geoloc_core.images.credit_line import mask_box
from tests.pages.stand_in import StandIn, painted

GREY = np.full((256, 256, 3), 128, np.uint8)


def test_evidence_lies_where_the_network_had_it():
    evidence = np.zeros((8, 8), np.float32)
    evidence[2, 5] = 1
    heat = spread(evidence, 256, 256, "none")
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    assert (row // 32, column // 32) == (2, 5)
    assert heat.min() == 0


def test_cropped_evidence_covers_the_image_above_the_row_only():
    heat = spread(np.ones((8, 8), np.float32), 256, 320, "crop")
    assert np.allclose(heat[:240], 1)
    assert (heat[240:] == 0).all()
    assert np.allclose(spread(np.ones((8, 8), np.float32), 256, 320, "box"), 1)


def test_without_opacity_or_evidence_the_image_is_as_it_was():
    heat = np.linspace(0, 1, 256 * 256, dtype=np.float32).reshape(256, 256)
    assert (overlay(GREY, heat, 1.0, 0.0) == GREY).all()
    assert (overlay(GREY, 0 * heat, 0.0, 1.0) == GREY).all()
    shown = overlay(GREY, heat, 1.0, 1.0)
    assert (shown[0, 0] == GREY[0, 0]).all()
    assert shown[-1, -1].tolist() == [252, 253, 196]


def test_the_outline_runs_around_the_row_and_changes_nothing_else():
    outlined = outline_row(GREY)
    changed = (outlined != GREY).any(axis=2)
    rows = np.flatnonzero(changed.any(axis=1))
    assert (rows.min(), rows.max()) == (240, 255)
    assert changed[240].all()
    assert not changed[243:252, 10:-10].any()
    assert (GREY == 128).all()


@pytest.mark.parametrize("size", [(40, 30), (3000, 20), (1, 1)])
def test_any_image_is_drawn_at_640_pixels(size):
    drawn = drawing_size(np.zeros((*size, 3), np.uint8))
    assert max(drawn.shape[:2]) == 640
    assert min(drawn.shape[:2]) >= 1


@pytest.mark.parametrize(
    ("mask", "as_seen", "rows"),
    [("crop", True, mask_box("crop", 640, 640)[1]), ("crop", False, 640), ("box", True, 640)],
)
def test_an_image_is_shown_whole_or_as_the_network_saw_it(mask, as_seen, rows):
    look = Look(as_seen=as_seen, row=False, heat=False)
    shown = draw_evidence(GREY, np.zeros((8, 8), np.float32), 0.0, mask, look)
    assert len(shown) == rows
    assert (shown[-1, -1] == 255).all() == (mask == "box")


def test_a_png_holds_the_very_pixels():
    pixels = np.random.default_rng(3).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    decoded = cv2.imdecode(np.frombuffer(as_png(pixels), np.uint8), cv2.IMREAD_COLOR)
    assert (decoded[..., ::-1] == pixels).all()


@pytest.fixture(scope="module")
def prediction():
    return StandIn("masked").predict([painted(21)], "none")


def with_evidence(prediction, rows, mask="none"):
    """All relevance in the given rows of an 8 by 8 map, for cell 5."""
    evidence = np.zeros_like(prediction.evidence)
    evidence[0, 5, rows] = 1.0
    return replace(prediction, evidence=evidence, mask=mask)


def test_even_relevance_lies_in_the_credit_line_as_its_area_does(prediction):
    share = credit_line_share(with_evidence(prediction, slice(None)), 5)
    assert share == pytest.approx(1 / 16)


def test_relevance_at_the_bottom_lies_mostly_in_the_credit_line(prediction):
    assert credit_line_share(with_evidence(prediction, 7), 5) > 0.4  # half of the map's last step
    assert credit_line_share(with_evidence(prediction, 0), 5) == pytest.approx(0, abs=1e-6)


def test_a_cropped_credit_line_and_no_evidence_have_no_share(prediction):
    assert credit_line_share(with_evidence(prediction, 7, "crop"), 5) is None
    assert credit_line_share(with_evidence(prediction, []), 5) is None
