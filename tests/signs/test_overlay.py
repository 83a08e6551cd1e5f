"""Names, dates and watermarks written onto a photo move nothing: that would be a leak.

The words are written exactly where a reader would find them, and the reader here is a perfect one:
what keeps them out is told from the pixels and the place alone.
"""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from geoloc_core.images.credit_line import mask_box, write_name
from geoloc_core.signs.overlay import in_margin, is_steep, looks_stamped, off_level, overlaid
from geoloc_core.signs.read import LineReader, read_signs
from geoloc_core.signs.scripts import CLASSES
from tests.signs.inks import ink
from tests.signs.scenes import put_sign, scene, texture, write_over

SIZES = (10, 16, 24, 40, 64)
PLACES = ("bottom left", "bottom middle", "bottom right", "top left", "top middle", "top right")
COLOURS = ((255, 255, 255), (0, 0, 0), (255, 176, 32))


def latin(text: str, size: int) -> np.ndarray:
    """Coverage (h, w) of a text in a screen's font, `size` pixels high about."""
    font = ImageFont.load_default(size)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(text))
    image = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(image).text((-left, -top), text, 255, font)
    return np.asarray(image, np.float32) / 255


def words(kind: str, size: int) -> np.ndarray:
    if kind == "Devanagari":
        return ink("Devanagari", size)
    return latin({"name": "Asha Rao, Jaipur", "stamp": "2021-11-26 17:45"}[kind], size)


def at(place: str, letters: np.ndarray, width: int, height: int) -> tuple[int, int]:
    """Left and top of letters that stand in a corner or in the bottom or top row."""
    rows, columns = letters.shape
    margin = max(2, rows // 3)
    row, column = place.split()
    lefts = {"left": margin, "middle": (width - columns) // 2, "right": width - columns - margin}
    return lefts[column], margin if row == "top" else height - rows - margin


def perfect(lines: list[np.ndarray], said: str) -> dict[str, object]:
    """A reader that finds exactly these lines, and a classifier that is sure of Devanagari."""
    sure = np.eye(len(CLASSES))[CLASSES.index("Latin" if said else "Devanagari")]
    return {
        "reader": LineReader(lambda _: list(lines), lambda _: (said, 1.0)),
        "classify": lambda crops: np.repeat(sure[None], len(crops), axis=0),
    }


@pytest.mark.parametrize("kind", ["name", "Devanagari", "stamp"])
@pytest.mark.parametrize("place", PLACES)
def test_what_is_written_in_corners_and_rows_is_never_a_sign(kind: str, place: str) -> None:
    for number, size in enumerate(SIZES):
        letters = words(kind, size)
        for photo in (scene(number), texture(number), scene(number, 360, 640)):
            height, width = photo.shape[:2]
            if letters.shape[1] > width - 20:
                continue
            left, top = at(place, letters, width, height)
            colour = COLOURS[number % len(COLOURS)]
            written, corners = write_over(photo, letters, left, top, colour)
            assert in_margin(corners, height, width)
            said = "" if kind == "Devanagari" else "Jaipur"
            assert read_signs(written, **perfect([corners], said)) == ()


@pytest.mark.parametrize("kind", ["name", "Devanagari"])
@pytest.mark.parametrize("opacity", [1.0, 0.6])
def test_level_words_in_the_middle_are_no_sign(kind: str, opacity: float) -> None:
    used = 0
    for number in range(12):
        letters = words(kind, (16, 24, 40)[number % 3])
        photo = scene(number) if number % 2 else texture(number)
        left, top = 120 + 10 * number, 180 + 5 * number
        written, corners = write_over(photo, letters, left, top, (255, 255, 255), opacity)
        used += not overlaid(written, [corners], [""])[0]
    assert used == 0


def test_the_credit_line_is_in_the_margin() -> None:
    for height, width in ((256, 256), (480, 640), (1200, 800)):
        left, top, right, bottom = mask_box("crop", height, width)
        row = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
        assert in_margin(row, height, width)
        photo = write_name(np.full((height, width, 3), 90, np.uint8), "Asha Rao")
        assert read_signs(photo, **perfect([row], "Jaipur")) == ()


def test_a_caption_takes_the_lines_above_it_along() -> None:
    tilted = np.array([[200, 330], [400, 345], [400, 365], [200, 350]], np.float32)
    photo = put_sign(scene(3), ink("Devanagari"), tilted, (20, 60, 120))
    assert overlaid(photo, [tilted], [""]) == [False]
    in_row = tilted + np.array([0, 45], np.float32)
    assert overlaid(photo, [tilted, in_row], ["", ""]) == [True, True]
    assert overlaid(photo, [tilted, tilted - (0, 30)], ["", "Photo: A. Rao"]) == [True, True]
    far = tilted - np.array([0, 200], np.float32)
    assert overlaid(photo, [tilted, far], ["", "© A. Rao"])[0] is False


@pytest.mark.parametrize(
    "said",
    [
        *("© Asha Rao", "Photo by Asha", "iStock", "Credit: Roop_Dey", "www.jaipur.org"),
        *("26/11/2021", "2021-11-26", "17:45", "Lat 26.91°", "@asha", "SHOT ON X9", "gettyimages"),
    ],
)
def test_words_of_stamps_are_known(said: str) -> None:
    assert looks_stamped(said)


@pytest.mark.parametrize(
    "said", ["WELCOME TO TUMKUR", "NH 48", "BENGALURU 70km", "HOTEL INDIA", ""]
)
def test_words_of_signs_are_none(said: str) -> None:
    assert not looks_stamped(said)


@pytest.mark.parametrize("script", ["Devanagari", "Tamil", "Latin"])
@pytest.mark.parametrize("slope", [-0.08, -0.03, 0.03, 0.08])
def test_a_sign_in_perspective_is_off_the_level(script: str, slope: float) -> None:
    letters = ink(script, 40)
    wide = 260.0
    for number in range(4):
        corners = np.array(
            [
                [150, 200],
                [150 + wide, 200 + slope * wide],
                [148 + wide, 240 + slope * wide],
                [150, 238],
            ]
        )
        photo = put_sign(scene(number), letters, corners, (30, 70, 110))
        assert off_level(photo, corners.astype(np.float32))
        assert overlaid(photo, [corners.astype(np.float32)], [""]) == [False]


def test_a_slanting_watermark_is_too_steep() -> None:
    line = np.array([[200, 300], [340, 200], [352, 216], [212, 316]], np.float32)
    assert is_steep(line)
    assert not is_steep(np.array([[200, 300], [340, 310], [340, 330], [200, 320]], np.float32))
    assert is_steep(np.array([[200, 100], [220, 100], [220, 300], [200, 300]])[[1, 2, 3, 0]])
