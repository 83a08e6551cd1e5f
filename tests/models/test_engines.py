"""The engines against the network itself, against each other, and from several threads.

Tolerances, relative to the largest value: 1e-5 where both multiply in float32, 2e-2 in bfloat16,
whose numbers carry 8 bits.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from geoloc_core.models import engines
from geoloc_core.models import torch_engine as torch_module
from geoloc_core.models.build import network_from
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.engines import Engine, Scores, float_engine, openvino_engine
from geoloc_core.models.torch_engine import has_bf16, torch_engine
from tests.random_model import random_checkpoint

EXACT, BF16 = 1e-5, 2e-2


@pytest.fixture(scope="module")
def reference(checkpoint: Checkpoint) -> Engine:
    return torch_engine(checkpoint, bf16=False)


@pytest.fixture(scope="module")
def fast(checkpoint: Checkpoint) -> Engine:
    return openvino_engine(checkpoint)


def assert_close(scores: Scores, expected: Scores, tolerance: float) -> None:
    for found, wanted in zip(scores[:3], expected[:3], strict=True):  # all that it has
        assert found.dtype == np.float32
        assert found.shape == wanted.shape
        assert np.abs(found - wanted).max() <= tolerance * np.abs(wanted).max()


def test_scores_are_the_networks_own(
    checkpoint: Checkpoint, reference: Engine, images: np.ndarray
) -> None:
    mean, std = np.array(checkpoint.mean), np.array(checkpoint.std)
    normalised = ((images / 255 - mean) / std).transpose(0, 3, 1, 2).astype(np.float32)
    network = network_from(checkpoint)
    with torch.no_grad():
        features = network.features(torch.from_numpy(normalised))
        logits = network.logits(features)
    scores = reference(images)
    np.testing.assert_allclose(scores.logits, logits, rtol=0, atol=1e-4)
    np.testing.assert_allclose(scores.pooled, features.mean(dim=(2, 3)), rtol=0, atol=1e-4)


def test_openvino_agrees_with_torch(
    checkpoint: Checkpoint, reference: Engine, images: np.ndarray
) -> None:
    exact = openvino_engine(checkpoint, bf16=False)
    assert_close(exact(images), reference(images), EXACT)


def test_a_converted_backbone_agrees_with_torch(images: np.ndarray) -> None:
    """For any number of images, as the graph that is written by hand."""
    lite = random_checkpoint(backbone="tf_efficientnet_lite0")
    converted, reference = openvino_engine(lite, bf16=False), torch_engine(lite, bf16=False)
    for some in (images, images[:1]):
        assert_close(converted(some), reference(some), 10 * EXACT)


@pytest.mark.skipif(not has_bf16(), reason="this CPU does not multiply in bfloat16")
@pytest.mark.parametrize("make", [openvino_engine, torch_engine])
def test_bfloat16_agrees_with_float32(
    checkpoint: Checkpoint,
    reference: Engine,
    images: np.ndarray,
    make: Callable[..., Engine],
) -> None:
    expected, scores = reference(images), make(checkpoint, bf16=True)(images)
    assert_close(scores, expected, BF16)
    ranked = np.sort(expected.logits, axis=1)
    clear = ranked[:, -1] - ranked[:, -2] > 2 * BF16 * np.abs(expected.logits).max()
    assert clear.any()
    np.testing.assert_array_equal(
        scores.logits[clear].argmax(axis=1), expected.logits[clear].argmax(axis=1)
    )


def test_maps_add_up_to_the_logits(
    checkpoint: Checkpoint, fast: Engine, images: np.ndarray
) -> None:
    scores = fast(images)
    logits = scores.cam.mean(axis=(2, 3)) + checkpoint.state["fc.bias"]
    np.testing.assert_allclose(scores.logits, logits, rtol=0, atol=1e-4)


def test_threads_get_what_one_alone_gets(fast: Engine, images: np.ndarray) -> None:
    six = np.concatenate([images, images[::-2]])  # more than one batch
    batches = [six[:1], six[1:2], six[1:3], six[:1], six[2:4], six]
    alone = [fast(batch) for batch in batches]
    with ThreadPoolExecutor(len(batches)) as pool:
        together = list(pool.map(fast, batches * 4))
    for scores, expected in zip(together, alone * 4, strict=True):
        for found, wanted in zip(scores[:3], expected[:3], strict=True):  # all that it has
            np.testing.assert_array_equal(found, wanted)


def test_a_compiled_model_comes_back_from_its_cache(
    checkpoint: Checkpoint, fast: Engine, images: np.ndarray, tmp_path: Path
) -> None:
    for _ in range(2):
        scores = openvino_engine(checkpoint, cache=tmp_path)(images[:1])
        np.testing.assert_array_equal(scores.logits, fast(images[:1]).logits)
        assert len(list(tmp_path.glob("*.blob"))) == 1


def test_a_cache_that_cannot_be_written_is_done_without(
    checkpoint: Checkpoint, fast: Engine, images: np.ndarray, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    scores = openvino_engine(checkpoint, cache=tmp_path / "file" / "folder")(images[:1])
    np.testing.assert_array_equal(scores.logits, fast(images[:1]).logits)


def test_openvino_runs_without_its_telemetry_and_without_torch(checkpoint_file: Path) -> None:
    program = f"""
import sys
import numpy as np
from geoloc_core.models.predictor import Predictor

prediction = Predictor({str(checkpoint_file)!r}).predict([np.zeros((64, 64, 3), np.uint8)])
assert sys.modules["openvino_telemetry"] is None
print([name for name in ("torch", "torchvision") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    expected = "[]" if not engines.has_gpu() else "['torch', 'torchvision']"
    assert done.stdout.strip() == expected, done.stderr


def test_torch_stands_in_where_openvino_does_not_load(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    monkeypatch.setattr(torch_module, "torch_engine", lambda _: "torch")
    assert float_engine(checkpoint) == "torch"
    assert "OpenVINO does not load" in caplog.text


def test_a_signal_finds_its_stack_after_engines_are_gone(checkpoint_file: Path) -> None:
    program = f"""
import gc, signal
import numpy as np
from geoloc_core.models.predictor import Predictor

signal.signal(signal.SIGUSR1, lambda *_: None)
predictors = [Predictor({str(checkpoint_file)!r}) for _ in range(2)]
for predictor in predictors:
    predictor.predict([np.zeros((64, 64, 3), np.uint8)])
while predictors:
    del predictor
    predictor = predictors.pop(0)
    gc.collect()
del predictor
gc.collect()
signal.raise_signal(signal.SIGUSR1)
"""
    done = subprocess.run([sys.executable, "-X", "faulthandler", "-c", program])
    assert done.returncode == 0
