"""Networks of torchvision or timm whose weights, a state dict, lie in a safetensors file.

The name of the network comes from the person who asks, from the card, or from the config.json of
timm beside the weights. A name that both libraries know is that of which the weights are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

import geoloc_core.models.torchvision_import  # noqa: F401  before timm
from geoloc_core.models.adapters.card import (
    INTERPOLATIONS,
    Card,
    Told,
    deviations,
    names,
    pair,
    small_text,
    triple,
)
from geoloc_core.models.adapters.files import digest_of, first_line
from geoloc_core.models.adapters.network import Network
from geoloc_core.models.adapters.torch_run import ScoresOf, runner
from geoloc_core.models.backbones import Network as CutNetwork
from geoloc_core.models.backbones import cut
from geoloc_core.models.classifiers import Classifier, find_in_timm, find_in_torchvision
from geoloc_core.models.tensors import CheckpointError
from geoloc_core.models.torch_engine import class_activation_maps

Shapes = Mapping[str, tuple[int, ...]]

_PREFIXES = ("module.", "model.", "network.", "net.", "backbone.", "_orig_mod.")
_COUNTERS = "num_batches_tracked"  # of no use to predict
_TRIED = (7, 11)  # numbers of classes: what differs in shape is the head


def state_dict_network(path: Path, told: Told) -> Network:
    """The network `told["backbone"]` with the weights in a file. Raises `CheckpointError`."""
    backbone = str(told["backbone"])
    weights = _read(path)
    for library in _libraries(backbone):
        classes = _classes(library, weights)
        if classes is not None:
            break
    else:
        raise CheckpointError(
            f"The weights in {path.name} are not those of {backbone!r} in torchvision or timm: "
            f"they name {len(weights)} tensors, {next(iter(weights), 'none')} first."
        )
    module = library.build(classes)
    _fill(module, weights, path.name, backbone)
    published = {
        "mean": library.mean,
        "std": library.std,
        "size": library.size,
        "interpolation": library.interpolation,
    }
    card = Card(**published | dict(told))
    scored = _with_maps(backbone, module, library)
    return Network(path.name, runner(scored, card), card, digest_of(path, told))


def timm_folder(folder: Path, config: Mapping[str, Any], told: Told) -> Network:
    """The network in a folder as timm writes it: config.json and model.safetensors."""
    published = config.get("pretrained_cfg")
    published = published if isinstance(published, dict) else {}
    of_config: dict[str, Any] = {"backbone": str(config["architecture"]), **_published(published)}
    if isinstance(config.get("label_names"), list):
        with suppress(TypeError, ValueError):  # as if there were none
            of_config["classes"] = names(config["label_names"])
    return state_dict_network(folder / "model.safetensors", of_config | dict(told))


def _read(path: Path) -> dict[str, Tensor]:
    """The tensors of a file by the library's own names."""
    try:
        with safe_open(path, framework="pt") as file:
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            f"{path.name} is no whole safetensors file: {first_line(error)}"
        ) from error
    # what trainers put before each name
    while prefix := next((p for p in _PREFIXES if weights and _all_begin(weights, p)), ""):
        weights = {name.removeprefix(prefix): tensor for name, tensor in weights.items()}
    return {name: of for name, of in weights.items() if not name.endswith(_COUNTERS)}


def _all_begin(weights: Mapping[str, Tensor], prefix: str) -> bool:
    return all(name.startswith(prefix) for name in weights)


def _libraries(name: str) -> list[Classifier]:
    """The libraries that know a network. Raises `CheckpointError` where none does."""
    missing = ""
    found = [find_in_torchvision(name)]
    try:
        found.append(find_in_timm(name))
    except ImportError:
        missing = ", and timm, which may have it, is not installed: pip install timm"
    known = [each for each in found if each is not None]
    if not known:
        raise CheckpointError(f"torchvision and timm have no network {name[:80]!a}{missing}.")
    return known


def _published(of_timm: Mapping[str, Any]) -> dict[str, Any]:
    """What timm says of how its weights were trained, as far as it makes sense."""
    told: dict[str, Any] = {}
    for name, key, read in (
        ("mean", "mean", triple),
        ("std", "std", deviations),
        ("size", "input_size", lambda sides: pair(list(sides[1:]))),
        ("interpolation", "interpolation", _interpolation),
    ):
        try:
            told[name] = read(of_timm[key])
        except (KeyError, TypeError, ValueError):
            continue
    return told


def _interpolation(name: Any) -> str:
    if name not in INTERPOLATIONS:
        raise ValueError(name)
    return str(name)


def _classes(library: Classifier, weights: Mapping[str, Tensor]) -> int | None:
    """How many classes the weights are for; None where they are those of no such network."""
    first, second = (_shapes(library, classes) for classes in _TRIED)
    if set(first) != set(weights):
        return None
    head = [name for name in first if first[name] != second[name]]
    if not head or any(not weights[name].ndim for name in head):
        return None
    return int(weights[head[0]].shape[0])


def _shapes(library: Classifier, classes: int) -> Shapes:
    try:
        with torch.device("meta"):
            module = library.build(classes)
    except NotImplementedError:  # it reads numbers while it is built
        module = library.build(classes)
    tensors = module.state_dict().items()
    return {name: tuple(of.shape) for name, of in tensors if not name.endswith(_COUNTERS)}


def _fill(module: nn.Module, weights: Mapping[str, Tensor], file: str, backbone: str) -> None:
    own = module.state_dict()
    for name, tensor in weights.items():
        if tensor.shape != own[name].shape:
            raise CheckpointError(
                f"{file} holds no {backbone} of this kind: {name} is {tuple(tensor.shape)}, not "
                f"{tuple(own[name].shape)}."
            )
    as_own = {name: tensor.to(own[name].dtype) for name, tensor in weights.items()}
    module.load_state_dict(as_own, strict=False)  # without the counters of batches
    module.eval().requires_grad_(False)


def _with_maps(backbone: str, module: nn.Module, library: Classifier) -> Callable[[Tensor], Any]:
    """The network with its evidence in closed form, or by itself where it has none."""
    try:
        network = cut(backbone, module, library).eval()
    except CheckpointError:
        return module

    def scored(images: Tensor) -> ScoresOf:
        return ScoresOf(_scored(network, images))

    return scored


def _scored(network: CutNetwork, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    features = network.features(images)
    maps = class_activation_maps(features, network.head.weight)
    return network.logits(features), maps, features.mean(dim=(2, 3))


def read_config(path: Path) -> dict[str, Any]:
    """A JSON object out of a file. Raises `CheckpointError`, in words."""
    try:
        read = json.loads(small_text(path))
    except (ValueError, RecursionError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(f"{path.name} is no JSON that can be read.") from error
    if not isinstance(read, dict):
        raise CheckpointError(f"{path.name} holds no JSON object.")
    return read
