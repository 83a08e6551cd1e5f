"""Shapes on the map as GeoJSON layers that carry their own style."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import folium
import shapely

from geoloc_core.display.text import plain_text
from geoloc_core.geography.grid import Grid

TOLERANCE = 0.02  # degrees, half a pixel at the zoom that shows all of India


@lru_cache(maxsize=4)
def simplified_cells(grid: Grid) -> tuple[shapely.Geometry, ...]:
    """The cells with fewer corners; neighbours go on sharing their borders."""
    return tuple(shapely.coverage_simplify(list(grid.cells), TOLERANCE))


def shaded_cells(grid: Grid, colours: Sequence[str], texts: Sequence[str]) -> folium.GeoJson:
    """Every cell in a colour (#rrggbb) of its own; hovering shows its text."""
    shapes = zip(simplified_cells(grid), colours, texts, strict=True)
    return folium.GeoJson(
        collection(
            [
                feature(
                    shape,
                    {
                        "color": "#8d8b78",
                        "weight": 0.9,
                        "opacity": 0.45,
                        "fillColor": colour,
                        "fillOpacity": 0.82,
                    },
                    text=plain_text(text),
                )
                for shape, colour, text in shapes
            ]
        ),
        tooltip=folium.GeoJsonTooltip(fields=["text"], labels=False, sticky=True),
        control=False,
    )


def outline(shape: shapely.Geometry, colour: str, **style: Any) -> folium.GeoJson:
    """The border of a shape alone, deaf to the mouse; `style` as Leaflet's paths take it."""
    drawn = feature(shape, {"color": colour, "fill": False, **style})
    return folium.GeoJson(collection([drawn]), control=False, interactive=False)


def feature(shape: shapely.Geometry, style: dict[str, Any], **properties: str) -> dict[str, Any]:
    """A shape as GeoJSON, to a thousandth of a degree; every text in it must be plain already."""
    rounded = shapely.set_precision(shape, 0.001, mode="pointwise")
    return {
        "type": "Feature",
        "properties": {**properties, "style": style},
        "geometry": json.loads(shapely.to_geojson(rounded)),
    }


def collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    """Features as one GeoJSON object."""
    return {"type": "FeatureCollection", "features": features}
