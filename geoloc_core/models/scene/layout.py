"""What the file of the model for real photographs must hold."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from geoloc_core.models.tensors import CheckpointError, Tensor

STRENGTHS = ("sharpness", "power", "look")


def scene_layout(
    found: Mapping[str, Tensor], cells: int, file: str
) -> tuple[dict[str, tuple[int, ...]], int]:
    """The tensors of a scene model over so many cells, and the features that it reads.

    Raises `CheckpointError` where the file does not say how many.
    """
    weight = found.get("class_weight")
    if weight is None or len(weight.shape) != 2:
        raise CheckpointError(f"{file} holds no scene model: class_weight is missing or no matrix.")
    classes, features = weight.shape
    wanted: dict[str, tuple[int, ...]] = {
        "class_weight": (classes, features),
        "class_bias": (classes,),
        "ratio": (classes, cells),
        "log_prior": (cells,),
        "look_weight": (cells, features),
        "look_bias": (cells,),
    }
    return wanted, features


def check_recipe(recipe: Mapping[str, Any], file: str) -> None:
    """Raise `CheckpointError` unless the recipe says what a scene model is made with."""
    for name in STRENGTHS:
        if type(recipe.get(name)) not in (int, float) or not isfinite(recipe[name]):
            raise CheckpointError(f"{file} cannot be used: its recipe.{name} is no finite number.")
    if not isinstance(recipe.get("body_sha256"), str):
        raise CheckpointError(f"{file} cannot be used: its recipe.body_sha256 is missing.")
