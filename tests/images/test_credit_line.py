from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc_core.images.credit_line import (
    find_row,
    name_box,
    row_box,
    row_height,
    treat,
    write_name,
)

NAMES = ("Ramesh Chaudhari", "Ajay K", "Ezhilan Varnavati", "Subarna Pattanayak", "Lobsang Dorje")


def fractal(rng: np.random.Generator, size: int, roughness: float) -> np.ndarray:
    """Noise (size, size, 1) with a power law spectrum, mean 0 and deviation 1."""
    frequencies = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.fftfreq(size)[None])
    frequencies[0, 0] = 1
    noise = np.fft.ifft2(np.fft.fft2(rng.normal(size=(size, size))) / frequencies**roughness).real
    return ((noise - noise.mean()) / noise.std())[..., None]


def sky(rng, size):
    return np.linspace(0.6, 1, size)[:, None, None] * [150, 190, 235] + rng.normal(
        0, 3, (size, size, 3)
    )


def cloud(rng, size):
    return 190 + 45 * fractal(rng, size, 1.6) + rng.normal(0, 3, (size, size, 3))


def field(rng, size):
    return (1 + 0.35 * fractal(rng, size, 0.8)) * [110, 120, 70] + rng.normal(0, 8, (size, size, 3))


def white(rng, size):
    return 250 + rng.normal(0, 4, (size, size, 3))


def noise(rng, size):
    return rng.normal(128, 50, (size, size, 3))


def gravel(rng, size):
    return (1 + 0.35 * fractal(rng, size, 0.5)) * [150, 145, 135]


GROUNDS = (sky, cloud, field, white, noise, gravel)


def photograph(ground, rng: np.random.Generator, size: int) -> np.ndarray:
    return ground(rng, size).clip(0, 255).astype(np.uint8)


def through_jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    return cv2.imdecode(
        cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR
    )


@pytest.mark.parametrize(("height", "row"), [(256, 16), (640, 40), (1024, 64), (192, 12), (7, 0)])
def test_the_row_is_16_of_256_rows(height, row):
    assert row_height(height) == row
    assert row_box(height, 300) == (0, height - row, 300, height)


def test_the_box_is_the_articles():
    assert name_box(256, 256) == (100, 240, 256, 256)


def test_crop_cuts_the_row_and_nothing_else():
    pixels = np.random.default_rng(0).integers(0, 256, (256, 200, 3), np.uint8)
    np.testing.assert_array_equal(treat(pixels, "crop"), pixels[:240])
    assert treat(pixels, "none") is pixels


def test_box_whitens_the_name_and_nothing_else():
    pixels = np.random.default_rng(0).integers(0, 255, (256, 256, 3), np.uint8)
    before = pixels.copy()
    covered = treat(pixels, "box")
    assert (covered[240:, 100:] == 255).all()
    covered[240:, 100:] = pixels[240:, 100:]
    np.testing.assert_array_equal(covered, pixels)
    np.testing.assert_array_equal(pixels, before)


def test_another_mask_is_refused():
    with pytest.raises(ValueError, match="none, crop, box"):
        treat(np.zeros((32, 32, 3), np.uint8), "blur")


@pytest.mark.parametrize("mask", ["crop", "box"])
@pytest.mark.parametrize("size", [(256, 256), (640, 640), (480, 640), (1000, 300), (24, 24)])
def test_what_hides_the_row_hides_the_name(mask, size):
    pixels = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    one, other = (treat(write_name(pixels, name), mask) for name in ("Asha", "W" * 70))
    np.testing.assert_array_equal(one, other)


@given(st.text(), st.integers(1, 80), st.integers(1, 80))
def test_any_name_is_written_inside_the_row(name, height, width):
    pixels = np.full((height, width, 3), 90, np.uint8)
    written = write_name(pixels, name)
    assert written.shape == pixels.shape
    top = height - row_height(height)
    np.testing.assert_array_equal(written[:top], pixels[:top])
    assert (pixels == 90).all()


def test_names_are_told_apart_by_what_is_written():
    pixels = np.full((256, 256, 3), 90, np.uint8)
    pictures = {write_name(pixels, name).tobytes() for name in NAMES}
    assert len(pictures) == len(NAMES)


def test_control_characters_and_accents_leave_no_trace():
    pixels = np.full((256, 256, 3), 90, np.uint8)
    np.testing.assert_array_equal(
        write_name(pixels, "José\x00\x1b \n\u202e\u200b Núñez"), write_name(pixels, "Jose Nunez")
    )


def test_letters_are_large_and_bright():
    pixels = np.full((256, 256, 3), 60, np.uint8)
    bright = (write_name(pixels, "HHHH")[:, 190:].min(axis=2) > 160).any(axis=1)
    assert 9 <= bright.sum() <= 10  # the sign before them is a row taller


@pytest.mark.parametrize("size", [192, 256, 320])
def test_names_are_found_and_their_absence_too(size):
    """At most 1 false alarm and 2 misses in 10 pictures of each ground."""
    rng = np.random.default_rng(size)
    for ground in GROUNDS:
        found = missed = 0
        for name in NAMES * 2:
            pixels = photograph(ground, rng, size)
            quality = int(rng.integers(65, 95))
            found += find_row(through_jpeg(pixels, quality)) is not None
            missed += find_row(through_jpeg(write_name(pixels, name), quality)) is None
        assert found <= 1, ground.__name__
        assert missed <= 2, ground.__name__


def test_the_box_found_holds_the_name():
    pixels = np.full((512, 512, 3), (120, 140, 90), np.uint8)
    written = write_name(pixels, "Ramesh Chaudhari")
    left, top, right, bottom = find_row(written)
    assert (top, bottom) == (480, 512)
    changed = np.flatnonzero((written != pixels).any(axis=(0, 2)))
    changed = changed[changed > 200]
    assert abs(left - changed[0]) <= 24
    assert abs(right - changed[-1]) <= 24


@pytest.mark.parametrize("shape", [(1, 1, 3), (4, 300, 3), (300, 4, 3), (256, 60, 3)])
def test_no_name_is_found_where_none_fits(shape):
    assert find_row(np.full(shape, 200, np.uint8)) is None
