"""Which cell a point belongs to.

A point inside a cell belongs to it. A point outside every cell, on an island or off the shore,
belongs to the nearest cell if no neighbour's land is nearer and it lies within `SHORE_KM` of a cell
or of an island of India, however far that island is from the grid. Every other point has none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from geoloc_core.geography.outline import load_neighbours, load_outline
from geoloc_core.geography.sphere import EARTH_KM, unit_vectors

SHORE_KM = 44.448
"""24 nautical miles, the contiguous zone of the UN Convention on the Law of the Sea, art. 33."""

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


def covering(shapes: Sequence[BaseGeometry], points: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each point (m, 2) the lowest number of the shapes that it lies in or on, -1 for none."""
    found = np.full(len(points), len(shapes))
    located = shapely.STRtree(shapely.points(points[:, ::-1]))
    shape, point = located.query(list(shapes), predicate="intersects")
    np.minimum.at(found, point, shape)
    found[found == len(shapes)] = -1
    return found


class Reach:
    """The land around each cell: its own boundary and the islands that go whole to it.

    Distances are to boundaries sampled every 0.01 degree, so that a great-circle distance comes out
    at most 0.6 km too long, and less the farther the point.
    """

    def __init__(self, cells: Sequence[BaseGeometry]) -> None:
        """Sample the boundaries of `cells` and of the islands that touch none of them."""
        tree, owner = _boundaries(cells)
        islands = [
            part
            for part in load_outline().geoms
            if not any(shapely.intersects(part, cell) for cell in cells)
        ]
        nearest = []
        for island in islands:
            distance, at = tree.query(_samples(island))
            nearest.append(owner[at[distance.argmin()]])
        self._tree, part = _boundaries([*cells, *islands])
        self._owner = np.concatenate([np.arange(len(cells)), nearest]).astype(np.int64)[part]

    def nearest(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """For each point (m, 2) outside every cell the cell that it belongs to, -1 for none."""
        vectors = unit_vectors(points)
        chord, at = self._tree.query(vectors)
        abroad, _ = _boundaries([load_neighbours()])
        reached = (
            (2 * EARTH_KM * np.arcsin(chord / 2) <= SHORE_KM)
            & (chord <= abroad.query(vectors)[0])
            & (covering([load_neighbours()], points) < 0)
        )
        return np.where(reached, self._owner[at], -1)


def _samples(shape: BaseGeometry) -> NDArray[np.float64]:
    """Unit vectors (k, 3) along the boundary of a shape."""
    dense = shapely.segmentize(shape, _SPACING_DEGREES)
    return unit_vectors(shapely.get_coordinates(dense)[:, ::-1])


def _boundaries(shapes: Sequence[BaseGeometry]) -> tuple[cKDTree, NDArray[np.int64]]:
    """A tree over all boundary samples and the shape that owns each; a shared one, the first."""
    samples = [_samples(shape) for shape in shapes]
    owner = np.repeat(np.arange(len(shapes)), [len(sample) for sample in samples])
    _, first = np.unique(np.concatenate(samples).round(9), axis=0, return_index=True)
    return cKDTree(np.concatenate(samples)[first]), owner[first]
