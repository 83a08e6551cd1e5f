"""The manifest of a data set, one row an image: read for every command from Parquet or CSV."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.assets import intact
from geoloc_core.data.filling import COLUMNS, SEED, Fault, cells_of, fault, filled
from geoloc_core.data.table import PARQUET, ManifestError, find_table, read_table, shown
from geoloc_core.files import write_whole
from geoloc_core.geography.grid import Grid, article_grid

__all__ = ["COLUMNS", "SEED", "ManifestError", "on_grid", "read_manifest", "write_manifest"]

_log = logging.getLogger(__name__)


def read_manifest(directory: Path, *, files: bool = False) -> pd.DataFrame:
    """The manifest in a data set's folder, checked and filled in (see `filling.filled`).

    `manifest.parquet`, else a CSV table (see `find_table`); only file, latitude and longitude must
    be there. With `files`, every image, too. Raises ManifestError.
    """
    path = manifest_path(directory)
    frame, faults = filled(read_table(path))
    refuse(faults, str(path))
    if files:
        missing = [not (directory / name).is_file() for name in frame["file"]]
        said = fault(
            "missing files", missing, lambda row: f"{shown(frame['file'][row])} is missing"
        )
        refuse(said, str(path))
    return frame


def manifest_path(directory: Path) -> Path:
    """The file that holds a folder's manifest. Raises ManifestError if there is none."""
    intact(directory / PARQUET)  # where it is one that ships
    path = find_table(directory)
    if path is None:
        raise ManifestError(
            f"There is no {PARQUET} in {directory}, and no CSV table. `pata collect folder` makes "
            "a data set of a folder of photos."
        )
    return path


def write_manifest(directory: Path, frame: pd.DataFrame, name: str = PARQUET) -> None:
    """Check a manifest and write it into a data set's folder, whole. Raises ManifestError."""
    if frame.empty:
        raise ManifestError("The manifest lists no images.")
    lacking = [column for column in COLUMNS if column not in frame]
    if lacking:
        raise ManifestError(f"The manifest lacks the columns {', '.join(lacking)}.")
    checked, faults = filled(frame.reset_index(drop=True))
    refuse(faults, "The manifest")
    write_whole(directory / name, lambda path: checked.to_parquet(path, index=False))


def refuse(faults: Iterable[Fault], name: str) -> None:
    """Raise ManifestError for the first fault, if there is one: its first row, and how many."""
    for found in faults:
        more = len(found.rows) - 1
        others = f" So it is with {more} more of its rows: `pata check` lists them." if more else ""
        raise ManifestError(f"{name}: {found.says[0]}{others}")


def on_grid(manifest: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """The manifest's images that lie on a grid, `cell` being theirs there; warns of the others."""
    cells = cells_of(manifest, grid)
    warn_of_outside(manifest, cells)
    return manifest.assign(cell=cells)[cells >= 0]


def warn_of_outside(manifest: pd.DataFrame, cells: NDArray[np.int64]) -> None:
    """Warn, once, of images that are left out because they lie in no cell (-1)."""
    if sentence := outside_words(manifest, cells):
        _warn(f"Left out: {sentence}")


def outside_words(manifest: pd.DataFrame, cells: NDArray[np.int64]) -> str:
    """A sentence on the images that lie in no cell (-1), the first named; "" where all do."""
    outside = manifest[cells < 0]
    if outside.empty:
        return ""
    first, swapped = outside.iloc[0], int(looks_swapped(outside).sum())
    hint = f" {swapped} would with latitude and longitude swapped." if swapped else ""
    return (
        f"{len(outside)} of {len(manifest)} images do not lie on the grid of India, first "
        f"{shown(first['file'])} at {first['latitude']:.4g}, {first['longitude']:.4g}.{hint}"
    )


def looks_swapped(places: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each row (m,) lies outside India, and inside with its two degrees swapped."""
    turned = places.rename(columns={"latitude": "longitude", "longitude": "latitude"})
    inside, inside_turned = (cells_of(each, article_grid()) >= 0 for each in (places, turned))
    return ~inside & inside_turned


@cache
def _warn(sentence: str) -> None:
    _log.warning(sentence)
