"""A model's card: what images it takes and what it gives, as far as its file does not say so.

The card is a small TOML file beside the model and of its name: net.toml beside net.onnx. What it
says goes before what the file tells, and that before the defaults here.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from geoloc_core.images.credit_line import MASKS, Mask
from geoloc_core.models.tensors import CheckpointError
from geoloc_core.text import terminal_safe

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
LARGEST_SIDE = 2048
MOST_CLASSES = 100_000
_MOST_BYTES = 10 * 2**20  # of a card or of a configuration

Triple = tuple[float, float, float]
Interpolation = Literal["area", "nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]
INTERPOLATIONS: tuple[Interpolation, ...] = (
    "area",
    "nearest",
    "box",
    "bilinear",
    "hamming",
    "bicubic",
    "lanczos",
)


@dataclass(frozen=True)
class Card:
    """What a model takes in and gives.

    size: height and width in pixels, None for images as they are; resize: "squash" the whole image,
    or "crop" the middle of it after its shorter side is as long as the size over `crop_share`;
    interpolation: as Pillow does it, but "area" as OpenCV and Pata's own models;
    mean, std: of each colour channel over images scaled to 0..1; layout: of the tensor that goes
    in; output: what comes out, None where its numbers tell (those that are never below 0 and add up
    to 1 are probabilities); mask: of its training; backbone: the network's name in torchvision or
    timm; grid: a file, whose cells the classes are; classes: their names, () where there are none.
    """

    size: tuple[int, int] | None = (224, 224)
    resize: Literal["squash", "crop"] = "squash"
    crop_share: float = 1.0
    interpolation: Interpolation = "bilinear"
    mean: Triple = IMAGENET_MEAN
    std: Triple = IMAGENET_STD
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    output: Literal["logits", "probabilities"] | None = None
    mask: Mask = "none"
    backbone: str = ""
    grid: Path | None = None
    classes: tuple[str, ...] = ()


Told = Mapping[str, Any]
"""Some fields of a `Card` by name."""


def card_beside(model: Path) -> Told:
    """What the card beside a model says; {} where there is none. Raises `CheckpointError`."""
    path = model.with_suffix(".toml")
    if not path.is_file():
        return {}
    try:
        read = tomllib.loads(small_text(path))
    except tomllib.TOMLDecodeError as error:
        raise CheckpointError(f"{path.name} is no TOML: {error}.") from error
    told = {name: _checked(name, value, path) for name, value in read.items()}
    if "grid" in told:
        told["grid"] = path.parent / told["grid"]
    return told


def small_text(path: Path) -> str:
    """The text of a small file. Raises `CheckpointError` where it is none."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CheckpointError(f"{path.name} is larger than {_MOST_BYTES >> 20} MB.")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{path.name} is no text file that can be read.") from error


def pair(value: Any) -> tuple[int, int]:
    """A size as a number or as height and width. Raises ValueError or TypeError."""
    height, width = value if isinstance(value, list | tuple) else (value, value)
    if type(height) is not int or type(width) is not int:
        raise TypeError(value)
    if not (1 <= height <= LARGEST_SIDE and 1 <= width <= LARGEST_SIDE):
        raise ValueError(value)
    return height, width


def triple(value: Any) -> Triple:
    """Three finite numbers. Raises ValueError or TypeError."""
    red, green, blue = (float(each) for each in value)
    if not all(math.isfinite(each) for each in (red, green, blue)):
        raise ValueError(value)
    return red, green, blue


def deviations(value: Any) -> Triple:
    """Three numbers above 0. Raises ValueError or TypeError."""
    if not min(triple(value)) > 0:
        raise ValueError(value)
    return triple(value)


def share(value: Any) -> float:
    """A number above 0, at most 1. Raises ValueError or TypeError."""
    if not 0 < float(value) <= 1:
        raise ValueError(value)
    return float(value)


def names(value: Any) -> tuple[str, ...]:
    """The names of classes, each another one. Raises ValueError or TypeError."""
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise TypeError(value)
    if not 2 <= len(value) <= MOST_CLASSES or len(set(value)) < len(value):
        raise ValueError(value)
    return tuple(value)


def _word(*words: str) -> Callable[[Any], str]:
    def chosen(value: Any) -> str:
        if value not in words:
            raise ValueError(value)
        return str(value)

    return chosen


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


_READ: dict[str, tuple[Callable[[Any], Any], str]] = {
    "size": (pair, f"pixels a side, 1 to {LARGEST_SIDE}, or [height, width]"),
    "resize": (_word("squash", "crop"), "squash or crop"),
    "crop_share": (share, "a number above 0, at most 1"),
    "interpolation": (_word(*INTERPOLATIONS), f"one of {', '.join(INTERPOLATIONS)}"),
    "mean": (triple, "three numbers, of images scaled to 0..1"),
    "std": (deviations, "three numbers above 0, of images scaled to 0..1"),
    "layout": (_word("NCHW", "NHWC"), "NCHW or NHWC"),
    "output": (_word("logits", "probabilities"), "logits or probabilities"),
    "mask": (_word(*MASKS), f"one of {', '.join(MASKS)}"),
    "backbone": (_text, "the name of a network of torchvision or timm"),
    "grid": (_text, "a GeoJSON file, beside this one"),
    "classes": (names, f"2 to {MOST_CLASSES} names, each another one"),
}


def _checked(name: str, value: Any, path: Path) -> Any:
    if name not in _READ:
        raise CheckpointError(
            f"{path.name}: {terminal_safe(name[:40])!r} is nothing that a card says; it may say "
            f"{', '.join(_READ)}."
        )
    read, what = _READ[name]
    try:
        return read(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise CheckpointError(f"{path.name}: {name} must be {what}.") from error
