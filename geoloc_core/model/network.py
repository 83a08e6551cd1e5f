"""The network: torchvision's ResNeXt-50 32x4d with a linear head over the grid's cells."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

import geoloc_core.model.torchvision_import  # noqa: F401  before torchvision
from geoloc_core.model.tensors import CheckpointError, read_tensors

from torchvision.models.resnet import Bottleneck, ResNet  # isort: skip

ARCHITECTURE = "resnext50_32x4d"
FEATURES = 2048

IMAGENET = "imagenet"
# torchvision's own weights (IMAGENET1K_V1) as safetensors; torchvision's download is a pickle.
IMAGENET_URL = "https://huggingface.co/timm/resnext50_32x4d.tv_in1k/resolve/main/model.safetensors"
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Network(ResNet):  # type: ignore[misc]  # torchvision carries no types
    """ResNeXt-50 32x4d (Xie et al., 2017): `features`, global average pooling, then `fc`."""

    def __init__(self, cells: int) -> None:
        """Make a network of random weights for `cells` classes."""
        super().__init__(
            Bottleneck,
            [3, 4, 6, 3],
            num_classes=cells,
            groups=32,
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
    body = {
        name.removeprefix("network."): tensor.float() if tensor.is_floating_point() else tensor
        for name, tensor in tensors.items()
    }
    wanted = {n: t for n, t in network.state_dict().items() if not n.startswith("fc.")}
    check_shapes(body, wanted, path.name)
    network.load_state_dict({name: body[name] for name in wanted if name in body}, strict=False)


def check_shapes(found: dict[str, Tensor], wanted: dict[str, Tensor], file: str) -> None:
    """Raise `CheckpointError` unless `found` holds every tensor of `wanted` in its shape."""
    for name, tensor in wanted.items():
        if name.endswith("num_batches_tracked"):  # a counter that nothing here reads
            continue
        if name not in found:
            raise CheckpointError(f"{file} holds no {ARCHITECTURE}: {name} is missing.")
        if found[name].shape != tensor.shape:
            raise CheckpointError(
                f"{file} holds no {ARCHITECTURE} of this kind: {name} is "
                f"{tuple(found[name].shape)}, not {tuple(tensor.shape)}."
            )


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
