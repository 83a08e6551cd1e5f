from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import save_file

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
        ({"architecture": ["resnet18"]}, "its architecture is wrong"),
        ({"architecture": "hf-hub:somebody/net"}, "has a backbone 'hf-hub:somebody/net'"),
        ({"architecture": "x" * 10_000}, "its architecture is wrong"),
        ({"mask": "hat"}, "its mask is wrong, input should be 'none', 'crop' or 'box'"),
        ({"grid_fingerprint": "0" * 64}, "does not match its fingerprint"),
        ({"grid": "no GeoJSON"}, "its grid is wrong, the text is no grid in GeoJSON"),
        ({"grid": "[" * 100_000}, "its grid is wrong"),
        ({"grid": " " * 9_000_000}, "its grid is wrong"),
        ({"mean": [1, 2]}, "its mean"),
        ({"mean": [0.5, 0.5, math.nan]}, r"its mean\.2 is wrong"),
        ({"mean": "abc"}, "its mean"),
        ({"std": [0.2, 0.2, 0.0]}, r"its std\.2 is wrong, input should be greater than 0"),
        ({"std": [0.2, 0.2, math.inf]}, r"its std\.2"),
        ({"std": None}, "std is missing"),
        ({"size": "big"}, "its size is wrong, input should be a valid integer"),
        ({"size": 224.5}, "its size"),
        ({"size": True}, "its size"),
        ({"size": 31}, "greater than or equal to 32"),
        ({"size": 100_000}, "less than or equal to 1024"),
        ({"temperature": 0}, "its temperature is wrong, input should be greater than 0"),
        ({"temperature": math.nan}, "its temperature is wrong"),
        ({"temperature": math.inf}, "its temperature is wrong"),
        ({"conformal": 0.9}, "its conformal is wrong"),
        ({"conformal": [0.9, 1.5]}, r"its conformal\.1 is wrong"),
        ({"conformal": [0.0]}, r"its conformal\.0 is wrong"),
        ({"conformal": [0.9] * 5}, "its conformal is wrong"),
        ({"scores": {"validation_nll": math.nan}}, r"its scores\.validation_nll"),
        ({"scores": {str(n): 1.0 for n in range(101)}}, "its scores"),
        ({"scores": []}, "its scores"),
        ({"recipe": "adamw"}, "its recipe"),
        ({"data_fingerprint": 7}, "its data_fingerprint"),
        ({"novelty": {"rest": 1.0}}, "novelty.threshold is missing"),
        ({"novelty": {"rest": 0, "threshold": 1.0}}, r"its novelty\.rest"),
        ({"novelty": {"rest": 1.0, "threshold": math.nan}}, r"its novelty\.threshold"),
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
        ("network.fc.bias", np.full(58, np.nan), r"network\.fc\.bias holds numbers that are not"),
        ("network.fc.bias", np.zeros(58, np.int64), r"network\.fc\.bias is of the kind I64"),
        ("network.fc.bias", np.zeros(58, bool), r"network\.fc\.bias is of the kind BOOL"),
        ("novelty.mean", None, "mean is missing"),
        ("novelty.mean", np.zeros(3), r"mean is \(3,\), not \(2048,\)"),
        ("novelty.variances", np.zeros(8), "a variance of its novelty is not above 0"),
        ("novelty.directions", np.zeros(()), "directions"),
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


def test_refuses_tensors_too_many_and_too_large(tmp_path: Path, checkpoint_file: Path) -> None:
    tensors, metadata = read_tensors(checkpoint_file)
    path = tmp_path / "changed.safetensors"
    for name in ("extra", "network.layer9.weight"):
        write_tensors(path, tensors | {name: np.zeros(3, np.float32)}, metadata)
        with pytest.raises(CheckpointError, match=f"no resnext50_32x4d has a tensor {name}"):
            load_checkpoint(path)
    header = json.dumps({"a": {"dtype": "F16", "shape": [2**20, 600], "data_offsets": [0, 0]}})
    path.write_bytes(len(header).to_bytes(8, "little") + header.encode())
    with pytest.raises(CheckpointError, match="cut short"):  # its numbers are not there
        load_checkpoint(path)


def test_a_huge_header_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.safetensors"
    with path.open("wb") as file:
        file.write((40 * 2**20).to_bytes(8, "little"))
        file.truncate(50 * 2**20)
    with pytest.raises(CheckpointError, match="its header is larger than 16 MB"):
        load_checkpoint(path)


@pytest.mark.parametrize("text", ["NaN", "[" * 100_000, "9" * 5000, "{", '"\\ud800"'])
def test_hostile_json_is_said_to_be_wrong(tmp_path: Path, checkpoint_file: Path, text: str) -> None:
    with safe_open(checkpoint_file, framework="np") as file:
        metadata = file.metadata()
    tensors, _ = read_tensors(checkpoint_file)
    path = tmp_path / "changed.safetensors"
    for key in metadata.keys() - {"data_fingerprint"}:  # which may be any text
        save_file(tensors, path, metadata | {key: text})
        with pytest.raises(CheckpointError):
            load_checkpoint(path)


def test_equal_content_gives_equal_bytes(tmp_path: Path, checkpoint: Checkpoint) -> None:
    texts = {f"key {n}": "Málaga \u0001 \x7f \u2028 \U0001f600" for n in range(20)}
    written = set()
    for number in range(4):
        path = tmp_path / f"{number}.safetensors"
        save_checkpoint(path, replace(checkpoint, recipe=texts))
        assert load_checkpoint(path).recipe == texts
        written.add(path.read_bytes())
    assert len(written) == 1
    shuffled = dict(reversed(texts.items()))
    for number, metadata in enumerate((texts, shuffled)):
        write_tensors(tmp_path / f"{number}.safetensors", {"a": np.zeros(3)}, metadata)
    assert (tmp_path / "0.safetensors").read_bytes() == (tmp_path / "1.safetensors").read_bytes()


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
