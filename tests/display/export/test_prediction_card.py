from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from geoloc_core.display.export.prediction_card import CardLine, prediction_card

RED, GREEN = (
    np.full((60, 60, 3), (200, 0, 0), np.uint8),
    np.full((80, 60, 3), (0, 150, 0), np.uint8),
)
LINES = [
    CardLine("#d98324", "Scene and name", "Middle Ganga plain, 95 %", "1,018 km off"),
    CardLine("#1a6f8a", "Scene only", "Upper Assam, 31 %", "115 km off"),
]
VERDICT = "Scene and name says Barabanki, 95 %. Hide the name and it is 1,018 km off."
LINK = "http://localhost:8501/explore?sample=s1-c36-0000"


def card(verdict=VERDICT, lines=LINES, link=LINK, photo=RED):
    file = prediction_card(photo, GREEN, verdict, lines, link)
    assert file.startswith(b"\x89PNG")
    image = Image.open(io.BytesIO(file))
    assert image.size == (1200, 630)
    return np.asarray(image)


def where(pixels, colour):
    rows, columns = np.nonzero((pixels == colour).all(axis=2))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def test_the_photo_stands_left_the_map_right_and_the_networks_between():
    pixels = card()
    photo, chart = where(pixels, (200, 0, 0)), where(pixels, (0, 150, 0))
    assert photo[2] - photo[0] == photo[3] - photo[1] == 390
    assert chart[3] - chart[1] == 390
    reader, other = where(pixels, (0xD9, 0x83, 0x24)), where(pixels, (0x1A, 0x6F, 0x8A))
    assert photo[2] < reader[0] < chart[0]
    assert reader[0] == other[0]
    assert reader[3] < other[1]


def ink(pixels, left, top, right, bottom):
    """How many dark pixels lie in a box."""
    return int((pixels[top:bottom, left:right].max(axis=2) < 110).sum())


def test_verdict_lines_and_link_are_written_each_in_its_place():
    full = card()
    assert ink(full, 40, 40, 1160, 140) > ink(card(verdict=""), 40, 40, 1160, 140) == 0
    assert ink(full, 460, 150, 740, 540) > ink(card(lines=LINES[:1]), 460, 150, 740, 540) > 0
    assert ink(full, 200, 560, 1160, 630) > ink(card(link=""), 200, 560, 1160, 630) == 0


@pytest.mark.parametrize(
    "text", ["W" * 400, "word " * 90, "<b>`${alert(1)}`\x00\n\u202e</b>", "अ" * 99]
)
def test_no_text_leaves_its_place(text):
    long = CardLine("#d98324", text, text, text)
    pixels = card(text, [long, long], text)
    paper, panel = (0xFB, 0xFA, 0xF6), (0xF0, 0xEE, 0xE6)
    assert (pixels[:, :40] == pixels[:1, :1]).all(axis=2)[:548].all()
    assert (pixels[548:, :40] == panel).all()
    assert (pixels[:548, 1160:] == paper).all()
    assert (pixels[548:, 1160:] == panel).all()
    assert (pixels[150:540, 436:464] == paper).all()  # between the photo and the words
    photo, chart = pixels[150:540, 44:434], pixels[150:540, 810:1100]
    assert (photo == (200, 0, 0)).all()
    assert (chart == (0, 150, 0)).all()


def test_an_unknown_place_leaves_the_distance_out():
    known, unknown = (
        card(),
        card(lines=[CardLine(line.colour, line.title, line.cell) for line in LINES]),
    )
    assert ink(unknown, 460, 150, 740, 540) < ink(known, 460, 150, 740, 540)
