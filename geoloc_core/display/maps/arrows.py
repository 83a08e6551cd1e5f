"""Curved arrows on the map, as polygons: Leaflet draws them without a plugin."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

_BEND = 0.14  # how far an arrow swings out to its left, as a share of its length
_STEPS = 24
_HEAD = 2.6  # the head's width in widths of the shaft
_STOUTEST = 0.2  # the shaft's width as a share of the length, at most
_SHORTEST = 1e-9


def arrow(start: tuple[float, float], end: tuple[float, float], width: float) -> shapely.Polygon:
    """An arrow from `start` to `end`, (latitude, longitude) in degrees, in EPSG:4326.

    `width` of the shaft in degrees of longitude, less where the way is short. The arrow swings out
    to the left of its way, so that there and back are two, and is shaped in the map's projection
    (spherical Mercator).
    Raises ValueError where the two points are one.
    """
    a, b = _mercator(start), _mercator(end)
    way = b - a
    length = float(np.hypot(*way))
    if length < _SHORTEST:
        raise ValueError("an arrow needs two places")
    width = min(width, _STOUTEST * length)
    left = np.array([-way[1], way[0]])
    along = np.linspace(0, 1, _STEPS)[:, None]
    bend = (a + b) / 2 + 2 * _BEND * left  # a parabola passes halfway to its control point
    middle = (1 - along) ** 2 * a + 2 * along * (1 - along) * bend + along**2 * b
    slope = 2 * (1 - along) * (bend - a) + 2 * along * (b - bend)
    side = np.column_stack([-slope[:, 1], slope[:, 0]]) / np.hypot(*slope.T)[:, None]
    head = min(1.2 * _HEAD * width, 0.6 * length)
    neck = int(np.searchsorted(-np.hypot(*(middle - b).T), -head))
    shaft = slice(0, max(neck, 2))
    half = width / 2 * side
    base = shaft.stop - 1
    ring = [
        *(middle + half)[shaft],
        middle[base] + _HEAD * half[base],
        b,
        middle[base] - _HEAD * half[base],
        *(middle - half)[shaft][::-1],
    ]
    return shapely.Polygon(_degrees(np.array(ring)))


def _mercator(place: tuple[float, float]) -> NDArray[np.float64]:
    """How far to the east and to the north, both in degrees at the equator's scale."""
    latitude, longitude = place
    return np.array([longitude, np.degrees(np.arctanh(np.sin(np.radians(latitude))))])


def _degrees(flat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mercator's (k, 2) as longitude, latitude."""
    latitude = np.degrees(np.arcsin(np.tanh(np.radians(flat[:, 1]))))
    return np.column_stack([flat[:, 0], latitude])
