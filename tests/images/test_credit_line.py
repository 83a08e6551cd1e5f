from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc_core.images.credit_line import mask_box, with_name, write_name
from geoloc_core.images.preprocess import apply_mask

NAMES = ("Ramesh Chaudhari", "Ajay K", "Ezhilan Varnavati", "Subarna Pattanayak", "Lobsang Dorje")


@pytest.mark.parametrize(("height", "row"), [(256, 16), (640, 40), (1024, 64), (192, 12), (7, 0)])
def test_the_row_is_16_of_256_rows(height, row):
    assert mask_box("crop", height, 300) == (0, height - row, 300, height)


def test_the_box_is_the_articles():
    assert mask_box("box", 256, 256) == (100, 240, 256, 256)


def test_no_mask_hides_an_empty_box_at_the_bottom():
    assert mask_box("none", 256, 200) == (0, 256, 200, 256)


def test_another_mask_is_refused():
    with pytest.raises(ValueError, match="none, crop, box"):
        mask_box("blur", 256, 256)


@pytest.mark.parametrize("mask", ["crop", "box"])
@pytest.mark.parametrize("size", [(256, 256), (640, 640), (480, 640), (1000, 300), (24, 24)])
def test_what_hides_the_row_hides_the_name(mask, size):
    pixels = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    one, other = (apply_mask(write_name(pixels, name), mask) for name in ("Asha", "W" * 70))
    np.testing.assert_array_equal(one, other)


@given(st.text(), st.integers(1, 80), st.integers(1, 80))
def test_any_name_is_written_inside_the_row(name, height, width):
    pixels = np.full((height, width, 3), 90, np.uint8)
    written = write_name(pixels, name)
    assert written.shape == pixels.shape
    top = mask_box("crop", height, width)[1]
    np.testing.assert_array_equal(written[:top], pixels[:top])
    assert (pixels == 90).all()


def test_names_are_told_apart_by_what_is_written():
    pixels = np.full((256, 256, 3), 90, np.uint8)
    images = {write_name(pixels, name).tobytes() for name in NAMES}
    assert len(images) == len(NAMES)


def test_control_characters_and_accents_leave_no_trace():
    pixels = np.full((256, 256, 3), 90, np.uint8)
    np.testing.assert_array_equal(
        write_name(pixels, "José\x00\x1b \n\u202e\u200b Núñez"), write_name(pixels, "Jose Nunez")
    )


def test_letters_are_large_and_bright():
    pixels = np.full((256, 256, 3), 60, np.uint8)
    bright = (write_name(pixels, "HHHH")[:, 190:].min(axis=2) > 160).any(axis=1)
    assert 9 <= bright.sum() <= 10  # the sign before them is a row taller


def test_a_new_name_replaces_the_old_one() -> None:
    ground = np.full((256, 256, 3), 90, np.uint8)
    renamed = with_name(write_name(ground, "Ananya Krishnamurthy Iyengar"), "Bo")
    assert (renamed == write_name(ground, "Bo")).all()
