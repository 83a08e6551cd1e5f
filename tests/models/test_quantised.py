"""The shipped int8 networks against the float ones they were made of, and what is asked of them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geoloc_core.catalogue import SHIPPED
from geoloc_core.data.samples import read_samples
from geoloc_core.images.photo import read_photo
from geoloc_core.images.preprocess import frame
from geoloc_core.models.checkpoint import Checkpoint, checkpoint_path, load_checkpoint
from geoloc_core.models.engines import int8_engine, openvino_engine
from geoloc_core.models.predictor import Predictor
from geoloc_core.models.quantised import quantised_form
from geoloc_core.paths import ASSETS

WEIGHTS = ASSETS / "weights"
COMMITTED = json.loads((ASSETS / "evaluation" / "int8.json").read_text())


@pytest.fixture(scope="module", params=SHIPPED)
def shipped(request: pytest.FixtureRequest) -> Checkpoint:
    return load_checkpoint(checkpoint_path(request.param))


def test_int8_sees_what_float_sees(shipped: Checkpoint) -> None:
    """On one image of every fifth sample; tools/measure_int8.py does the whole test fold."""
    photos = [read_photo(sample.files[0].read_bytes()).pixels for sample in read_samples()[::5]]
    framed = np.stack([frame(photo, shipped.mask, shipped.size) for photo in photos])
    exact = openvino_engine(shipped, bf16=False)(framed)
    quick = int8_engine(quantised_form(shipped))(framed)
    rows, top = np.arange(len(framed)), exact.logits.argmax(axis=1)
    pairs = zip(exact.cam[rows, top], quick.cam[rows, top], strict=True)
    alike = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in pairs]
    assert np.mean(alike) >= COMMITTED["asked"]["cam_correlation"]
    assert np.abs(exact.logits - quick.logits).mean() < 0.05 * exact.logits.std()


@pytest.mark.parametrize("result", COMMITTED["networks"], ids=lambda r: f"{r['model']} {r['mask']}")
def test_committed_measurement_keeps_what_is_asked(result: dict) -> None:
    if result["mask"] != result["trained_mask"]:
        return  # nothing is promised there; the figures stand in the file
    points = 100 * abs(result["int8"]["top_1"] - result["float"]["top_1"])
    assert points <= COMMITTED["asked"]["top_1_points"]
    assert result["cam_correlation"]["mean"] >= COMMITTED["asked"]["cam_correlation"]
    assert all(held >= 0.88 for held in result["int8"]["coverage"].values())


def test_a_predictor_in_int8_has_its_calibration(shipped: Checkpoint) -> None:
    quantised = quantised_form(shipped)
    record = json.loads(quantised.path.with_suffix(".json").read_text())
    predictor = Predictor(
        checkpoint_path("masked" if shipped.mask == "crop" else "unmasked"),
        engine=lambda checkpoint: int8_engine(quantised_form(checkpoint)),
    )
    assert predictor.checkpoint.temperature == record["temperature"] != shipped.temperature
    assert list(predictor.checkpoint.conformal) == record["conformal"]
    prediction = predictor.predict([np.zeros((64, 64, 3), np.uint8)])
    assert prediction.novelty_threshold == record["novelty_threshold"]


def test_other_weights_have_no_int8_form(shipped: Checkpoint, tmp_path: Path) -> None:
    assert quantised_form(replace(shipped, file_sha256="0" * 64)) is None
    assert quantised_form(replace(shipped, file_sha256="")) is None
    assert quantised_form(shipped, tmp_path) is None


def test_a_damaged_record_is_passed_over(
    shipped: Checkpoint, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "damaged.int8.json").write_text('{"made_of": 3')
    for path in WEIGHTS.glob("*.int8.json"):
        shutil.copy(path, tmp_path)
    assert quantised_form(shipped, tmp_path).path.parent == tmp_path
    assert "damaged.int8.json cannot be used" in caplog.text
