"""Parts of images: what they cover, and what putting them in changes."""

from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.audit.scan.parts import (
    COARSE,
    Part,
    coarse_parts,
    column_bands,
    frame,
    put,
    row_bands,
)


def covered(part: Part, height: int = 64, width: int = 96) -> np.ndarray:
    ground = np.zeros((height, width, 3), np.uint8)
    return put(ground, np.full_like(ground, 255), part)[..., 0] > 0


@pytest.mark.parametrize("bands", [row_bands(7), column_bands(7)])
def test_bands_cover_every_pixel_once(bands: list[Part]) -> None:
    assert (sum(covered(band).astype(int) for band in bands) == 1).all()
    assert sum(band.area for band in bands) == pytest.approx(1)


@pytest.mark.parametrize("part", coarse_parts(), ids=lambda part: part.name)
def test_a_parts_area_is_that_of_its_pixels(part: Part) -> None:
    assert covered(part).mean() == pytest.approx(part.area, abs=0.03)


def test_a_frame_surrounds_and_has_at_least_a_pixel() -> None:
    thin = covered(frame(1 / 1000))
    inside = np.zeros_like(thin)
    inside[1:-1, 1:-1] = True
    assert (thin == ~inside).all()


def test_content_comes_from_the_same_place_and_is_stretched_to_fit() -> None:
    pixels = np.full((64, 96, 3), 9, np.uint8)
    other = np.zeros((32, 48, 3), np.uint8)
    other[24:] = 200
    shown = put(pixels, other, row_bands(COARSE)[-1])
    assert (shown[48:] == 200).all()
    assert (shown[:48] == 9).all()
    assert (pixels == 9).all()
