from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from geoloc_core.catalogue import SCENE
from geoloc_core.geography.grid import article_grid
from geoloc_core.models.checkpoint import (
    Checkpoint,
    checkpoint_path,
    load_checkpoint,
    save_checkpoint,
)
from geoloc_core.models.engines import exact_engine, float_engine
from geoloc_core.models.fastest import fastest_engine
from geoloc_core.models.predictor import Predictor
from geoloc_core.models.scene.engine import BODY, information, scene_engine
from geoloc_core.models.scene.seen import things_for
from geoloc_core.models.tensors import CheckpointError


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(SCENE)


def snow_mountain() -> np.ndarray:
    """A drawing of white peaks below a blue sky, which ImageNet calls an alp or a valley."""
    height, width = 300, 420
    y, x = np.mgrid[:height, :width]
    pixels = np.empty((height, width, 3), np.float64)
    pixels[:] = np.stack([90 + y / 4, 140 + y / 5, 225 - y / 12], axis=-1)
    rough = np.random.default_rng(4).normal(size=(height, width))
    for peak, foot, tone in ((70, 60, 235), (130, 95, 205)):
        ridge = peak + foot * np.abs(np.sin(x / (37 + peak / 3)) + 0.6 * np.sin(x / 11 + peak)) / 2
        below = y > ridge
        shade = tone - 60 * ((x + y) // 23 % 2) + 18 * rough
        pixels[below] = np.stack([shade, shade, shade + 12], axis=-1)[below]
    return np.clip(pixels, 0, 255).astype(np.uint8)


def test_every_way_to_an_engine_gives_the_same_one_in_float32(predictor: Predictor) -> None:
    checkpoint = predictor.checkpoint
    pixels = np.random.default_rng(0).integers(0, 256, (1, 260, 260, 3), np.uint8)
    scores = [make(checkpoint)(pixels) for make in (float_engine, exact_engine, fastest_engine)]
    for other in scores[1:]:
        np.testing.assert_array_equal(other.logits, scores[0].logits)
    assert scores[0].cam is not None
    assert scores[0].cam.shape == (1, 58, 9, 9)
    assert scores[0].pooled.shape == (1, 1280)


def test_a_batch_gives_what_its_images_give(predictor: Predictor) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (3, 260, 260, 3), np.uint8)
    together = predictor.score(pixels)
    for row in range(3):
        alone = predictor.score(pixels[row : row + 1])
        np.testing.assert_allclose(together.logits[row], alone.logits[0], atol=1e-3)


def test_snow_peaks_are_placed_in_the_mountains(predictor: Predictor) -> None:
    prediction = predictor.predict([snow_mountain()])
    ladakh, kerala = (article_grid().cell_of(*place) for place in ((34.0, 77.5), (9.6, 76.6)))
    assert prediction.probabilities[ladakh] > 2 * prediction.probabilities[kerala]
    assert prediction.seen
    assert prediction.information is not None
    assert prediction.information > 0
    named = [thing.name for thing in things_for(prediction.seen, ladakh)]
    assert named
    assert all(thing.where for thing in prediction.seen)
    assert prediction.prediction_set is not None
    assert prediction.probabilities[list(prediction.prediction_set)].sum() > 0.85


def test_information_is_the_divergence_from_the_prior(predictor: Predictor) -> None:
    checkpoint = predictor.checkpoint
    log_prior = checkpoint.state["log_prior"].astype(np.float64)
    prior = softmax(log_prior / checkpoint.temperature)
    assert information(checkpoint, prior) == pytest.approx(0, abs=1e-12)
    other = np.full(58, 1 / 58)
    by_hand = sum(p * np.log2(p / q) for p, q in zip(other, prior, strict=True))
    assert information(checkpoint, other) == pytest.approx(by_hand)


def test_a_missing_or_damaged_body_is_said(predictor: Predictor, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"not whole.*`make scene`"):
        scene_engine(predictor.checkpoint, tmp_path / BODY.name)
    shutil.copy(BODY, tmp_path)
    damaged = bytearray(BODY.with_suffix(".bin").read_bytes())
    damaged[1000] ^= 1
    (tmp_path / BODY.with_suffix(".bin").name).write_bytes(damaged)
    with pytest.raises(CheckpointError, match="is damaged"):
        scene_engine(predictor.checkpoint, tmp_path / BODY.name)


def test_a_checkpoint_is_kept_and_a_cut_one_refused(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(checkpoint_path(SCENE))
    save_checkpoint(tmp_path / "kept.safetensors", checkpoint)
    again = load_checkpoint(tmp_path / "kept.safetensors")
    assert again.recipe == checkpoint.recipe
    np.testing.assert_array_equal(again.state["ratio"], checkpoint.state["ratio"])
    for state, words in (
        ({k: v for k, v in checkpoint.state.items() if k != "log_prior"}, "log_prior is missing"),
        (
            {k: v for k, v in checkpoint.state.items() if k != "class_weight"},
            "class_weight is miss",
        ),
        ({**checkpoint.state, "ratio": checkpoint.state["ratio"][:, :57]}, "ratio is"),
    ):
        cut: Checkpoint = replace(checkpoint, state=state)
        save_checkpoint(tmp_path / "cut.safetensors", cut)
        with pytest.raises(CheckpointError, match=words):
            load_checkpoint(tmp_path / "cut.safetensors")
