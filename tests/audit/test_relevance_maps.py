from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geoloc_core.audit.relevance_maps import by_occlusion, patches
from geoloc_core.audit.suspect import ROW, Suspect
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.engines import Scores
from tests.audit.made import checkpoint


@pytest.mark.parametrize(("height", "width"), [(256, 256), (250, 333), (48, 31)])
@pytest.mark.parametrize("suspect", [ROW, Suspect(0.6, 0.0, 1.0, 0.2), Suspect(0.0, 0.4, 0.1, 0.5)])
def test_patches_tile_the_image_in_line_with_the_region(
    suspect: Suspect, height: int, width: int
) -> None:
    covered = np.zeros((height, width), int)
    for left, top, right, bottom in patches(suspect, height, width):
        assert right > left
        assert bottom > top
        covered[top:bottom, left:right] += 1
    assert (covered == 1).all()
    assert len(patches(suspect, height, width)) <= 17 * 17
    edges = {(left, top) for left, top, _, _ in patches(suspect, height, width)}
    assert suspect.box(height, width)[:2] in edges


def test_the_credit_line_is_four_patches() -> None:
    boxes = patches(ROW, 256, 256)
    assert len(boxes) == 64
    assert boxes[-4:] == [(x, 240, x + 64, 256) for x in (0, 64, 128, 192)]


def test_occlusion_is_the_fall_of_the_log_probability() -> None:
    """An engine that counts white pixels in one patch, whose answers can be written down."""
    network = replace(checkpoint("none", np.zeros((1, 3))), size=64, temperature=2.0)

    def engine(pixels: np.ndarray) -> Scores:
        patch = pixels[:, 60:, 16:32].mean(axis=(1, 2, 3)) / 255
        logits = np.stack([0 * patch, 6 * patch, 0 * patch], axis=1).astype(np.float32)
        maps = np.zeros((*logits.shape, 2, 2), np.float32)
        return Scores(logits, maps, np.zeros((len(pixels), 4), np.float32))

    engine.frame = preprocess
    image = np.full((64, 64, 3), 255, np.uint8)
    falls = by_occlusion(network, engine, ROW)(image, 1)

    def log_probability(logit: float) -> float:
        return logit / 2 - np.log(np.exp(logit / 2) + 2)

    expected = np.zeros((64, 64))
    expected[60:, 16:32] = log_probability(6) - log_probability(6 * 128 / 255)
    np.testing.assert_allclose(falls, expected, atol=1e-5)
    assert by_occlusion(network, engine, ROW)(image, 0).max() == 0  # cell 0 only gains
    masked = by_occlusion(replace(network, mask="crop"), engine, ROW)(image, 1)
    assert masked[60:].max() == 0
