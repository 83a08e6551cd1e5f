from __future__ import annotations

from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import resnext50_32x4d

from geoloc_core.models.architecture import weight_shapes
from geoloc_core.models.network import Network, build_network, imagenet_weights
from geoloc_core.models.tensors import CheckpointError, write_tensors


def arrays(state: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    return {name: tensor.numpy() for name, tensor in state.items()}


@pytest.fixture(scope="module")
def torchvision_network() -> torch.nn.Module:
    torch.manual_seed(3)
    return resnext50_32x4d(num_classes=7).eval()


def test_the_same_network_as_torchvisions(torchvision_network: torch.nn.Module) -> None:
    network = Network(7).eval()
    network.load_state_dict(torchvision_network.state_dict())
    pictures = torch.randn(2, 3, 64, 96)
    with torch.no_grad():
        features = network.features(pictures)
        assert features.shape == (2, 2048, 2, 3)
        expected = torchvision_network(pictures)
        torch.testing.assert_close(network(pictures), expected)
        torch.testing.assert_close(network.head(features), expected)


def test_shapes_are_those_of_torchvisions_network(torchvision_network: torch.nn.Module) -> None:
    shapes = {
        name: tuple(tensor.shape) for name, tensor in torchvision_network.state_dict().items()
    }
    counters = {name for name in shapes if name.endswith("num_batches_tracked")}
    assert weight_shapes(7) == {name: shapes[name] for name in shapes.keys() - counters}


def test_init_fills_all_but_the_head(tmp_path: Path, torchvision_network: torch.nn.Module) -> None:
    given = torchvision_network.state_dict()
    write_tensors(tmp_path / "weights.safetensors", arrays(given), {"format": "pt"})
    state = build_network(5, tmp_path / "weights.safetensors").state_dict()
    for name in given:
        if name.startswith("fc."):
            assert len(state[name]) == 5
        else:
            assert torch.equal(state[name], given[name]), name


def test_a_checkpoint_serves_as_init(checkpoint_file: Path, checkpoint) -> None:
    state = build_network(5, checkpoint_file).state_dict()
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


def test_imagenet_without_internet(tmp_path: Path, monkeypatch) -> None:
    def unreachable(url: str, path: str) -> None:
        raise URLError("no route")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    with pytest.raises(CheckpointError, match="--init FILE"):
        imagenet_weights()


def test_imagenet_download_is_kept(tmp_path: Path, monkeypatch) -> None:
    fetched = []

    def fetch(url: str, path: str) -> None:
        fetched.append(url)
        Path(path).write_bytes(b"weights")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", fetch)
    assert imagenet_weights() == imagenet_weights()
    assert imagenet_weights().read_bytes() == b"weights"
    assert len(fetched) == 1
    assert fetched[0].endswith(".safetensors")
