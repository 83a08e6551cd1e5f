"""Photographs of one's own with their places: a folder with a CSV table, or places in the files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geoloc_core.data.filling import NO_PLACE, filled, text_in
from geoloc_core.data.manifest import refuse
from geoloc_core.data.photo_stream import Read, files_in
from geoloc_core.data.table import NEEDED, ManifestError, find_table, read_table

OPTIONAL = ("place", "uploader", "collection")


class OwnPhotosError(ManifestError):
    """A folder of photographs that cannot be used; its message is the sentence to show."""


def listed_photos(folder: Path) -> pd.DataFrame:
    """The photographs in a folder, one row each: `NEEDED` and `OPTIONAL` columns.

    They are those that its table lists (see `find_table`), or all in it and its folders where it
    has none. file: under the folder, with forward slashes; latitude, longitude in degrees, NaN
    where only the file itself may tell; place, uploader, collection: "" where unknown. Raises
    `ManifestError`.
    """
    path = find_table(folder)
    if path is None:
        return _found_in(folder)
    table = read_table(path)
    frame, faults = filled(table)
    refuse((each for each in faults if each.kind != NO_PLACE), str(path))
    return frame[list(NEEDED)].assign(**{name: text_in(table, name) for name in OPTIONAL})


def place_of(latitude: float, longitude: float) -> str:
    """The place of a photograph that nobody named: its coordinates to 0.01 degrees, about 1 km."""
    return f"{latitude:.2f}, {longitude:.2f}"


def _found_in(folder: Path) -> pd.DataFrame:
    found = list(files_in([folder]))
    for each in found:
        if isinstance(each, Read):
            raise OwnPhotosError(f"{each.path}: {each.photo}")
    files = [each.relative_to(folder).as_posix() for each in found if isinstance(each, Path)]
    frame = pd.DataFrame({"file": files, "latitude": np.nan, "longitude": np.nan})
    return frame.assign(**dict.fromkeys(OPTIONAL, ""))
