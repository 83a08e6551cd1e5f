"""The land of India and of its neighbours, as schematic outlines.

Shapes are in EPSG:4326 with shapely's own order (longitude, latitude).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import shapely
from shapely import MultiPolygon, Polygon

from geoloc_core.paths import ASSETS


@cache
def load_outline() -> MultiPolygon:
    """The land of India, islands included."""
    return _land(ASSETS / "geo" / "india_outline.geojson")


@cache
def load_neighbours() -> MultiPolygon:
    """The land around India within 60-102 E, 3-40 N, less India."""
    return _land(ASSETS / "geo" / "neighbours.geojson")


@cache
def load_mainland() -> Polygon:
    """The largest polygon of the outline: India without any island."""
    return max(load_outline().geoms, key=lambda polygon: polygon.area)


def _land(path: Path) -> MultiPolygon:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    return MultiPolygon(shapely.get_parts(shapely.union_all(shapes)).tolist())
