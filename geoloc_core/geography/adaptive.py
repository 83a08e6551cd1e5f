"""Cells that follow the photographs: small where they are many."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import Polygon

from geoloc_core.geography.grid import Grid, article_grid
from geoloc_core.geography.nearest import checked_points
from geoloc_core.geography.outline import clip, load_outline

SMALLEST_DEGREES = 0.1
"""Side below which no cell is split, however many photographs were taken at one spot."""


def adaptive_grid(points: ArrayLike, *, max_photos: int, min_photos: int) -> Grid:
    """PlaNet's cells (Weyand et al. 2016), with quartered squares of degrees for its S2 cells.

    `points` (m, 2) are the photographs' latitudes and longitudes; those that have no cell of the
    article's grid are left out. The square over India's bounding box is quartered while a square
    holds more than `max_photos`; squares with fewer than `min_photos` are dropped; the rest are
    clipped to the outline and numbered from the south-west, quarter by quarter. Raises ValueError
    unless 1 <= min_photos <= max_photos, and when no cell is left.
    """
    if not 1 <= min_photos <= max_photos:
        raise ValueError(f"it takes 1 <= MIN <= MAX, not MAX {max_photos} and MIN {min_photos}")
    points = checked_points(points)
    points = points[article_grid().cells_of(points) >= 0]
    west, south, east, north = load_outline().bounds
    squares = _quartered(points, west, south, max(east - west, north - south), max_photos)
    cells = clip(square for square, held in squares if held >= min_photos)
    if not cells:
        raise ValueError(f"no place in India has {min_photos} photos")
    return Grid(f"adaptive-{max_photos}-{min_photos}", tuple(cells))


def _quartered(
    points: NDArray[np.float64], west: float, south: float, side: float, most: int
) -> list[tuple[Polygon, int]]:
    """Squares within the given one, each with the number of points that it holds."""
    half = side / 2
    if len(points) <= most or half < SMALLEST_DEGREES:
        return [(shapely.box(west, south, west + side, south + side), len(points))]
    northern, eastern = points[:, 0] >= south + half, points[:, 1] >= west + half
    return [
        square
        for x in (False, True)
        for y in (False, True)
        for square in _quartered(
            points[(northern == y) & (eastern == x)], west + x * half, south + y * half, half, most
        )
    ]
