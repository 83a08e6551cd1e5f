"""A checkpoint: a trained network with everything needed to use it and to know where it is from.

One safetensors file, half precision for the weights of convolutions and head, single for the
short vectors (batch normalisation is sensitive and costs next to nothing).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from geoloc_core.assets import intact
from geoloc_core.catalogue import GEOCLIP, PHOTO_MODELS, SCENE, SHIPPED
from geoloc_core.files import file_sha256
from geoloc_core.geography.grid import Grid, grid_from_geojson, grid_to_geojson
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.geoclip_table import WIDTH, check_table, table_layout
from geoloc_core.models.metadata import MOST_VIEWS, Metadata, checked_metadata
from geoloc_core.models.ood import Novelty
from geoloc_core.models.resnext50 import RESNEXT50, resnext50_layout
from geoloc_core.models.scene.layout import check_recipe, scene_layout
from geoloc_core.models.tensors import (
    Array,
    CheckpointError,
    Layout,
    Tensor,
    below,
    check_numbers,
    check_shapes,
    read_header,
    read_tensors,
    write_tensors,
)
from geoloc_core.paths import ASSETS

__all__ = [
    "MOST_VIEWS",
    "Checkpoint",
    "CheckpointError",
    "checkpoint_path",
    "load_checkpoint",
    "save_checkpoint",
]

PROMISE = 0.9  # how often prediction sets hold the true cell, for images like those of training
MOST_NUMBERS = 500_000_000  # in all tensors: no backbone with a closed form comes near
_FLOATS, _INTEGERS = ("F16", "F32", "F64"), ("I16", "I32", "I64")
_UNUSED = "num_batches_tracked"  # what torch counts in training
_COUNTS = (_UNUSED, "network.cell")


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
    agree; `AssetError` if it is one that ships and was changed.
    """
    if not intact(path).is_file():
        raise CheckpointError(
            f"There is no file {path}. A model is a checkpoint file, or one that ships: "
            f"{', '.join(SHIPPED)}."
        )
    header = read_header(path)
    facts = checked_metadata(header.metadata, path.name)
    grid = _grid(facts, path.name)
    _check_layout(header.tensors, facts, grid, path.name)
    tensors, _ = read_tensors(path)
    check_numbers(tensors, path.name)
    checkpoint = _checkpoint(facts, grid, tensors)
    _check_parts(checkpoint, path.name)
    return replace(checkpoint, file_sha256=file_sha256(path))


def _checkpoint(facts: Metadata, grid: Grid, tensors: Mapping[str, Array]) -> Checkpoint:
    novelty = below(tensors, "novelty.")
    return Checkpoint(
        architecture=facts.architecture,
        grid=grid,
        mask=facts.mask,
        mean=_three(facts.mean),
        std=_three(facts.std),
        size=facts.size,
        temperature=facts.temperature,
        conformal=tuple(facts.conformal),
        data_fingerprint=facts.data_fingerprint,
        scores=facts.scores,
        recipe=facts.recipe,
        novelty=Novelty(
            **{name: _as_single(array) for name, array in novelty.items()},
            noise_variance=facts.novelty.rest,
            threshold=facts.novelty.threshold,
        ),
        state={name: _as_single(array) for name, array in below(tensors, "network.").items()},
    )


def _grid(facts: Metadata, file: str) -> Grid:
    try:
        grid = grid_from_geojson(facts.grid)
    except ValueError as error:
        raise CheckpointError(f"{file} cannot be used: its grid is wrong, {error}.") from error
    if grid.fingerprint != facts.grid_fingerprint:
        raise CheckpointError(f"The grid in {file} does not match its fingerprint: it was changed.")
    return grid


def _check_layout(found: Mapping[str, Tensor], facts: Metadata, grid: Grid, file: str) -> None:
    """Whether the tensors are those of the network, none more, none less, in numbers that fit."""
    if sum(prod(tensor.shape) for tensor in found.values()) > MOST_NUMBERS:
        raise CheckpointError(f"{file} cannot be used: more than {MOST_NUMBERS:,} numbers.")
    network, backbone = below(found, "network."), facts.architecture
    wanted: Mapping[str, tuple[int, ...]]
    if backbone == GEOCLIP:
        wanted, features = table_layout(network), WIDTH
    elif backbone == SCENE:
        wanted, features = scene_layout(network, len(grid), file)
    else:
        wanted, head = layout_of(backbone, len(grid))
        scored = network.get(f"{head}.weight", Tensor("", ()))
        if scored.shape and scored.shape[0] != len(grid):
            raise CheckpointError(
                f"{file} scores {scored.shape[0]} cells, but its grid has {len(grid)}."
            )
        features = wanted[f"{head}.weight"][1]
    check_shapes(network, wanted, backbone, file)
    novelty = below(found, "novelty.")
    directions = next(iter(novelty.get("directions", Tensor("", ())).shape), 0)
    of_novelty = {
        "mean": (features,),
        "directions": (directions, features),
        "variances": (directions,),
    }
    check_shapes(novelty, of_novelty, "measure of novelty", file)
    known = {f"network.{name}" for name in wanted} | {f"novelty.{name}" for name in of_novelty}
    for name, tensor in found.items():
        counts = name.endswith(_COUNTS)
        if name not in known and not name.endswith(_UNUSED):
            raise CheckpointError(f"{file} cannot be used: no {backbone} has a tensor {name}.")
        if tensor.kind not in (_INTEGERS if counts else _FLOATS):
            raise CheckpointError(f"{file} cannot be used: {name} is of the kind {tensor.kind}.")


def _check_parts(checkpoint: Checkpoint, file: str) -> None:
    """What can only be seen in the numbers themselves."""
    if (checkpoint.novelty.variances <= 0).any():
        raise CheckpointError(f"{file} cannot be used: a variance of its novelty is not above 0.")
    if checkpoint.architecture == GEOCLIP:
        check_table(checkpoint.state, len(checkpoint.grid), file)
    elif checkpoint.architecture == SCENE:
        check_recipe(checkpoint.recipe, file)


def layout_of(backbone: str, cells: int) -> Layout:
    """The layout of a network; that of the default backbone needs no torch."""
    if backbone == RESNEXT50:
        return resnext50_layout(cells)
    from geoloc_core.models.backbones import backbone_layout

    return backbone_layout(backbone, cells)


def _compact(tensor: Array) -> Array:
    half = np.issubdtype(tensor.dtype, np.floating) and tensor.ndim > 1
    return tensor.astype(np.float16) if half else tensor


def _as_single(tensor: Array) -> Array:
    return tensor.astype(np.float32) if np.issubdtype(tensor.dtype, np.floating) else tensor


def _three(values: Any) -> tuple[float, float, float]:
    red, green, blue = values
    return float(red), float(green), float(blue)
