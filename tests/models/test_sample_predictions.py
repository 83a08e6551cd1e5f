"""The predictions worked out beforehand against the networks, and what makes them stale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from geoloc_core.data.samples import read_samples
from geoloc_core.images.photo import read_photo
from geoloc_core.models import sample_predictions as module
from geoloc_core.models.engines import openvino_engine
from geoloc_core.models.predictor import Predictor
from geoloc_core.models.sample_predictions import COMBINATIONS, sample_prediction

SAMPLES = read_samples()
HALF = 1e-3  # evidence is kept in half precision, 11 bits; the rest differs by rounding alone


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing is remembered from one test to the next."""
    for cached in (module._current_facts, module._views):
        cached.cache_clear()
    yield
    for cached in (module._current_facts, module._views):
        cached.cache_clear()


@pytest.fixture(scope="module")
def predictors() -> dict[str, Predictor]:
    return {
        model: Predictor(model, lambda checkpoint: openvino_engine(checkpoint, bf16=False))
        for model, _ in COMBINATIONS
    }


@pytest.mark.parametrize(("model", "mask"), COMBINATIONS)
def test_entries_are_the_networks_own(model, mask, predictors: dict[str, Predictor]) -> None:
    """Three samples drawn by a seed; `tools/predict_samples.py --check` holds every entry."""
    generator = np.random.default_rng(COMBINATIONS.index((model, mask)))
    for number in generator.choice(len(SAMPLES), 3, replace=False):
        sample = SAMPLES[number]
        one = (int(generator.integers(4)),)
        for views in (one, (0, 1, 2, 3)):
            photos = [read_photo(sample.files[view].read_bytes()).pixels for view in views]
            found = sample_prediction(sample.panorama, model, mask, views)
            expected = predictors[model].predict(photos, mask)
            np.testing.assert_allclose(found.probabilities, expected.probabilities, rtol=1e-3)
            np.testing.assert_allclose(
                found.evidence, expected.evidence, rtol=0, atol=HALF * expected.evidence.max()
            )
            assert found.evidence.dtype == expected.evidence.dtype
            for name, point in expected.points.items():
                assert found.points[name] == pytest.approx(point, abs=1e-4), name
            assert found.fewest_cells == expected.fewest_cells
            assert found.novelty == pytest.approx(expected.novelty, rel=1e-3)
            assert found.grid.fingerprint == expected.grid.fingerprint
            for same in (
                "model",
                "mask",
                "trained_mask",
                "promise",
                "novelty_threshold",
                "in_distribution",
                "prediction_set",
            ):
                assert getattr(found, same) == getattr(expected, same), same


def test_every_sample_is_there_under_every_mask() -> None:
    for sample in SAMPLES:
        for model, mask in COMBINATIONS:
            assert sample_prediction(sample.panorama, model, mask, (0, 1, 2, 3)) is not None


def test_none_for_what_was_not_worked_out() -> None:
    panorama = SAMPLES[0].panorama
    assert sample_prediction("no sample", "masked", "crop", (0,)) is None
    assert sample_prediction(panorama, "masked", "box", (0,)) is None
    assert sample_prediction(panorama, "some/file.safetensors", "crop", (0,)) is None


def test_small() -> None:
    assert module.PRECOMPUTED.stat().st_size < 4e6


@pytest.mark.parametrize("changed", ["weights", "gallery", "missing", "damaged"])
def test_a_stale_file_is_ignored_with_a_warning(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if changed == "weights":
        (tmp_path / "other.safetensors").write_bytes(b"other weights")
        monkeypatch.setattr(module, "checkpoint_path", lambda _: tmp_path / "other.safetensors")
    elif changed == "gallery":
        monkeypatch.setattr(module, "gallery_sha256", lambda: "0" * 64)
    else:
        (tmp_path / "damaged.npz").write_bytes(b"PK\x03\x04 no archive")
        monkeypatch.setattr(module, "PRECOMPUTED", tmp_path / f"{changed}.npz")
    for sample in SAMPLES[:2]:
        assert sample_prediction(sample.panorama, "masked", "crop", (0,)) is None
    assert caplog.text.count("is ignored for masked") == 1


def test_a_gallery_is_told_by_its_manifest_and_its_images(tmp_path: Path) -> None:
    (tmp_path / "manifest.parquet").write_bytes(b"rows")
    (tmp_path / "a.jpg").write_bytes(b"image")
    known = module.gallery_sha256(tmp_path)
    (tmp_path / "a.jpg").write_bytes(b"another")
    other_image = module.gallery_sha256(tmp_path)
    (tmp_path / "manifest.parquet").write_bytes(b"other rows")
    assert len({known, other_image, module.gallery_sha256(tmp_path)}) == 3
