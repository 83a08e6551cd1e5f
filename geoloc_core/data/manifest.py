"""The manifest of a data set: one row an image, in `manifest.parquet` beside the images."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
import pyarrow

from geoloc_core.errors import UserError
from geoloc_core.files import write_whole
from geoloc_core.geography.grid import Grid

NAME = "manifest.parquet"
COLUMNS = {
    "file": "str",  # path under the data set's folder, with forward slashes
    "panorama": "str",
    "latitude": "float64",  # degrees
    "longitude": "float64",
    "heading": "float64",  # degrees clockwise from north, 0 to below 360
    "uploader": "str",  # "" where unknown
    "date": "str",  # ISO 8601, as much of it as is known; simulated ones in Indian time
    "cell": "int64",  # of the article's grid, -1 for none
    "source": "str",
    "licence": "str",
}
SEED = "seed"  # int64, simulated data sets only


class ManifestError(UserError):
    """A manifest that cannot be used; its message is the sentence to show."""


def read_manifest(directory: Path, *, files: bool = False) -> pd.DataFrame:
    """The manifest in a data set's folder, checked; with `files`, also that every image is there.

    Raises ManifestError.
    """
    path = directory / NAME
    if not path.is_file():
        raise ManifestError(f"There is no {NAME} in {directory}.")
    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise ManifestError(f"{path} is no Parquet file that can be read.") from error
    frame = _checked(frame, str(path))
    if files:
        missing = [name for name in frame["file"] if not (directory / name).is_file()]
        if missing:
            raise ManifestError(
                f"Images of {path} are missing: {len(missing)}, {missing[0]} first."
            )
    return frame


def write_manifest(directory: Path, frame: pd.DataFrame) -> None:
    """Check a manifest and write it into a data set's folder, whole. Raises ManifestError."""
    checked = _checked(frame, "The manifest")
    write_whole(directory / NAME, lambda path: checked.to_parquet(path, index=False))


def on_grid(manifest: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """The manifest's images that lie on a grid, `cell` being theirs there."""
    cells = grid.cells_of(manifest[["latitude", "longitude"]].to_numpy())
    return manifest.assign(cell=cells)[cells >= 0]


def _checked(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The manifest's columns in order and of the right types. Raises ManifestError."""
    lacking = [column for column in COLUMNS if column not in frame]
    if lacking:
        raise ManifestError(f"{name} lacks the columns {', '.join(lacking)}.")
    types = COLUMNS | ({SEED: "int64"} if SEED in frame else {})
    frame = frame[list(types)].reset_index(drop=True)
    if frame.empty:
        raise ManifestError(f"{name} lists no images.")
    for column, kind in types.items():
        if frame[column].isna().any():
            raise ManifestError(f"{name} has empty places in the column {column}.")
        try:
            frame[column] = _typed(frame[column], kind)
        except (TypeError, ValueError) as error:
            raise ManifestError(f"{name}: the column {column} must hold {kind}.") from error
    for column, low, high in (("latitude", -90, 90), ("longitude", -180, 180), ("heading", 0, 360)):
        if not frame[column].between(low, high).all():
            raise ManifestError(f"{name}: the column {column} must lie in {low} to {high} degrees.")
    if (frame["panorama"] == "").any():
        raise ManifestError(f"{name}: an image has no panorama.")
    if frame["file"].duplicated().any() or not frame["file"].map(is_inside).all():
        raise ManifestError(f"{name}: files must be distinct paths inside the data set's folder.")
    return frame


def _typed(column: pd.Series[Any], kind: str) -> pd.Series[Any]:
    """The column as `kind`. Raises ValueError where that would change what it says."""
    typed: pd.Series[Any] = column.astype(kind)  # type: ignore[call-overload]
    is_text = pd.api.types.is_string_dtype(column)
    if is_text != (kind == "str") or not np.array_equal(typed, column):
        raise ValueError(kind)
    return typed


def is_inside(file: str) -> bool:
    """Whether a path leads into the data set's folder and not out of it."""
    path = PurePosixPath(file)
    return (
        bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\\" not in file
    )
