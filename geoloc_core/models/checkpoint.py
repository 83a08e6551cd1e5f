"""A checkpoint: a trained network with everything needed to use it and to know where it is from.

One safetensors file, half precision for the weights of convolutions and head, single for the
short vectors (batch normalisation is sensitive and costs next to nothing).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from geoloc_core.assets import intact
from geoloc_core.catalogue import GEOCLIP, PHOTO_MODELS, SCENE, SHIPPED
from geoloc_core.files import file_sha256
from geoloc_core.geography.grid import Grid, grid_from_geojson, grid_to_geojson
from geoloc_core.images.credit_line import MASKS, Mask
from geoloc_core.models.geoclip_table import check_table
from geoloc_core.models.ood import Novelty
from geoloc_core.models.resnext50 import RESNEXT50, resnext50_layout
from geoloc_core.models.scene.layout import check_scene
from geoloc_core.models.tensors import (
    Array,
    CheckpointError,
    Layout,
    check_shapes,
    read_tensors,
    write_tensors,
)
from geoloc_core.paths import ASSETS

__all__ = [
    "Checkpoint",
    "CheckpointError",
    "checkpoint_path",
    "load_checkpoint",
    "save_checkpoint",
]

MOST_VIEWS = 4  # images of one place that make one prediction
PROMISE = 0.9  # how often prediction sets hold the true cell, for images like those of training


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A trained network.

    architecture: its backbone's name; mean, std: of each colour channel over images scaled to 0..1;
    size: input pixels a side; temperature: logits are divided by it; conformal: by number of views,
    1 to 4, the share of probability that the cells of the prediction set hold (see
    `calibration.conformal_level`), empty where nothing was measured;
    data_fingerprint: sha256 of the training manifest; scores: of the validation images; recipe: how
    it was trained; state: the network's tensors, float32; file_sha256: of the file that it was read
    from, empty where there is none.
    """

    architecture: str
    grid: Grid
    mask: Mask
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    size: int
    temperature: float
    conformal: tuple[float, ...]
    data_fingerprint: str
    scores: Mapping[str, float]
    recipe: Mapping[str, Any]
    novelty: Novelty
    state: Mapping[str, Array]
    file_sha256: str = ""


def checkpoint_path(name: str) -> Path:
    """Give the path of a model: one of the catalogue by name, or a file's own."""
    known = name in SHIPPED or name in PHOTO_MODELS
    return ASSETS / "weights" / f"{name}.safetensors" if known else Path(name)


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write the checkpoint as one safetensors file, whole or not at all."""
    tensors = {f"network.{name}": _compact(tensor) for name, tensor in checkpoint.state.items()}
    novelty = checkpoint.novelty
    for name in ("mean", "directions", "variances"):
        tensors[f"novelty.{name}"] = getattr(novelty, name)
    metadata = {
        "architecture": checkpoint.architecture,
        "grid": grid_to_geojson(checkpoint.grid),
        "grid_fingerprint": checkpoint.grid.fingerprint,
        "mask": checkpoint.mask,
        "mean": checkpoint.mean,
        "std": checkpoint.std,
        "size": checkpoint.size,
        "temperature": checkpoint.temperature,
        "conformal": checkpoint.conformal,
        "data_fingerprint": checkpoint.data_fingerprint,
        "scores": dict(checkpoint.scores),
        "recipe": dict(checkpoint.recipe),
        "novelty": {"rest": novelty.noise_variance, "threshold": novelty.threshold},
    }
    write_tensors(path, tensors, metadata)


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint and check that its parts belong together.

    Raises `CheckpointError`, in words, if the file is missing, damaged, no safetensors file, no
    checkpoint of Pata, of a backbone that cannot be had here, or if its weights and its grid do not
    agree.
    """
    if not intact(path).is_file():
        raise CheckpointError(
            f"There is no file {path}. A model is a checkpoint file, or one that ships: "
            f"{', '.join(SHIPPED)}."
        )
    tensors, metadata = read_tensors(path)
    try:
        return replace(_checkpoint(path.name, tensors, metadata), file_sha256=file_sha256(path))
    except KeyError as error:
        raise CheckpointError(
            f"{path.name} is no checkpoint of Pata: {error.args[0]} is missing."
        ) from error
    except (TypeError, ValueError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(f"{path.name} holds metadata that make no sense: {error}") from error


def _checkpoint(file: str, tensors: dict[str, Array], metadata: dict[str, Any]) -> Checkpoint:
    backbone = str(metadata["architecture"])
    if metadata["mask"] not in MASKS:
        raise CheckpointError(f"{file} names the mask {metadata['mask']!r}, which is none of ours.")
    grid = grid_from_geojson(metadata["grid"])
    if grid.fingerprint != metadata["grid_fingerprint"]:
        raise CheckpointError(f"The grid in {file} does not match its fingerprint: it was changed.")
    state = _group(tensors, "network.")
    if backbone == GEOCLIP:
        check_table(state, len(grid), file)
    elif backbone == SCENE:
        check_scene(state, len(grid), file)
    else:
        _check_network(state, backbone, len(grid), file)
    novelty = _group(tensors, "novelty.")
    return Checkpoint(
        architecture=backbone,
        grid=grid,
        mask=metadata["mask"],
        mean=_three(metadata["mean"]),
        std=_three(metadata["std"]),
        size=int(metadata["size"]),
        temperature=float(metadata["temperature"]),
        conformal=tuple(float(share) for share in metadata["conformal"]),
        data_fingerprint=str(metadata["data_fingerprint"]),
        scores=dict(metadata["scores"]),
        recipe=dict(metadata["recipe"]),
        novelty=Novelty(
            novelty["mean"],
            novelty["directions"],
            novelty["variances"],
            noise_variance=float(metadata["novelty"]["rest"]),
            threshold=float(metadata["novelty"]["threshold"]),
        ),
        state=state,
    )


def _check_network(state: Mapping[str, Array], backbone: str, cells: int, file: str) -> None:
    shapes, head = layout_of(backbone, cells)
    scored = len(state[f"{head}.weight"]) if f"{head}.weight" in state else cells
    if scored != cells:
        raise CheckpointError(f"{file} scores {scored} cells, but its grid has {cells}.")
    check_shapes(state, shapes, backbone, file)


def layout_of(backbone: str, cells: int) -> Layout:
    """The layout of a network; that of the default backbone needs no torch."""
    if backbone == RESNEXT50:
        return resnext50_layout(cells)
    from geoloc_core.models.backbones import backbone_layout

    return backbone_layout(backbone, cells)


def _compact(tensor: Array) -> Array:
    half = np.issubdtype(tensor.dtype, np.floating) and tensor.ndim > 1
    return tensor.astype(np.float16) if half else tensor


def _group(tensors: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {
        name.removeprefix(prefix): (
            tensor.astype(np.float32) if np.issubdtype(tensor.dtype, np.floating) else tensor
        )
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }


def _three(values: Any) -> tuple[float, float, float]:
    red, green, blue = values
    return float(red), float(green), float(blue)
