"""The choice of a grid, in words or as a file of one's own, and the file that a GIS opens."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import pyarrow
import shapely
from numpy.typing import ArrayLike

from geoloc_core.errors import UserError
from geoloc_core.files import write_whole
from geoloc_core.geography.adaptive import adaptive_grid
from geoloc_core.geography.grid import (
    Grid,
    grid_from_geojson,
    grid_table,
    grid_to_geojson,
    sound_grid,
    square_grid,
)
from geoloc_core.geography.outline import CRS

ARTICLE = "square:3"
_NUMBER = r"([0-9]{1,4}(?:\.[0-9]{1,9})?)"
_SQUARE = re.compile(rf"square:{_NUMBER}(?:,merge={_NUMBER})?")
_ADAPTIVE = re.compile(r"adaptive:([0-9]{1,9}),([0-9]{1,9})")


class GridError(UserError):
    """A grid that cannot be had; the message is the sentence to show."""


def parse_grid(text: str, points: Callable[[], ArrayLike]) -> Grid:
    """The grid that somebody chose.

    "square:DEGREES", also with ",merge=SHARE" (see `square_grid`); "adaptive:MAX,MIN" images in a
    cell (see `adaptive_grid`), for which `points` gives the training images' latitudes and
    longitudes (m, 2); or a file that `write_grid` or a GIS wrote. Raises GridError, in words.
    """
    try:
        if square := _SQUARE.fullmatch(text):
            return square_grid(float(square[1]), merge_below=float(square[2] or 0))
        adaptive = _ADAPTIVE.fullmatch(text)
    except ValueError as error:
        raise GridError(f"There is no grid {text}: {error}.") from error
    if adaptive:
        taken = points()
        try:
            return adaptive_grid(taken, max_photos=int(adaptive[1]), min_photos=int(adaptive[2]))
        except ValueError as error:
            raise GridError(f"There is no grid {text}: {error}.") from error
    if text.endswith((".geojson", ".parquet")):
        return read_grid(Path(text))
    raise GridError(
        f"{text[:40]!a} is no grid. Give square:3 or another number of degrees, "
        "square:3,merge=0.01 to merge cells below that share of a square, adaptive:MAX,MIN for "
        "cells of at least MIN and at most MAX training images, or a .geojson or .parquet file."
    )


def write_grid(path: Path, grid: Grid) -> None:
    """Write a grid as GeoParquet if `path` ends so, else as GeoJSON; whole or not at all."""
    if path.suffix == ".parquet":
        write_whole(path, lambda temporary: grid_table(grid).to_parquet(temporary, index=False))
    else:
        text = grid_to_geojson(grid).replace('{"id"', '\n{"id"') + "\n"  # a line a cell
        write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def read_grid(path: Path) -> Grid:
    """The grid that a file holds; cells are numbered in its order. Raises GridError, in words."""
    if not path.is_file():
        raise GridError(f"There is no file {str(path)!a}.")
    try:
        if path.suffix == ".parquet":
            table = geopandas.read_parquet(path)
            grid = sound_grid(table["kind"].iloc[0], table.geometry.to_crs(CRS))
        else:
            grid = grid_from_geojson(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, LookupError, AttributeError, pyarrow.ArrowException) as error:
        raise GridError(
            f"{str(path)!a} holds no grid that can be read: it takes valid polygons that do not "
            "overlap, a row a cell, and a name for the grid as `kind` (assets/grid.geojson is one)."
        ) from error
    if not np.isclose(shapely.area(grid.cells).sum(), grid.cells.union_all().area, rtol=1e-6):
        raise GridError(f"The cells in {str(path)!a} overlap.")
    return grid
