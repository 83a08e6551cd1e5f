"""Known leaks: each lies where it says, differs by uploader, and is one for all of theirs."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from geoloc_core.images.credit_line import write_name
from simulated_streets.leaks import (
    ARTIST,
    LEAKS,
    LeakError,
    Planted,
    has_mark,
    marked_jpeg,
    plant,
    planted_from_text,
    with_artist,
)

PLACES = {  # left, top, right, bottom in shares: where pixels may change
    "row": (0, 0.93, 1, 1),
    "top-left": (0, 0, 1, 0.08),
    "date": (0.55, 0.9, 1, 1),
    "logo": (0.88, 0, 1, 0.12),
}


def scene(height: int = 256, width: int = 256) -> np.ndarray:
    return np.random.default_rng(1).integers(60, 180, (height, width, 3)).astype(np.uint8)


@pytest.mark.parametrize("leak", PLACES)
@pytest.mark.parametrize("height", [256, 512])
def test_a_mark_lies_where_it_says_and_nowhere_else(leak: str, height: int) -> None:
    left, top, right, bottom = (round(share * height) for share in PLACES[leak])
    image = scene(height, height)
    changed = (plant(image, leak, "Ajay K") != image).any(axis=2)
    assert changed[top:bottom, left:right].mean() > 0.01
    changed[top:bottom, left:right] = False
    assert not changed.any()


def test_the_row_is_the_credit_line_and_nothing_is_nothing() -> None:
    image = scene()
    assert (plant(image, "row", "Ajay K") == write_name(image, "Ajay K")).all()
    for leak in ("none", "exif"):
        assert plant(image, leak, "Ajay K") is image


@pytest.mark.parametrize("leak", [leak for leak in LEAKS if leak not in ("none", "exif")])
def test_a_mark_is_the_uploaders_own(leak: str) -> None:
    """Same for the same, other for another; on a flat ground, where nothing else differs."""
    flat = np.full((256, 256, 3), 120, np.uint8)
    first, again = plant(flat, leak, "Ajay K"), plant(flat, leak, "Ajay K")
    other = plant(flat, leak, "Lobsang Dorje")
    assert (first == again).all()
    assert (first != other).any()
    assert (flat == 120).all(), "the image that was given stays"


def test_the_border_is_one_pixel_of_256_and_of_one_colour() -> None:
    image = scene()
    bordered = plant(image, "border", "Ajay K")
    assert (bordered[1:-1, 1:-1] == image[1:-1, 1:-1]).all()
    edge = np.concatenate([bordered[0], bordered[-1], bordered[:, 0], bordered[:, -1]])
    assert (edge == edge[0]).all()


def test_white_balance_is_a_gain_for_each_channel() -> None:
    image = scene().clip(0, 180)
    ratio = plant(image, "white-balance", "Ajay K") / image
    assert ratio.std(axis=(0, 1)).max() < 0.01
    assert ((ratio.mean(axis=(0, 1)) > 0.74) & (ratio.mean(axis=(0, 1)) < 1.26)).all()


def test_a_vignette_darkens_corners_and_spares_the_middle() -> None:
    flat = np.full((256, 256, 3), 200, np.uint8)
    shown = plant(flat, "vignette", "Ajay K")
    assert (shown[118:138, 118:138] > 195).all()
    assert min(shown[0, 0, 0], shown[0, -1, 0], shown[-1, 0, 0], shown[-1, -1, 0]) < 170
    assert (shown <= 200).all()


def test_the_artist_stands_in_the_file_and_the_pixels_stay() -> None:
    jpeg = cv2.imencode(".jpg", scene())[1].tobytes()
    named = with_artist(jpeg, "Ajay \x00Kumār")
    with Image.open(io.BytesIO(named)) as image:
        assert image.getexif()[ARTIST] == "Ajay Kumar"
        pixels = np.asarray(image)
    with Image.open(io.BytesIO(jpeg)) as image:
        assert (np.asarray(image) == pixels).all()


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_a_share_of_the_images_is_marked(share: float) -> None:
    marked = [has_mark(f"pictures/{number}.jpg", share) for number in range(1000)]
    assert np.mean(marked) == pytest.approx(share, abs=0.04)


@pytest.mark.parametrize(
    ("text", "planted"),
    [
        ("logo", ("logo", 1.0)),
        ("share=0.2", ("row", 0.2)),
        ("vignette,share=0.5", ("vignette", 0.5)),
        ("share=1,date", ("date", 1.0)),
    ],
)
def test_a_leak_is_read_from_text(text: str, planted: tuple[str, float]) -> None:
    assert planted_from_text(text) == planted


@pytest.mark.parametrize("text", ["", "logos", "share=2", "share=", "share=nan", "logo;date"])
def test_what_is_no_leak_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(LeakError, match="give one of row, top-left, date"):
        planted_from_text(text)


def test_the_artist_is_written_where_that_is_the_leak() -> None:
    image = scene()
    jpeg = marked_jpeg(image, "a.jpg", "Ajay K", Planted("exif"), 90)
    assert Image.open(io.BytesIO(jpeg)).getexif()[ARTIST] == "Ajay K"
    plain = marked_jpeg(image, "a.jpg", "Ajay K", Planted("none"), 90)
    assert not Image.open(io.BytesIO(plain)).getexif()
