"""The table of a data set: where it lies in the folder, and what is in it before any check."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow
import pyarrow.parquet

from geoloc_core.errors import UserError
from geoloc_core.text import terminal_safe

PARQUET = "manifest.parquet"
TABLES = ("places.csv", "photos.csv", "manifest.csv")
"""The table's name where a folder holds several CSV files; the first of these that is there."""

NEEDED = ("file", "latitude", "longitude")


class ManifestError(UserError):
    """A manifest that cannot be used; its message is the sentence to show."""


def find_table(folder: Path) -> Path | None:
    """The folder's manifest: `PARQUET`, else its CSV table; None where it holds neither.

    Raises ManifestError where it is not clear which of several CSV files it is.
    """
    if not folder.is_dir():
        raise ManifestError(f"There is no folder {folder}.")
    if (folder / PARQUET).is_file():
        return folder / PARQUET
    tables = sorted(path for path in folder.glob("*.csv") if path.is_file())
    if len(tables) <= 1:
        return tables[0] if tables else None
    named = [folder / name for name in TABLES if folder / name in tables]
    if not named:
        raise ManifestError(
            f"{folder} holds {len(tables)} CSV files: call the one with the places {TABLES[0]}."
        )
    return named[0]


def read_table(path: Path, needed: Sequence[str] = NEEDED) -> pd.DataFrame:
    """All columns of a table, at least those needed; those of a CSV file hold text without margins.

    Raises ManifestError if it is none, lists nothing, or lacks or repeats a column.
    """
    frame = _csv(path) if path.suffix.lower() == ".csv" else _parquet(path)
    lacking = [shown(column) for column in needed if column not in frame]
    if lacking:
        hint = ", separated by commas" if path.suffix.lower() == ".csv" else ""
        raise ManifestError(
            f"{path} lacks the columns {', '.join(lacking)}: "
            f"it needs {shown(', '.join(needed))}{hint}."
        )
    if frame.empty:
        raise ManifestError(f"{path} lists no images.")
    return frame


def shown(text: object) -> str:
    """A value of a table as a sentence may quote it: on one line, and not too long."""
    safe = terminal_safe(str(text))
    return safe if len(safe) <= 80 else f"{safe[:77]}..."


def _parquet(path: Path) -> pd.DataFrame:
    try:
        _distinct(pyarrow.parquet.read_schema(path).names, path)
        frame = pd.read_parquet(path)
    except ManifestError:
        raise
    except Exception as error:  # a hostile file may raise anything
        raise ManifestError(f"{path} is no Parquet file that can be read.") from error
    index = [name for name in frame.index.names if name is not None and name not in frame]
    return frame.reset_index(index) if index else frame.reset_index(drop=True)


def _csv(path: Path) -> pd.DataFrame:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            lines = [(reader.line_num, [text.strip() for text in row]) for row in reader if row]
    except (OSError, ValueError, csv.Error) as error:
        raise ManifestError(f"{path} is no CSV file in UTF-8 that can be read.") from error
    if not lines:
        raise ManifestError(f"{path} is no CSV file: it is empty.")
    (_, head), *rows = lines
    _distinct([name for name in head if name], path)
    long = [number for number, row in rows if any(row[len(head) :])]
    if long:
        raise ManifestError(
            f"{path}: line {long[0]} has more fields than the head has names, "
            f"and {len(long) - 1} other lines have; put text that holds a comma in quotes."
        )
    columns = {
        name: [row[k] if k < len(row) else "" for _, row in rows]
        for k, name in enumerate(head)
        if name
    }
    return pd.DataFrame(columns, dtype="str")


def _distinct(names: Sequence[str], path: Path) -> None:
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise ManifestError(f"{path} has more than one column {shown(', '.join(twice))}.")
