"""Which cell a point belongs to.

A point inside a cell belongs to it. An island outside the grid goes whole to the nearest cell,
however far. A point off their shores belongs to the nearest of these if it lies within `SHORE_KM`
and no neighbour's land is nearer, or in any case within `BORDER_KM`. Every other point has no cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from geopandas import GeoSeries, points_from_xy
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geoloc_core.geography.outline import load_mainland, load_neighbours, load_outline
from geoloc_core.geography.sphere import EARTH_KM, unit_vectors

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

SHORE_KM = 44.448
"""24 nautical miles, the contiguous zone of the UN Convention on the Law of the Sea, art. 33."""

BORDER_KM = 5.0
"""What the schematic outlines may be wrong by: the width of a border town."""

_SPACING_DEGREES = 0.01


def checked_points(points: ArrayLike) -> NDArray[np.float64]:
    """`points` as an (m, 2) array of latitude, longitude; ValueError if they cannot be that."""
    points = np.asarray(points, dtype=np.float64)
    if points.size == 0:
        return points.reshape(0, 2)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points must be rows of latitude and longitude, not shape {points.shape}")
    if not (np.abs(points) <= (90, 180)).all():
        raise ValueError("latitudes must lie within 90 and longitudes within 180 degrees")
    return points


def covering(
    shapes: GeoSeries | list[MultiPolygon], points: NDArray[np.float64]
) -> NDArray[np.int64]:
    """For each point (m, 2) the lowest number of the shapes that it lies in or on, -1 for none."""
    located = points_from_xy(*points.T[::-1])
    # asked of few large shapes, since the one that asks is prepared and the one that is asked not
    shape, point = located.sindex.query(shapes, predicate="intersects", sort=True)
    found = np.full(len(points), -1)
    found[point[::-1]] = shape[::-1]  # the last one written stays
    return found


@dataclass(frozen=True, eq=False)
class Reach:
    """The land from which each cell reaches out: its own and the islands that go whole to it.

    `shores` holds boundaries sampled every 0.01 degree as unit vectors, so that a distance comes
    out at most 0.6 km too long and less the farther the point; `cell` (k,) is the cell of each.
    """

    shores: cKDTree
    cell: NDArray[np.int64]


def reach(cells: GeoSeries) -> Reach:
    """The reach of `cells`; each island that touches none of them goes to the nearest."""
    own, owner = _shores(cells)
    land = GeoSeries(load_outline().geoms)
    touched = land.sindex.query(cells, predicate="intersects")[1]
    islands = land[~land.index.isin(touched) & ~land.geom_equals(load_mainland())]
    cell = list(range(len(cells)))
    for island in islands:
        distance, at = own.query(_samples(island))
        cell.append(int(owner[at[distance.argmin()]]))
    shores, part_of = _shores([*cells, *islands])
    return Reach(shores, np.array(cell)[part_of])


def nearest_cells(reach: Reach, points: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each point (m, 2) outside every cell the cell that it belongs to, -1 for none."""
    vectors = unit_vectors(points)
    chord, at = reach.shores.query(vectors, distance_upper_bound=_chord(SHORE_KM))
    near = np.flatnonzero(np.isfinite(chord))
    at_sea = covering([load_neighbours()], points[near]) < 0
    abroad, _ = _neighbour_shores().query(vectors[near])
    ours = (chord[near] <= _chord(BORDER_KM)) | (at_sea & (chord[near] <= abroad))
    cells = np.full(len(points), -1)
    cells[near[ours]] = reach.cell[at[near[ours]]]
    return cells


def _chord(kilometres: float) -> float:
    """The straight distance between unit vectors so many great-circle km apart."""
    return float(2 * np.sin(kilometres / EARTH_KM / 2))


def _samples(shape: BaseGeometry) -> NDArray[np.float64]:
    """Unit vectors (k, 3) along the boundary of a shape."""
    dense = shapely.segmentize(shape, _SPACING_DEGREES)
    return unit_vectors(shapely.get_coordinates(dense)[:, ::-1])


def _shores(shapes: Iterable[BaseGeometry]) -> tuple[cKDTree, NDArray[np.int64]]:
    """A tree over all boundary samples, and the shape of each, the first where some share it."""
    # takes longer to import than all the rest, and most runs ask for no point off the land
    from scipy.spatial import cKDTree

    samples = [_samples(shape) for shape in shapes]
    owner = np.repeat(np.arange(len(samples)), [len(sample) for sample in samples])
    _, first = np.unique(np.concatenate(samples).round(9), axis=0, return_index=True)
    return cKDTree(np.concatenate(samples)[first]), owner[first]


@cache
def _neighbour_shores() -> cKDTree:
    return _shores([load_neighbours()])[0]
