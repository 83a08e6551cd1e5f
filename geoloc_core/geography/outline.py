"""The land of India, its states and its neighbours, as schematic outlines.

Shapes are in EPSG:4326 with shapely's own order (longitude, latitude).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import shapely
from geopandas import GeoDataFrame
from shapely import MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geoloc_core.assets import intact
from geoloc_core.paths import ASSETS

CRS = "EPSG:4326"
PRECISION_DEGREES = 1e-6
"""To what the coordinates of every cell are rounded: about 0.1 m."""


@cache
def load_outline() -> MultiPolygon:
    """The land of India, islands included."""
    return _land(ASSETS / "geo" / "india_outline.geojson")


@cache
def load_neighbours() -> MultiPolygon:
    """The land around India within 60-102 E, 3-40 N, less India."""
    return _land(ASSETS / "geo" / "neighbours.geojson")


@cache
def load_state_borders() -> MultiLineString:
    """About where the states and union territories of India meet, none where it is not known."""
    text = intact(ASSETS / "geo" / "states.geojson").read_text(encoding="utf-8")
    return shapely.geometry.shape(json.loads(text)["geometry"])


@cache
def load_mainland() -> Polygon:
    """The largest polygon of the outline: India without any island."""
    mainland = max(load_outline().geoms, key=lambda polygon: polygon.area)
    shapely.prepare(mainland)
    return mainland


def clip(squares: Iterable[Polygon]) -> list[Polygon | MultiPolygon]:
    """The land within each square, leaving out the squares that have none."""
    clipped = []
    for square in squares:
        # most squares lie inland, where the costly intersection would give them back whole
        inland = load_mainland().contains_properly(square)
        clipped.append(polygons(square if inland else square.intersection(load_outline())))
    return [land for land in clipped if not land.is_empty]


def polygons(shape: BaseGeometry) -> Polygon | MultiPolygon:
    """The areas of a shape in one canonical form, without the points and lines of a clipping.

    Coordinates are rounded to `PRECISION_DEGREES`; outer rings turn counterclockwise, as GeoJSON
    (RFC 7946) has them.
    """
    rounded = shapely.get_parts(shapely.set_precision(shape, PRECISION_DEGREES))
    parts = [part for part in rounded if isinstance(part, Polygon) and not part.is_empty]
    areas = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    return shapely.orient_polygons(shapely.normalize(areas))


def _land(path: Path) -> MultiPolygon:
    features = GeoDataFrame.from_features(json.loads(intact(path).read_text(encoding="utf-8")))
    return MultiPolygon(shapely.get_parts(features.union_all()).tolist())
