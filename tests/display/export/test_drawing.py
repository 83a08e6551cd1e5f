from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from geoloc_core.display.export.drawing import (
    dot,
    drawable,
    fitted,
    font,
    place_pixels,
    wrapped,
    write,
)


@given(st.text(max_size=60), st.floats(40, 600))
def test_a_line_fits_its_room_whatever_the_text(text, room):
    assert font(22).getlength(fitted(text, 22, room)) <= room


@given(st.text(max_size=200), st.integers(1, 3))
def test_wrapped_lines_fit_and_keep_the_words_in_order(text, most):
    lines = wrapped(text, 20, 300, most)
    assert len(lines) <= most
    assert all(font(20).getlength(line) <= 300 for line in lines)
    words = drawable(text).split()
    if words and not any(line.endswith("…") for line in lines):
        assert " ".join(lines).split() == words


def test_what_the_font_lacks_is_shown_as_lacking():
    assert drawable("Āgrā – 95 %") == "Agra - 95 %"
    assert drawable("पता") == "???"
    assert drawable("a\x00b\nc\u202ed") == "ab cd"


def test_an_image_keeps_its_shape_in_the_middle_of_its_box():
    image = Image.new("RGB", (300, 200), "#ffffff")
    place_pixels(image, np.full((40, 80, 3), (200, 10, 10), np.uint8), (50, 50, 250, 190))
    red = (np.asarray(image) == (200, 10, 10)).all(axis=2)
    rows, columns = np.nonzero(red)
    assert (columns.min(), columns.max() + 1) == (50, 250)
    assert (rows.min(), rows.max() + 1) == (70, 170)


def test_a_dot_is_round_and_in_its_colour():
    image = Image.new("RGB", (40, 40), "#ffffff")
    dot(image, (20, 20), 10, "#d98324")
    coloured = (np.asarray(image) == (0xD9, 0x83, 0x24)).all(axis=2)
    assert coloured[20, 11]
    assert coloured[20, 28]
    assert not coloured[11, 11]
    assert coloured.sum() == pytest.approx(np.pi * 10**2, rel=0.15)


@pytest.mark.parametrize("heavy", [False, True])
def test_text_is_drawn_in_its_colour(heavy):
    image = Image.new("RGB", (200, 60), "#ffffff")
    write(ImageDraw.Draw(image), (10, 40), "1,018 km", 30, 180, colour="#14202e", heavy=heavy)
    assert ((np.asarray(image) == (0x14, 0x20, 0x2E)).all(axis=2)).sum() > 150
