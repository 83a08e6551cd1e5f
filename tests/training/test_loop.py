from __future__ import annotations

import csv
import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from geoloc_core.data.manifest import read_manifest
from geoloc_core.models.checkpoint import Checkpoint, load_checkpoint
from geoloc_core.models.engines import openvino_engine
from geoloc_core.models.predictor import Predictor
from geoloc_core.models.tensors import CheckpointError
from geoloc_core.models.torch_engine import torch_engine
from geoloc_core.training.loop import learning_rate, train
from geoloc_core.training.recipe import Recipe, Stage
from geoloc_core.training.run import RunError
from geoloc_core.training.run_state import save_state, state_path

RECIPE = Recipe(
    stages=(Stage("row", 96, 16, 1e-3), Stage("whole", 32, 96, 2e-3)),
    optimizer="adamw",
    weight_decay=0.01,
    smoothing_km=0,
    batch=16,
)


OFTEN = {"progress": False, "validate_every": 48, "validation_images": 8}


def trained(data: Path, out: Path, **changed: object) -> Checkpoint:
    return train(data, "crop", out, **{"recipe": RECIPE} | OFTEN | changed)


@pytest.fixture(scope="module")
def straight(fake_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkpoint, Path]:
    out = tmp_path_factory.mktemp("straight") / "model.safetensors"
    return trained(fake_data, out), out


def test_learns_what_colours_tell(straight: tuple[Checkpoint, Path]) -> None:
    checkpoint, _ = straight
    assert checkpoint.scores["validation_nll"] < 0.6 * math.log(58)


def test_writes_a_checkpoint_that_says_how_it_was_made(straight: tuple[Checkpoint, Path]) -> None:
    checkpoint, out = straight
    loaded = load_checkpoint(out)
    assert (loaded.mask, loaded.size) == ("crop", 32)
    assert loaded.recipe == RECIPE.as_dict()
    assert loaded.scores == checkpoint.scores
    assert loaded.data_fingerprint == checkpoint.data_fingerprint
    assert not state_path(out).exists()


def test_logs_every_step_and_every_stop(straight: tuple[Checkpoint, Path]) -> None:
    _, out = straight
    (metrics,) = out.parent.glob("model.logs/*/metrics.csv")
    rows = list(csv.DictReader(metrics.open()))
    assert [int(row["step"]) for row in rows if row["loss"]] == list(range(16, 113, 16))
    assert [int(row["step"]) for row in rows if row["validation_nll"]] == [16, 64, 112]
    assert list(out.parent.glob("model.logs/*/events.out.tfevents.*"))


def test_an_interrupted_run_ends_as_if_it_had_not_been(
    straight: tuple[Checkpoint, Path], fake_data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "model.safetensors"

    def interrupted(path, settings, standing, network, optimizer) -> None:
        save_state(path, settings, standing, network, optimizer)
        if (standing.stage, standing.seen) == (1, 48):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(fake_data, out, save=interrupted)
    assert not out.exists()

    with pytest.raises(CheckpointError, match="other data or settings"):
        train(fake_data, "none", out, recipe=RECIPE, **OFTEN)
    other = np.resize(["train", "train", "validation", "test"], len(read_manifest(fake_data)))
    with pytest.raises(CheckpointError, match="other data or settings"):
        trained(fake_data, out, fold_of=other)
    with pytest.raises(CheckpointError, match="other data or settings"):
        trained(fake_data, out, recipe=replace(RECIPE, backbone="resnet18"))

    resumed, expected = trained(fake_data, out), straight[0]
    assert resumed.scores == expected.scores
    assert resumed.temperature == expected.temperature
    for name, tensor in expected.state.items():
        assert np.array_equal(resumed.state[name], tensor), name


def test_a_run_that_diverges_says_where_and_keeps_its_last_good_state(
    fake_data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "model.safetensors"
    stages = RECIPE.stages[0], replace(RECIPE.stages[1], rate=1e30)
    said = r"diverged in stage 2 after \d+ images: .+ at most 1e\+30: lower it in the recipe"
    for _ in range(2):  # the same again when it goes on from what was kept
        with pytest.raises(RunError, match=said):
            trained(fake_data, out, recipe=replace(RECIPE, stages=stages))
        state = load_file(state_path(out))
        assert state
        assert all(np.isfinite(tensor).all() for tensor in state.values())
        assert not out.exists()


def test_a_run_that_diverges_at_once_says_the_last_loss_and_replaces_nothing(
    fake_data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "model.safetensors"
    out.write_bytes(b"an earlier model")
    stages = (replace(RECIPE.stages[1], rate=1e30),)
    with pytest.raises(RunError, match=r"stage 1 after 16 images.*\(before: \d\.\d+\)"):
        trained(fake_data, out, recipe=replace(RECIPE, stages=stages))
    assert f"{out} is there already" in caplog.text
    assert out.read_bytes() == b"an earlier model"
    assert list(tmp_path.glob("*.safetensors")) == [out]


def test_a_state_without_finite_weights_is_refused(fake_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.safetensors"

    def ruined(path, settings, standing, network, optimizer) -> None:
        next(iter(network.parameters())).data[0] = math.nan
        save_state(path, settings, standing, network, optimizer)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(fake_data, out, save=ruined)
    with pytest.raises(CheckpointError, match=r"model\.training\.safetensors is .* diverged"):
        trained(fake_data, out)


def test_names_at_random_are_shown_in_training_and_visible_in_prediction(
    fake_data: Path, tmp_path: Path
) -> None:
    recipe = replace(RECIPE, stages=(Stage("whole", 32, 16, 2e-3),))
    made = train(fake_data, "random-name", tmp_path / "m.safetensors", recipe=recipe, **OFTEN)
    plain = train(fake_data, "none", tmp_path / "p.safetensors", recipe=recipe, **OFTEN)
    assert (made.mask, made.recipe["names"]) == ("none", "random")
    assert "names" not in plain.recipe
    assert any((made.state[name] != plain.state[name]).any() for name in plain.state)


SHORT = """
optimizer = "adamw"
weight_decay = 0.01
smoothing_km = 0
batch = 16
[[stages]]
view = "whole"
size = 32
images = 48
rate = 2e-3
"""


def test_another_backbone_with_weights_from_a_package(
    fake_data: Path, tmp_path: Path, images: np.ndarray
) -> None:
    """From the command line to the two engines, which agree on what was saved."""
    recipe, out = tmp_path / "short.toml", tmp_path / "lite.safetensors"
    recipe.write_text(SHORT)
    command = [sys.executable, "-m", "geoloc_core", "train", f"--data={fake_data}", "--mask=crop"]
    command += ["--backbone=efficientnet_lite0", "--init=package"]
    done = subprocess.run(
        [*command, f"--recipe={recipe}", f"--out={out}"],
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
    )
    assert done.returncode == 0, done.stderr
    checkpoint = load_checkpoint(out)
    assert checkpoint.scores == json.loads(done.stdout)
    assert checkpoint.architecture == checkpoint.recipe["backbone"] == "efficientnet_lite0"
    assert (checkpoint.mean, checkpoint.std) == ((127 / 255,) * 3, (128 / 255,) * 3)
    assert len(checkpoint.novelty.mean) == 1280

    openvino = Predictor(out, lambda held: openvino_engine(held, bf16=False))
    reference = Predictor(out, lambda held: torch_engine(held, bf16=False))
    for image in images:
        found, expected = openvino.predict([image]), reference.predict([image])
        for name in ("probabilities", "evidence", "novelty"):
            np.testing.assert_allclose(
                getattr(found, name), getattr(expected, name), rtol=1e-3, atol=1e-3
            )


def test_a_backbone_of_another_kind_is_refused_in_one_sentence(
    fake_data: Path, tmp_path: Path
) -> None:
    with pytest.raises(CheckpointError, match="'vgg11' does not end in global average pooling"):
        trained(fake_data, tmp_path / "out", recipe=replace(RECIPE, backbone="vgg11"))


def test_learning_rate_rises_then_falls() -> None:
    stage = Stage("whole", 32, 1000, 2.0)
    rates = [learning_rate(stage, seen) for seen in range(0, 1001)]
    assert 0 < rates[0] < 0.03
    assert max(rates) == rates[100] == 2.0
    assert rates[550] == pytest.approx(2.0 * (0.01 + 0.99 / 2))
    assert rates[1000] == pytest.approx(0.02)
    assert rates[:101] == sorted(rates[:101])
    assert rates[100:] == sorted(rates[100:], reverse=True)


def test_processes_share_a_run_and_one_of_them_tells_of_it(
    straight: tuple[Checkpoint, Path], fake_data: Path, tmp_path: Path
) -> None:
    recipe, out = tmp_path / "recipe.toml", tmp_path / "model.safetensors"
    recipe.write_text(
        'optimizer = "adamw"\nweight_decay = 0.01\nsmoothing_km = 0\nbatch = 16\n'
        '[[stages]]\nview = "whole"\nsize = 32\nimages = 64\nrate = 2e-3\n'
    )
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command += ["--local-addr=127.0.0.1", "-m", "geoloc_core", "train", f"--data={fake_data}"]
    # the machine's own name need not lead anywhere
    loopback = {"GLOO_SOCKET_IFNAME": "lo0" if sys.platform == "darwin" else "lo"}
    done = subprocess.run(
        [*command, "--mask=crop", f"--recipe={recipe}", f"--out={out}"],
        capture_output=True,
        text=True,
        env=os.environ | loopback | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    checkpoint = load_checkpoint(out)
    assert told == checkpoint.scores
    assert told["validation_pictures"] == straight[0].scores["validation_pictures"]
    (metrics,) = out.parent.glob("model.logs/*/metrics.csv")
    steps = [int(row["step"]) for row in csv.DictReader(metrics.open()) if row["loss"]]
    assert steps == [32, 64]  # 16 images each
