"""Where a thing may stand: the road, the water, the fields, ground already taken."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulated_streets.renderer.landform import along_road, into_water, land_of, parcel
from simulated_streets.renderer.noise import plane
from simulated_streets.scenes.scene import Scene

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Places:
    """The ground of a scene, seen by someone who wants to put things on it."""

    def __init__(self, scene: Scene) -> None:
        """Read the land; nothing is taken yet."""
        self._land = land_of(scene)
        self.half_road = self._land.road
        self.bearing = scene.road.bearing
        self._taken: list[tuple[float, float, float]] = []

    def ground(self, along: float, right: float) -> tuple[float, float]:
        """East and north of a point `along` the road and `right` of its middle, metres."""
        land = self._land
        across = right + land.road_offset + land.road_bend * (1.0 - math.cos(along / 130.0))
        return (
            along * land.road_sine + across * land.road_cosine,
            along * land.road_cosine - across * land.road_sine,
        )

    def heading(self, along: float) -> float:
        """Bearing of the road in degrees where it bends."""
        return self.bearing + math.degrees(
            math.atan(self._land.road_bend / 130.0 * math.sin(along / 130.0))
        )

    def take(self, x: float, y: float, radius: float) -> None:
        """Keep a disc for what stands there."""
        self._taken.append((x, y, radius))

    def survey(self, points: Float) -> Float:
        """Metres (n, 3) of points (n, 2) from the carriageway, from water, and into a field."""
        return np.asarray(_survey(plane(), np.ascontiguousarray(points), self._land))

    def free(self, points: Float, from_road: float, margin: float = 0.0) -> Mask:
        """Which points (n, 2) lie off the road, on land, on nothing else and not at the lens."""
        found = self.survey(points)
        ok: Mask = (found[:, 0] > from_road) & (found[:, 1] > 0.5)
        ok &= np.hypot(points[:, 0], points[:, 1]) > 3.0 + margin
        if self._taken:
            discs = np.array(self._taken)
            gap = np.hypot(points[:, None, 0] - discs[:, 0], points[:, None, 1] - discs[:, 1])
            ok &= (gap > discs[:, 2] + margin).all(axis=1)
        return ok


@njit(cache=True)
def _survey(tile, points, land):  # type: ignore[no-untyped-def]
    found = np.empty((len(points), 3))
    for i in range(len(points)):
        x, y = points[i]
        _, lateral = along_road(x, y, land)
        found[i, 0] = abs(lateral) - land.road if land.road > 0.0 else 1e6
        found[i, 1] = -into_water(tile, x, y, land)
        found[i, 2] = parcel(tile, x, y, land)[1]
    return found
