"""The network: a backbone with a head over the grid's cells, new or out of a checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import torch

from geoloc_core.models.backbones import Network, backbone_layout, build_backbone
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.classifiers import imagenet_url, package_weights
from geoloc_core.models.resnext50 import RESNEXT50
from geoloc_core.models.tensors import Array, CheckpointError, check_shapes, read_tensors

IMAGENET, PACKAGE = "imagenet", "package"


def build_network(cells: int, init: Path | str | None = None, backbone: str = RESNEXT50) -> Network:
    """Make a network for `cells` cells.

    `init` says where the weights below the head come from: "imagenet" downloads them, "package"
    takes those of an installed package, a path names a safetensors file (the library's names, or a
    checkpoint of Pata), None leaves them random. The head always starts at random. Raises
    `CheckpointError` where they can't be had, and as `build_backbone` does.
    """
    network = build_backbone(backbone, cells)
    if init == PACKAGE:
        load_body(network, *package_weights(backbone), backbone)
    elif init is not None:
        path = imagenet_weights(backbone) if init == IMAGENET else Path(init)
        load_body(network, path.name, read_tensors(path)[0], backbone)
    return network


def load_body(network: Network, file: str, tensors: Mapping[str, Array], backbone: str) -> None:
    """Fill all of the network but its head from the tensors of a file.

    Raises `CheckpointError`, naming the file, if a weight is missing or has another shape.
    """
    body = {name.removeprefix("network."): tensor for name, tensor in tensors.items()}
    shapes, head = backbone_layout(backbone, network.head.out_features)
    wanted = {k: shape for k, shape in shapes.items() if not k.startswith(f"{head}.")}
    check_shapes(body, wanted, backbone, file)
    state = {name: torch.from_numpy(body[name]).float() for name in wanted}
    network.body.load_state_dict(state, strict=False)  # without the counters of batches


def network_from(checkpoint: Checkpoint) -> Network:
    """Build the checkpoint's network, ready to predict (evaluation mode, float32).

    Raises `CheckpointError` if the weights are not those of its backbone, none more, none less.
    """
    network = build_backbone(checkpoint.architecture, len(checkpoint.grid), empty=True)
    try:
        network.load_weights({k: torch.from_numpy(array) for k, array in checkpoint.state.items()})
    except RuntimeError as error:
        raise CheckpointError(
            f"The weights of the checkpoint are not those of a {checkpoint.architecture}."
        ) from error
    network.set_normalisation(checkpoint.mean, checkpoint.std)
    network.eval()
    return network


def imagenet_weights(
    backbone: str, fetch: Callable[[str, str], None] = torch.hub.download_url_to_file
) -> Path:
    """Give the path of a backbone's ImageNet weights, fetching them by (url, path) the first time.

    Raises `CheckpointError` where there is no way to the internet, or no safetensors file of them.
    """
    path = Path(torch.hub.get_dir()) / "checkpoints" / f"{backbone}-imagenet.safetensors"
    if not path.exists():
        url = imagenet_url(backbone)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            fetch(url, str(path))
        except OSError as error:
            raise CheckpointError(
                f"The ImageNet weights could not be downloaded ({error}). Give a safetensors file "
                "with --init FILE, or leave --init out to train from scratch."
            ) from error
    return path
