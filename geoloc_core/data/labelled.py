"""A data set whose images bear classes: the cells of a grid, or what a column of its table says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.data.filling import NO_PLACE, filled
from geoloc_core.data.manifest import manifest_path, on_grid, refuse
from geoloc_core.data.table import NEEDED, ManifestError, read_table, shown
from geoloc_core.geography.grid import Grid

DataSet = Path | pd.DataFrame
"""A data set's folder, its table (CSV or Parquet) beside its images, or that table read."""


def read_data(data: DataSet, column: str | None = None) -> tuple[pd.DataFrame, str]:
    """The table of a data set with all its columns, and what a sentence calls it.

    With `column` it needs that one and `file`, else `NEEDED`. Raises ManifestError.
    """
    needed = NEEDED if column is None else ("file", column)
    if isinstance(data, pd.DataFrame):
        lacking = [name for name in needed if name not in data]
        if lacking or data.empty:
            raise ManifestError(
                f"The manifest lacks the columns {', '.join(lacking)}."
                if lacking
                else "The manifest lists no images."
            )
        return data.reset_index(drop=True), "The manifest"
    path = data if data.is_file() else manifest_path(data)
    return read_table(path, needed), str(path)


def names_in(table: pd.DataFrame, column: str) -> tuple[str, ...]:
    """The classes that a column names, each once: numbers in their order, else as in a dictionary.

    That is the order in which scikit-learn and torchvision number them.
    """
    found = set(_as_text(table[column])) - {""}
    numbers = all(name.isdecimal() for name in found)
    return tuple(sorted(found, key=int) if numbers else sorted(found))


def with_classes(
    table: pd.DataFrame, name: str, classes: Sequence[str], grid: Grid | None, column: str | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table as a manifest (see `filling.filled`), and its images that have a class.

    `cell` of the latter is the number of the class: of the cell of `grid`, or, with `column`, of
    what that says among `classes` (a name, or else a number from 0). Then an image needs no place,
    and its latitude and longitude may be NaN. Raises ManifestError.
    """
    unknown = {place: np.nan for place in ("latitude", "longitude") if place not in table}
    frame, faults = filled(table.assign(**unknown))
    if column is None:
        if grid is None:
            raise ManifestError(
                "The model's classes are no places: name the column of the manifest that holds "
                "them with --class-column NAME."
            )
        refuse(faults, name)
        return frame, on_grid(frame, grid)
    refuse((fault for fault in faults if fault.kind != NO_PLACE), name)
    numbers = _numbers(_as_text(table[column]), classes, column)
    return frame, frame.assign(cell=numbers)[numbers >= 0]


def _as_text(column: pd.Series) -> pd.Series[str]:
    """A column's values as names, "" where there is none; 3.0 is 3."""
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return column.astype("string").fillna("").str.strip().astype("str")


def _numbers(names: pd.Series[str], classes: Sequence[str], column: str) -> NDArray[np.int64]:
    """The number (m,) of each class, -1 where there is none."""
    known = {name: number for number, name in enumerate(classes)} | {"": -1}
    found = set(names)
    if not found <= set(known):
        counted = {str(number): number for number in range(len(classes))} | {"": -1}
        if not found <= set(counted):
            other = min(found - set(known))
            raise ManifestError(
                f"The manifest's column {shown(column)} holds '{shown(other)}', which is none of "
                f"the model's {len(classes)} classes, {shown(classes[0])} first."
            )
        known = counted
    return np.array([known[name] for name in names], np.int64)
