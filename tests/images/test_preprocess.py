from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.images.preprocess import frame


def test_pixels_are_averaged_over_their_area():
    pixels = np.random.default_rng(0).integers(0, 256, (256, 512, 3), np.uint8)
    means = pixels.reshape(64, 4, 64, 8, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(frame(pixels, "none", 64), means, atol=1.5)


def test_the_whole_remaining_picture_is_framed():
    pixels = np.zeros((256, 256, 3), np.uint8)
    pixels[240:] = 255
    assert (frame(pixels, "crop", 60) == 0).all()
    assert (frame(pixels, "none", 64)[60:] == 255).all()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (500, 1, 3), (8, 8, 3)])
@pytest.mark.parametrize("mask", ["none", "crop", "box"])
def test_any_picture_fills_the_square(shape, mask):
    assert frame(np.full(shape, 255, np.uint8), mask, 96).min() == 255
    assert frame(np.full(shape, 255, np.uint8), mask, 96).shape == (96, 96, 3)
