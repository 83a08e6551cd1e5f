"""India fitted into a rectangle, in the projection that web maps use.

What is placed in pixels (labels, images) is placed with the same arithmetic that Leaflet draws
with: https://leafletjs.com/reference.html#map-fitbounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

INDIA = ((6.2, 67.4), (37.6, 98.1))
"""South-west and north-east of the land of India with a little room, in degrees."""

_TILE = 256  # pixels around the world at zoom 0


@dataclass(frozen=True)
class Viewport:
    """A rectangle of `size` (width, height) pixels, `scale` pixels around the world.

    Its corner (left, top) is counted in pixels from 180° W and from the north of the map.
    """

    size: tuple[float, float]
    corner: tuple[float, float]
    scale: float

    def pixels(self, places: ArrayLike) -> NDArray[np.float64]:
        """Pixels (k, 2), right and down from the corner, of places (k, 2) in degrees."""
        within: NDArray[np.float64] = world(places) * self.scale - np.array(self.corner)
        return within


def world(places: ArrayLike) -> NDArray[np.float64]:
    """Web Mercator of places (k, 2): x and y from 0 to 1, from 180° W and from the north."""
    latitude, longitude = np.radians(np.asarray(places, float).reshape(-1, 2)).T
    return np.stack(
        [0.5 + longitude / (2 * np.pi), 0.5 - np.arcsinh(np.tan(latitude)) / (2 * np.pi)], axis=-1
    )


def fit_viewport(width: float, height: float, *, snap: float | None = None) -> Viewport:
    """India in the middle of a rectangle, as large as it fits; zoom levels in steps of `snap`."""
    (left, bottom), (right, top) = world(INDIA)
    scale = min(width / (right - left), height / (bottom - top))
    if snap is not None:
        zoom = np.floor(np.log2(scale / _TILE) / snap + 1e-9) * snap
        scale = _TILE * 2**zoom
    corner = (
        float((left + right) / 2 * scale - width / 2),
        float((top + bottom) / 2 * scale - height / 2),
    )
    return Viewport((width, height), corner, float(scale))
