from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from geoloc_core.assets import AssetError
from geoloc_core.models.build import network_from
from geoloc_core.models.checkpoint import (
    Checkpoint,
    CheckpointError,
    checkpoint_path,
    load_checkpoint,
    save_checkpoint,
)
from geoloc_core.models.tensors import read_tensors, write_tensors
from geoloc_core.paths import ASSETS


def test_round_trip(tmp_path: Path, checkpoint: Checkpoint) -> None:
    save_checkpoint(tmp_path / "again.safetensors", checkpoint)
    again = load_checkpoint(tmp_path / "again.safetensors")
    for name in (
        "architecture",
        "mask",
        "mean",
        "std",
        "size",
        "temperature",
        "conformal",
        "scores",
        "recipe",
    ):
        assert getattr(again, name) == getattr(checkpoint, name), name
    assert again.grid.fingerprint == checkpoint.grid.fingerprint
    assert again.novelty.threshold == checkpoint.novelty.threshold
    assert np.array_equal(again.novelty.directions, checkpoint.novelty.directions)
    for name, tensor in checkpoint.state.items():
        assert np.array_equal(again.state[name], tensor), name


def test_small_and_in_half_precision_but_for_vectors(checkpoint_file: Path) -> None:
    assert checkpoint_file.stat().st_size < 50e6
    tensors, _ = read_tensors(checkpoint_file)
    assert tensors["network.conv1.weight"].dtype == np.float16
    assert tensors["network.bn1.running_var"].dtype == np.float32


def test_network_gives_what_was_saved(checkpoint: Checkpoint) -> None:
    network = network_from(checkpoint)
    assert not network.training
    assert np.array_equal(network.head.bias.numpy(force=True), checkpoint.state["fc.bias"])


def test_a_network_of_other_weights_is_refused(checkpoint: Checkpoint) -> None:
    state = checkpoint.state | {"layer5.0.conv1.weight": np.zeros((1, 1, 1, 1), np.float32)}
    with pytest.raises(CheckpointError, match="not those of a resnext50_32x4d"):
        network_from(replace(checkpoint, state=state))


def test_names_of_shipped_models() -> None:
    assert checkpoint_path("masked") == ASSETS / "weights" / "masked.safetensors"
    assert checkpoint_path("some/file.safetensors") == Path("some/file.safetensors")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"architecture": None}, "architecture is missing"),
        ({"temperature": None}, "temperature is missing"),
        ({"novelty": None}, "novelty is missing"),
        ({"architecture": "resnet18"}, "holds no resnet18 of this kind"),
        ({"architecture": "vgg11"}, "'vgg11' does not end in"),
        ({"architecture": "<b>net</b>"}, "has a backbone '<b>net</b>'"),
        ({"architecture": ["resnet18"]}, "Neither torchvision nor timm"),
        ({"mask": "hat"}, "'hat'"),
        ({"grid_fingerprint": "0" * 64}, "does not match its fingerprint"),
        ({"grid": "no GeoJSON"}, "make no sense"),
        ({"mean": [1, 2]}, "make no sense"),
        ({"size": "big"}, "make no sense"),
    ],
)
def test_refuses_metadata_that_do_not_fit(
    tmp_path: Path, checkpoint_file: Path, change: dict[str, object], sentence: str
) -> None:
    tensors, metadata = read_tensors(checkpoint_file)
    changed = {key: value for key, value in (metadata | change).items() if value is not None}
    write_tensors(tmp_path / "changed.safetensors", tensors, changed)
    with pytest.raises(CheckpointError, match=sentence):
        load_checkpoint(tmp_path / "changed.safetensors")


@pytest.mark.parametrize(
    ("name", "tensor", "sentence"),
    [
        ("network.fc.weight", np.zeros((57, 2048)), "scores 57 cells, but its grid has 58"),
        ("network.layer1.0.conv1.weight", None, r"layer1\.0\.conv1\.weight is missing"),
        ("network.fc.bias", np.zeros(57), r"fc\.bias is \(57,\)"),
        ("novelty.mean", None, "mean is missing"),
    ],
)
def test_refuses_tensors_that_do_not_fit(
    tmp_path: Path, checkpoint_file: Path, name: str, tensor: np.ndarray | None, sentence: str
) -> None:
    tensors, metadata = read_tensors(checkpoint_file)
    del tensors[name]
    if tensor is not None:
        tensors[name] = tensor
    write_tensors(tmp_path / "changed.safetensors", tensors, metadata)
    with pytest.raises(CheckpointError, match=sentence):
        load_checkpoint(tmp_path / "changed.safetensors")


def test_refuses_files_of_another_kind(tmp_path: Path, checkpoint_file: Path) -> None:
    with pytest.raises(CheckpointError, match="There is no file"):
        load_checkpoint(tmp_path / "none.safetensors")
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(checkpoint_file.read_bytes()[:1_000_000])
    with pytest.raises(CheckpointError, match="cut short"):
        load_checkpoint(cut)
    torch.save({"weights": torch.zeros(3)}, tmp_path / "model.pth")
    with pytest.raises(CheckpointError, match="never opened"):
        load_checkpoint(tmp_path / "model.pth")
    write_tensors(tmp_path / "other.safetensors", {"weights": np.zeros(3)}, {})
    with pytest.raises(CheckpointError, match="no checkpoint of Pata"):
        load_checkpoint(tmp_path / "other.safetensors")


def test_a_shipped_model_that_is_another_is_named(monkeypatch) -> None:
    monkeypatch.setattr("geoloc_core.assets.checksums", lambda: {"weights/masked.safetensors": ""})
    with pytest.raises(AssetError, match=r"masked\.safetensors is changed or damaged"):
        load_checkpoint(checkpoint_path("masked"))
