"""Shapes on the map as GeoJSON that carries its own style."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import shapely

from geoloc_core.display.colours import CELL_EDGE
from geoloc_core.display.maps.leaflet import Shapes, script_json
from geoloc_core.display.maps.placement import Place
from geoloc_core.geography.grid import Grid
from geoloc_core.text import plain_text

TOLERANCE = 0.03  # degrees, half a pixel at the zoom that shows all of India
_GULF, _SPIT, _ISLET = 0.3, 0.12, 0.15  # degrees, degrees, square degrees


def feature(shape: shapely.Geometry, style: dict[str, Any], text: str = "") -> str:
    """A shape as GeoJSON, to a thousandth of a degree, with its style as Leaflet's paths take it.

    The text may be hostile: it is made plain here.
    """
    properties: dict[str, Any] = {"style": style}
    if text:
        properties["text"] = plain_text(text)
    told = script_json(properties)
    return f'{{"type":"Feature","properties":{told},"geometry":{_geometry(shape)}}}'


def line(start: Place, end: Place, style: dict[str, Any]) -> str:
    """A straight line on the map as GeoJSON, places as (latitude, longitude)."""
    return feature(shapely.LineString([start[::-1], end[::-1]]), {"fill": False, **style})


@lru_cache(maxsize=4)
def simplified_cells(grid: Grid) -> tuple[shapely.Geometry, ...]:
    """The cells with fewer corners; neighbours go on sharing their borders."""
    return tuple(shapely.coverage_simplify(list(grid.cells), TOLERANCE))


def shaded_cells(grid: Grid, colours: Sequence[str], texts: Sequence[str]) -> Shapes:
    """Every cell in a colour (#rrggbb) of its own, below the states' borders, with its text."""
    shapes = zip(simplified_cells(grid), colours, texts, strict=True)
    return Shapes(
        [feature(shape, {"fillColor": colour}, text) for shape, colour, text in shapes],
        pane="cells",
        spoken=True,
        style={
            "color": CELL_EDGE,
            "weight": 0.9,
            "opacity": 0.45,
            "fillOpacity": 0.82,
            "smoothFactor": 0.3,
        },
    )


def outline(shape: shapely.Geometry, colour: str, **style: Any) -> Shapes:
    """The border of a shape alone, deaf to the mouse; `style` as Leaflet's paths take it."""
    return Shapes([feature(shape, {"color": colour, "fill": False, **style})])


@lru_cache(maxsize=256)
def joined(grid: Grid, cells: tuple[int, ...]) -> shapely.Geometry:
    """Cells as one clean shape to draw a border around.

    Gulfs are filled, spits and islets cut and corners rounded, so that the line follows the cells
    and not the coast; where nothing but an islet is there, it stays.
    """
    shapes = simplified_cells(grid)
    union = shapely.union_all([shapes[cell] for cell in cells])
    opened = union.buffer(_GULF).buffer(-_GULF - _SPIT).buffer(_SPIT)
    parts = [
        shapely.Polygon(
            part.exterior,
            [hole for hole in part.interiors if shapely.Polygon(hole).area >= _ISLET],
        )
        for part in shapely.get_parts(opened)
        if part.area >= _ISLET
    ]
    whole = shapely.union_all(parts) if parts else union
    return whole.simplify(TOLERANCE)


@lru_cache(maxsize=1024)
def _geometry(shape: shapely.Geometry) -> str:
    text: str = shapely.to_geojson(shapely.set_precision(shape, 0.001, mode="pointwise"))
    return text
