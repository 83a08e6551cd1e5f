from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.audit.suspect import GREY, ROW, Suspect
from geoloc_core.audit.variants import SWAPS, VARIANTS, variants

CORNER = Suspect(0.7, 0.05, 0.95, 0.15)


def image(height: int = 256, width: int = 256, seed: int = 0) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(30, 200, (8, 8, 3)).repeat(40, 0).repeat(40, 1)
    return coarse[:height, :width].astype(np.uint8)


def made(pixels: np.ndarray, suspect: Suspect) -> dict[str, np.ndarray]:
    def swap(whose: str) -> np.ndarray:
        return np.full_like(pixels, SWAPS.index(whose))

    shown = variants(pixels, suspect, swap, np.random.default_rng(0))
    return dict(zip(VARIANTS, shown, strict=True))


@pytest.mark.parametrize("suspect", [ROW, CORNER])
@pytest.mark.parametrize(("height", "width"), [(256, 256), (150, 301)])
def test_each_variant_changes_what_it_says_and_keeps_the_rest(suspect, height, width) -> None:
    pixels = image(height, width)
    shown = made(pixels, suspect)
    left, top, right, bottom = suspect.box(height, width)
    inside = np.zeros((height, width), bool)
    inside[top:bottom, left:right] = True
    assert all(variant.shape == pixels.shape for variant in shown.values())
    assert all(variant.dtype == np.uint8 for variant in shown.values())
    for name in ("as is", "hidden control", "row only", "blurred", "blackened", "tiny JPEG"):
        assert (shown[name][inside] == pixels[inside]).all(), name
    for name in ("as is", "hidden", "repainted"):
        assert (shown[name][~inside] == pixels[~inside]).all(), name
    for name in ("hidden", "blurred, hidden", "blackened, hidden", "tiny JPEG, hidden"):
        assert (shown[name][inside] == GREY).all(), name
    for kind in ("blurred", "blackened", "tiny JPEG"):
        assert (shown[kind][~inside] == shown[f"{kind}, hidden"][~inside]).all()
    assert (shown["row only"][~inside] == GREY).all()
    assert (shown["row only, repainted"][~inside] == GREY).all()
    assert (shown["row only, repainted"][inside] == shown["repainted"][inside]).all()
    assert (shown["blackened"][~inside] == 0).all()
    changed = (shown["hidden control"] != pixels).any(axis=2)
    assert 0.9 * inside.sum() < changed.sum() <= inside.sum()
    assert [shown[whose].max() for whose in SWAPS] == [0, 1, 2]


def test_spoiled_images_keep_colours_and_lose_detail() -> None:
    pixels = image() // 2 + np.random.default_rng(1).integers(0, 100, (256, 256, 3), np.uint8)
    shown = made(pixels, ROW)
    for kind in ("blurred", "tiny JPEG"):
        scene = shown[kind][:200].astype(float)
        assert scene.mean() == pytest.approx(pixels[:200].mean(), abs=3)
        steps = np.abs(np.diff(scene, axis=1)).mean()
        assert steps < 0.2 * np.abs(np.diff(pixels[:200].astype(float), axis=1)).mean()


def test_the_wide_blur_is_the_gaussian_that_it_stands_for() -> None:
    # a step edge under a Gaussian falls through 16 % and 84 % one deviation from it
    pixels = np.zeros((256, 256, 3), np.uint8)
    pixels[:, 128:] = 200
    profile = made(pixels, ROW)["blurred"][100, :, 0].astype(float) / 200
    assert np.interp([0.1587, 0.5, 0.8413], profile, np.arange(256)) == pytest.approx(
        [127.5 - 12, 127.5, 127.5 + 12], abs=1.5
    )
