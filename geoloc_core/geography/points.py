"""Points drawn at random within an outline."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.random import Generator
from shapely import MultiPolygon, Polygon


def point_in(outline: Polygon | MultiPolygon, rng: Generator) -> tuple[float, float]:
    """A point (latitude, longitude) in degrees, uniform by area over an outline in EPSG:4326."""
    west, south, east, north = outline.bounds
    low, high = np.sin(np.radians([south, north]))
    while True:
        # equal steps of sin(latitude) hold equal areas
        latitudes = np.degrees(np.arcsin(rng.uniform(low, high, 64)))
        longitudes = rng.uniform(west, east, 64)
        inside = np.flatnonzero(shapely.contains_xy(outline, longitudes, latitudes))
        if inside.size:
            return float(latitudes[inside[0]]), float(longitudes[inside[0]])
