"""The network: torchvision's ResNeXt-50 32x4d with a linear head over the grid's cells."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

import geoloc_core.models.torchvision_import  # noqa: F401  before torchvision
from geoloc_core.models.architecture import (
    ARCHITECTURE,
    BLOCKS,
    GROUPS,
    check_shapes,
    weight_shapes,
)
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.tensors import CheckpointError, read_tensors

from torchvision.models.resnet import Bottleneck, ResNet  # isort: skip

IMAGENET = "imagenet"
# torchvision's own weights (IMAGENET1K_V1) as safetensors; torchvision's download is a pickle.
IMAGENET_URL = "https://huggingface.co/timm/resnext50_32x4d.tv_in1k/resolve/main/model.safetensors"


class Network(ResNet):  # type: ignore[misc]  # torchvision carries no types
    """ResNeXt-50 32x4d (Xie et al., 2017): `features`, global average pooling, then `fc`."""

    def __init__(self, cells: int) -> None:
        """Make a network of random weights for `cells` classes."""
        super().__init__(
            Bottleneck,
            list(BLOCKS),
            num_classes=cells,
            groups=GROUPS,
            width_per_group=4,
            zero_init_residual=True,
        )

    def features(self, pictures: Tensor) -> Tensor:
        """Turn normalised pictures (b, 3, h, w) into the last maps, (b, 2048, h / 32, w / 32)."""
        maps = self.maxpool(self.relu(self.bn1(self.conv1(pictures))))
        maps = self.layer4(self.layer3(self.layer2(self.layer1(maps))))
        return maps  # type: ignore[no-any-return]

    def head(self, features: Tensor) -> Tensor:
        """Turn the last maps (b, 2048, h, w) into logits (b, cells)."""
        return self.fc(features.mean(dim=(2, 3)))  # type: ignore[no-any-return]

    def forward(self, pictures: Tensor) -> Tensor:
        """Turn normalised pictures (b, 3, h, w) into logits (b, cells)."""
        return self.head(self.features(pictures))


def build_network(cells: int, init: Path | str | None = None) -> Network:
    """Make a network for `cells` cells.

    `init` says where the weights below the head come from: "imagenet" downloads them, a path
    names a safetensors file (torchvision's names, or a checkpoint of Pata), None leaves them
    random. The head always starts at random. Raises `CheckpointError` where they can't be had.
    """
    network = Network(cells)
    if init is not None:
        path = imagenet_weights() if init == IMAGENET else Path(init)
        load_body(network, path)
    return network


def load_body(network: Network, path: Path) -> None:
    """Fill all of the network but its head from the safetensors file at `path`.

    Raises `CheckpointError` if a weight is missing or has another shape.
    """
    tensors, _ = read_tensors(path)
    body = {name.removeprefix("network."): tensor for name, tensor in tensors.items()}
    shapes = weight_shapes(len(network.fc.bias))
    wanted = {name: shape for name, shape in shapes.items() if not name.startswith("fc.")}
    check_shapes(body, wanted, path.name)
    state = {name: torch.from_numpy(body[name]).float() for name in wanted}
    network.load_state_dict(state, strict=False)


def network_from(checkpoint: Checkpoint) -> Network:
    """Build the checkpoint's network, ready to predict (evaluation mode, float32)."""
    with torch.device("meta"):  # no random weights are drawn, only to be replaced
        network = Network(len(checkpoint.grid))
    state = {name: torch.from_numpy(array) for name, array in checkpoint.state.items()}
    network.load_state_dict(state, assign=True)
    network.eval()
    return network


def imagenet_weights() -> Path:
    """Give the path of the ImageNet weights, downloading them (100 MB) the first time.

    Raises `CheckpointError` where there is no way to the internet.
    """
    path = Path(torch.hub.get_dir()) / "checkpoints" / f"{ARCHITECTURE}-imagenet.safetensors"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            torch.hub.download_url_to_file(IMAGENET_URL, str(path))
        except OSError as error:
            raise CheckpointError(
                f"The ImageNet weights could not be downloaded ({error}). Give a safetensors file "
                "with --init FILE, or leave --init out to train from scratch."
            ) from error
    return path
