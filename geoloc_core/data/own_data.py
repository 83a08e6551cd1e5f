"""A data set of one's own that the pages show: the folder that `PATA_DATA` names.

Its evaluations lie in its folder `evaluations`, as `pata evaluate --data DIR --out
DIR/evaluations/NAME` writes them.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.data.filling import is_inside
from geoloc_core.data.manifest import ManifestError, on_grid, outside_words, read_manifest
from geoloc_core.geography.grid import Grid
from geoloc_core.images.photo import PhotoError, read_photo_file

VARIABLE = "PATA_DATA"
EVALUATIONS = "evaluations"


def own_folder() -> Path | None:
    """The folder that `PATA_DATA` names; None where it names none."""
    named = os.environ.get(VARIABLE, "").strip()
    return Path(named).expanduser() if named else None


def own_manifest(folder: Path, grid: Grid) -> pd.DataFrame:
    """The manifest in a folder, images outside the grid left out. Raises ManifestError."""
    manifest = read_manifest(folder)
    located = on_grid(manifest, grid)
    if located.empty:
        raise ManifestError(outside_words(manifest, np.full(len(manifest), -1)))
    return located.reset_index(drop=True)


def own_evaluations(folder: Path) -> dict[str, Path]:
    """The evaluations of a folder by name: the files that `pata evaluate --out` wrote."""
    try:
        paths = sorted((folder / EVALUATIONS).glob("*.parquet"))
    except OSError:  # a folder that may not be read holds none
        return {}
    return {path.stem: path for path in paths if path.stem != "baselines"}


def own_image(folder: Path, file: str) -> NDArray[np.uint8] | str:
    """An image of a folder's manifest, (h, w, 3) uint8 RGB, or a sentence why there is none."""
    if not is_inside(file):
        return "This file does not lie in the data set's folder."
    try:
        return read_photo_file(folder / file).pixels
    except PhotoError as error:
        return str(error)
