"""Photographs of one's own with their places: a folder with a CSV table, or places in the files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geoloc_core.data.manifest import is_inside
from geoloc_core.data.photo_stream import Read, files_in
from geoloc_core.errors import UserError

TABLES = ("places.csv", "photos.csv", "manifest.csv")
"""The table's name where a folder holds several CSV files; the first of these that is there."""

NEEDED, OPTIONAL = ("file", "latitude", "longitude"), ("place", "uploader", "collection")
_MOST_DEGREES = {"latitude": 90.0, "longitude": 180.0}


class OwnPhotosError(UserError):
    """A folder of photographs that cannot be used; its message is the sentence to show."""


def listed_photos(folder: Path) -> pd.DataFrame:
    """The photographs in a folder, one row each: `NEEDED` and `OPTIONAL` columns.

    They are those that its CSV table lists, or all in it and its folders where it has no CSV file.
    file: under the folder, with forward slashes; latitude, longitude in degrees, NaN where only the
    file itself may tell; place, uploader, collection: "" where unknown. Raises `OwnPhotosError`.
    """
    if not folder.is_dir():
        raise OwnPhotosError(f"There is no folder {folder}.")
    table = _table_in(folder)
    return _found_in(folder) if table is None else _read_table(table)


def place_of(latitude: float, longitude: float) -> str:
    """The place of a photograph that nobody named: its coordinates to 0.01 degrees, about 1 km."""
    return f"{latitude:.2f}, {longitude:.2f}"


def _table_in(folder: Path) -> Path | None:
    tables = sorted(path for path in folder.glob("*.csv") if path.is_file())
    if len(tables) <= 1:
        return tables[0] if tables else None
    named = [folder / name for name in TABLES if folder / name in tables]
    if not named:
        raise OwnPhotosError(
            f"{folder} holds {len(tables)} CSV files: call the one with the places {TABLES[0]}."
        )
    return named[0]


def _found_in(folder: Path) -> pd.DataFrame:
    found = list(files_in([folder]))
    for each in found:
        if isinstance(each, Read):
            raise OwnPhotosError(f"{each.path}: {each.photo}")
    files = [each.relative_to(folder).as_posix() for each in found if isinstance(each, Path)]
    frame = pd.DataFrame({"file": files, "latitude": np.nan, "longitude": np.nan})
    return frame.assign(**dict.fromkeys(OPTIONAL, ""))


def _read_table(path: Path) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise OwnPhotosError(f"{path} is no CSV file in UTF-8 that can be read.") from error
    lacking = [column for column in NEEDED if column not in frame]
    if lacking:
        raise OwnPhotosError(
            f"{path} lacks the columns {', '.join(lacking)}: it needs {', '.join(NEEDED)}, "
            f"separated by commas; {', '.join(OPTIONAL)} may be there, too."
        )
    frame = frame.assign(**{name: "" for name in OPTIONAL if name not in frame})
    frame = pd.DataFrame({name: frame[name].str.strip() for name in (*NEEDED, *OPTIONAL)})
    if frame.empty:
        raise OwnPhotosError(f"{path} lists no photographs.")
    for file in frame["file"][~frame["file"].map(is_inside)]:
        raise OwnPhotosError(f"{path}: '{file}' is no path of a file inside {path.parent}.")
    for file in frame["file"][frame["file"].duplicated()]:
        raise OwnPhotosError(f"{path} lists {file} twice.")
    for name in _MOST_DEGREES:
        frame[name] = _degrees(frame[name], frame["file"], path)
    return frame


def _degrees(column: pd.Series[str], files: pd.Series[str], path: Path) -> pd.Series[float]:
    """A column of text as degrees, NaN where it is empty. Raises `OwnPhotosError`."""
    degrees = pd.to_numeric(column, errors="coerce").astype(float)
    wrong = (column != "") & ~(degrees.abs() <= _MOST_DEGREES[str(column.name)])
    for file, text in zip(files[wrong], column[wrong], strict=True):
        raise OwnPhotosError(f"{path}: '{text}' is no {column.name} in degrees ({file}).")
    return degrees
