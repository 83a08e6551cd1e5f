"""A table's rows as a manifest: what is not there is filled in, what is wrong is said by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geoloc_core.data.folds import FOLD, FOLDS, split
from geoloc_core.data.table import ManifestError, shown
from geoloc_core.geography.grid import Grid, article_grid

COLUMNS = {
    "file": "str",  # path under the data set's folder, with forward slashes
    "panorama": "str",  # where there is none: the column `place`, else the file
    "latitude": "float64",  # degrees
    "longitude": "float64",
    "heading": "float64",  # degrees clockwise from north, 0 to below 360; NaN where unknown
    "uploader": "str",  # "" where unknown, as in every column of text
    "date": "str",  # ISO 8601, as much of it as is known; simulated ones in Indian time
    "cell": "int64",  # of the article's grid, -1 for none
    "source": "str",
    "licence": "str",
}
SEED = "seed"  # int64, simulated data sets only

ELSEWHERE, TWICE = "files elsewhere", "files listed twice"
NO_PLACE, NOWHERE = "no place", "impossible places"
HEADINGS, CELLS, UNKNOWN_FOLDS = "impossible headings", "nonsense cells", "unknown folds"
EXAMPLES = 10

_RANGES = {"latitude": (-90, 90), "longitude": (-180, 180), "heading": (0, 360)}
_KINDS = {"latitude": NOWHERE, "longitude": NOWHERE, "heading": HEADINGS}


@dataclass(frozen=True, eq=False)
class Fault:
    """What is wrong with some rows, by position; `says` has a sentence for each of the first."""

    kind: str
    says: tuple[str, ...]
    rows: NDArray[np.int64]


def fault(kind: str, wrong: ArrayLike, say: Callable[[int], str]) -> list[Fault]:
    """The fault of the rows that are `wrong` (m,), `say` giving a row's sentence; [] if none is."""
    rows = np.flatnonzero(np.asarray(wrong, bool))
    said = tuple(f"{say(int(row))}." for row in rows[:EXAMPLES])
    return [Fault(kind, said, rows)] if said else []


def filled(table: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """A table as a manifest (`COLUMNS`; `SEED` and `FOLD` where it has them), and its faults.

    Rows stay as they are and in order; a number that is none is NaN, a cell -1. Raises
    ManifestError where a column holds the wrong kind of thing.
    """
    file = text_in(table, "file").map(_plain_path)
    faults = _of_files(file)
    frame = pd.DataFrame({"file": file})
    for name, (low, high) in _RANGES.items():
        frame[name], wrong = _numbers_in(table, name)
        wrong |= frame[name].notna() & ~frame[name].between(low, high)
        faults += fault(_KINDS[name], wrong, _quoting(table, name, f"{name} in degrees", file))
    empty = [_is_empty(table[name]) for name in ("latitude", "longitude")]
    faults += fault(NO_PLACE, empty[0] | empty[1], lambda row: f"{shown(file[row])} has no place")
    panorama = text_in(table, "panorama")
    panorama = panorama.where(panorama != "", text_in(table, "place"))
    frame["panorama"] = panorama.where(panorama != "", file)
    frame["cell"], more = _cells_in(table, frame)
    faults += more
    for name in set(COLUMNS) - set(frame):
        frame[name] = text_in(table, name)
    frame = frame[list(COLUMNS)].astype(COLUMNS)
    if SEED in table and pd.api.types.is_integer_dtype(table[SEED]):
        frame[SEED] = table[SEED].astype("int64")
    if FOLD in table:
        given = text_in(table, FOLD)
        known = f"fold; there are {', '.join(FOLDS)}"
        faults += fault(
            UNKNOWN_FOLDS, ~given.isin(["", *FOLDS]), _quoting(table, FOLD, known, file)
        )
        frame[FOLD] = given.where(given.isin(FOLDS), split(frame))
    return frame, faults


def cells_of(places: pd.DataFrame, grid: Grid) -> NDArray[np.int64]:
    """The cells (m,) of a grid that rows lie in, -1 where in none or where there is no place."""
    points = places[["latitude", "longitude"]].to_numpy(np.float64)
    possible = (np.abs(points) <= (90, 180)).all(axis=1)
    cells = np.full(len(points), -1, np.int64)
    if possible.any():
        cells[possible] = grid.cells_of(points[possible])
    return cells


def text_in(table: pd.DataFrame, name: str) -> pd.Series[str]:
    """A column of text, "" where it is empty or not there. Raises ManifestError if it is none."""
    if name not in table:
        return pd.Series("", index=table.index, dtype="str")
    column = table[name].where(table[name].notna(), "")
    if not pd.api.types.is_string_dtype(column):
        raise ManifestError(f"The manifest's column {name} must hold text, not {column.dtype}.")
    return column.astype("str")


def is_inside(file: str) -> bool:
    """Whether a path leads into the data set's folder and not out of it."""
    path = PurePosixPath(file)
    return (
        bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\\" not in file
    )


def _of_files(file: pd.Series[str]) -> list[Fault]:
    def elsewhere(row: int) -> str:
        named = f"'{shown(file[row])}' is no path of a file inside the data set's folder"
        if not file[row]:
            return f"{named} (row {row + 1})"
        return f"{named}: use forward slashes" if "\\" in file[row] else named

    twice = file.duplicated() & (file != "")
    return [
        *fault(ELSEWHERE, ~file.map(is_inside).astype(bool), elsewhere),
        *fault(TWICE, twice, lambda row: f"{shown(file[row])} is listed twice"),
    ]


def _cells_in(table: pd.DataFrame, frame: pd.DataFrame) -> tuple[pd.Series[int], list[Fault]]:
    """A table's cells, filled in from the places of `frame`."""
    cells, wrong = _numbers_in(table, "cell")
    wrong |= cells.notna() & ~(cells.between(-1, 2**31) & (cells % 1 == 0))
    faults = fault(CELLS, wrong, _quoting(table, "cell", "number of a cell", frame["file"]))
    cells = cells.mask(wrong, -1)
    if cells.isna().any():
        cells = cells.fillna(pd.Series(cells_of(frame, article_grid()), index=cells.index))
    return cells.astype("int64"), faults


def _numbers_in(table: pd.DataFrame, name: str) -> tuple[pd.Series[float], pd.Series[bool]]:
    """A column of numbers, NaN where it is empty, and where it holds what is no number."""
    if name not in table:
        nothing = pd.Series(np.nan, index=table.index)
        return nothing, pd.Series(False, index=table.index)
    column = table[name]
    if pd.api.types.is_numeric_dtype(column):
        numbers = column.astype("float64")
        return numbers, numbers.abs().eq(np.inf)
    text = text_in(table, name)
    numbers = pd.to_numeric(text, errors="coerce").astype("float64")
    wrong = ~_is_empty(column) & (numbers.isna() | numbers.abs().eq(np.inf))
    return numbers, wrong


def _is_empty(column: pd.Series[Any]) -> pd.Series[bool]:
    return column.isna() | (column == "")


def _quoting(
    table: pd.DataFrame, name: str, what: str, file: pd.Series[str]
) -> Callable[[int], str]:
    return lambda row: f"'{shown(table[name][row])}' is no {what} ({shown(file[row])})"


def _plain_path(file: str) -> str:
    """./a//b.jpg is a/b.jpg, so that no image is listed under two names."""
    return str(PurePosixPath(file)) if file and is_inside(file) else file
