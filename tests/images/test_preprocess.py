from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.images.preprocess import apply_mask, preprocess


def test_pixels_are_averaged_over_their_area():
    pixels = np.random.default_rng(0).integers(0, 256, (256, 512, 3), np.uint8)
    means = pixels.reshape(64, 4, 64, 8, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(preprocess(pixels, "none", 64), means, atol=1.5)


def test_the_whole_remaining_image_is_framed():
    pixels = np.zeros((256, 256, 3), np.uint8)
    pixels[240:] = 255
    assert (preprocess(pixels, "crop", 60) == 0).all()
    assert (preprocess(pixels, "none", 64)[60:] == 255).all()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (500, 1, 3), (8, 8, 3)])
@pytest.mark.parametrize("mask", ["none", "crop", "box"])
def test_any_image_fills_the_square(shape, mask):
    assert preprocess(np.full(shape, 255, np.uint8), mask, 96).min() == 255
    assert preprocess(np.full(shape, 255, np.uint8), mask, 96).shape == (96, 96, 3)


def test_crop_cuts_the_row_and_nothing_else():
    pixels = np.random.default_rng(0).integers(0, 256, (256, 200, 3), np.uint8)
    np.testing.assert_array_equal(apply_mask(pixels, "crop"), pixels[:240])
    assert apply_mask(pixels, "none") is pixels


def test_box_whitens_the_name_and_nothing_else():
    pixels = np.random.default_rng(0).integers(0, 255, (256, 256, 3), np.uint8)
    before = pixels.copy()
    covered = apply_mask(pixels, "box")
    assert (covered[240:, 100:] == 255).all()
    covered[240:, 100:] = pixels[240:, 100:]
    np.testing.assert_array_equal(covered, pixels)
    np.testing.assert_array_equal(pixels, before)


def test_another_mask_is_refused():
    with pytest.raises(ValueError, match="none, crop, box"):
        apply_mask(np.zeros((32, 32, 3), np.uint8), "blur")
