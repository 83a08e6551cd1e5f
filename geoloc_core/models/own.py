"""Models of one's own, which the app offers by name, and the card of any model's file.

They are the checkpoints (.safetensors) in the folder `models` of this checkout and in the one that
`PATA_MODELS` names, and there the models of another's making that have a card of TOML beside them
(see `adapters.card`). A card of Pata is read from the head of a checkpoint, without its weights.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from geoloc_core.catalogue import PHOTO_MODELS, SHIPPED
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.downloads import FOLDER_VARIABLE
from geoloc_core.models.metadata import checked_metadata
from geoloc_core.models.tensors import CheckpointError, read_header
from geoloc_core.paths import ASSETS

FOLDER = ASSETS.parent / "models"
_OTHERS = (".onnx", ".pt2")  # no TorchScript: it is a program


@dataclass(frozen=True)
class Card:
    """What the head of a checkpoint says of it.

    architecture: its backbone; cells: of its grid; mask: of its training; size: input pixels a
    side; scores: of its validation; data: the fingerprint of its training data, "" where there was
    none; written: the day of its file, as 2026-11-26.
    """

    architecture: str
    cells: int
    mask: Mask
    size: int
    scores: Mapping[str, float]
    data: str
    written: str


def own_models(folder: Path = FOLDER) -> dict[str, Path]:
    """The models of one's own by name; a name of the catalogue stands for the catalogue's model."""
    named = os.environ.get(FOLDER_VARIABLE)
    folders = [folder, *([Path(named).expanduser()] if named else [])]
    found: dict[str, Path] = {}
    for each in folders:
        try:
            paths = sorted(path for path in each.iterdir() if _is_offered(path))
        except OSError:  # a folder that may not be read has no models to offer
            continue
        found |= {path.stem: path for path in paths}
    return {name: path for name, path in found.items() if name not in {*SHIPPED, *PHOTO_MODELS}}


def read_card(path: Path) -> Card:
    """Read the card of a checkpoint. Raises `CheckpointError`, in words, where it has none."""
    if path.suffix != ".safetensors":
        raise CheckpointError(f"{path.name} is a model of another's making.")
    facts = checked_metadata(read_header(path).metadata, path.name)
    try:
        cells = len(json.loads(facts.grid)["features"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CheckpointError(f"{path.name} cannot be used: its grid is wrong.") from error
    return Card(
        architecture=facts.architecture,
        cells=cells,
        mask=facts.mask,
        size=facts.size,
        scores=facts.scores,
        data=facts.data_fingerprint,
        written=datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat(),
    )


def _is_offered(path: Path) -> bool:
    if path.suffix in _OTHERS:
        return path.with_suffix(".toml").is_file()
    return path.suffix == ".safetensors"
