"""Image classifiers in a folder of Hugging Face: config.json and weights in safetensors.

A folder that timm wrote needs timm; any other the optional package `transformers`, which is asked
for local files alone, for safetensors alone, and for no code out of the folder.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geoloc_core.models.adapters.card import (
    INTERPOLATIONS,
    Card,
    Told,
    deviations,
    names,
    pair,
    share,
    triple,
)
from geoloc_core.models.adapters.files import digest_of, first_line, kind_of, pickled
from geoloc_core.models.adapters.network import Network
from geoloc_core.models.tensors import CheckpointError

_WEIGHTS = "model.safetensors"
_SHARDED = f"{_WEIGHTS}.index.json"
_PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
_OF_PIL: dict[int, str] = {
    0: "nearest",
    1: "lanczos",
    2: "bilinear",
    3: "bicubic",
    4: "box",
    5: "hamming",
}


def folder_network(folder: Path, told: Told) -> Network:
    """The network in a folder. Raises `CheckpointError`, in words."""
    from geoloc_core.models.adapters.state_dict import read_config, timm_folder

    if not (folder / "config.json").is_file():
        raise CheckpointError(
            f"{folder} is a folder without config.json: a model's folder is as Hugging Face's "
            "libraries write it, with config.json and model.safetensors."
        )
    if not (folder / _WEIGHTS).is_file() and not (folder / _SHARDED).is_file():
        for name in _PICKLES:
            if (folder / name).is_file():
                raise pickled(folder / name)
        raise CheckpointError(f"{folder} holds no {_WEIGHTS}.")
    for path in folder.glob("*.safetensors"):
        kind_of(path)
    config = read_config(folder / "config.json")
    if "architecture" in config and "model_type" not in config:
        return timm_folder(folder, config, told)
    prepared = folder / "preprocessor_config.json"
    of_images = told_by_preprocessor(read_config(prepared)) if prepared.is_file() else {}
    return _by_transformers(folder, of_images | _labels(config) | dict(told))


def told_by_preprocessor(config: Mapping[str, Any]) -> dict[str, Any]:
    """What a preprocessor_config.json says of images, as a card says it.

    Raises `CheckpointError`, in words, where it asks for what is not done here.
    """
    try:
        return _told_by_preprocessor(config)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CheckpointError(
            "preprocessor_config.json prepares images in a way that is not known here: say size, "
            "mean and std in a card beside the folder."
        ) from error


def _told_by_preprocessor(config: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    size = _sides(config.get("size", 224))
    if config.get("do_center_crop"):
        crop = _sides(config.get("crop_size", 224))
        told |= {"size": pair(list(crop)), "resize": "crop"}
        told["crop_share"] = share(max(crop) / min(size))
    else:
        told["size"] = pair(list(size))
        told["resize"] = "squash" if "height" in _named(config.get("size")) else "crop"
    told["interpolation"] = _resampling(config.get("resample", 2))
    # numbers from 0 to 255 times rescale_factor, then normalised; a card's are of 0..1
    factor = 255 * float(config.get("rescale_factor", 1 / 255))
    if not config.get("do_rescale", True):
        factor = 255.0
    mean, std = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    if config.get("do_normalize", True):
        mean, std = triple(config["image_mean"]), deviations(config["image_std"])
    told["mean"] = triple([each / factor for each in mean])
    told["std"] = deviations([each / factor for each in std])
    return told


def _named(size: Any) -> Mapping[str, Any]:
    """A size by name; a bare number is both sides of old files."""
    return size if isinstance(size, dict) else {"height": size, "width": size}


def _sides(size: Any) -> tuple[int, int]:
    named = _named(size)
    if "shortest_edge" in named:
        return pair(named["shortest_edge"])
    return pair([named["height"], named["width"]])


def _resampling(number: Any) -> str:
    name = _OF_PIL[int(number)]
    if name not in INTERPOLATIONS:
        raise ValueError(name)
    return name


def _labels(config: Mapping[str, Any]) -> dict[str, Any]:
    """The names of the classes, where the config has more than numbers for them."""
    labels = config.get("id2label")
    if not isinstance(labels, dict):
        return {}
    try:
        listed = names([labels[str(number)] for number in range(len(labels))])
    except (KeyError, TypeError, ValueError):
        return {}
    counted = tuple(f"LABEL_{number}" for number in range(len(listed)))
    return {} if listed == counted else {"classes": listed}


def _by_transformers(folder: Path, told: Told) -> Network:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        import transformers

        import geoloc_core.models.torchvision_import  # noqa: F401  transformers imports it
    except ImportError as error:
        raise CheckpointError(
            f"{folder.name} needs the package transformers, which is not installed: "
            "pip install transformers."
        ) from error
    try:
        model = transformers.AutoModelForImageClassification.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False, use_safetensors=True
        )
        module = model.float().eval().requires_grad_(False)
    except Exception as error:  # a hostile configuration fails anywhere in the library
        raise CheckpointError(
            f"{folder.name} holds no image classifier that transformers can read: "
            f"{first_line(error)}"
        ) from error
    from geoloc_core.models.adapters.torch_run import runner

    card = Card(**told)
    weights = sorted(folder.glob("*.safetensors"))
    digests = [digest_of(path, told) for path in [folder / "config.json", *weights]]
    run = runner(lambda images: {"logits": module(pixel_values=images).logits}, card)
    return Network(folder.name, run, card, " ".join(digests))
