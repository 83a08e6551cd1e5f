"""What the file of the model for real photographs must hold."""

from __future__ import annotations

from collections.abc import Mapping

from geoloc_core.models.tensors import Array, CheckpointError, check_shapes


def check_scene(state: Mapping[str, Array], cells: int, file: str) -> None:
    """Raise `CheckpointError` unless a file's tensors are those of a scene model over its grid."""
    if "class_weight" not in state or state["class_weight"].ndim != 2:
        raise CheckpointError(f"{file} holds no scene model: class_weight is missing or no matrix.")
    classes, features = state["class_weight"].shape
    wanted = {
        "class_weight": (classes, features),
        "class_bias": (classes,),
        "ratio": (classes, cells),
        "log_prior": (cells,),
        "look_weight": (cells, features),
        "look_bias": (cells,),
    }
    check_shapes(state, wanted, "scene model", file)
