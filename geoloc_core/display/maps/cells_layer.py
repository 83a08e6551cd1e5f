"""The data set on the map: shaded and numbered cells, and the places where images were taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import folium
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from geoloc_core.display.colours import CHOSEN, INK, LIGHT, WHITE, hex_colours
from geoloc_core.display.formats import count, percent
from geoloc_core.display.maps.leaflet import Shapes, Word, Words
from geoloc_core.display.maps.placement import Block, Place
from geoloc_core.display.maps.shapes import (
    feature,
    joined,
    outline,
    shaded_cells,
    simplified_cells,
)
from geoloc_core.geography.grid import Grid

SMALLEST_NUMBERED = 0.2  # degrees: the radius of a circle that a number fits into


@dataclass(frozen=True)
class Shade:
    """A column of the cell table to shade the map by: its name, how a value is said, of what."""

    label: str
    number: Callable[[float], str]
    unit: str


SHADES = {
    "known_by_name": Shade("Known by the name alone", percent, "known by the name alone"),
    "uploaders": Shade("Uploaders", count, "uploaders"),
    "commonest_share": Shade("Share of the most frequent uploader", percent, "by one uploader"),
    "images": Shade("Images", count, "images"),
    "panoramas": Shade("Panoramas", count, "panoramas"),
    "panoramas_per_10000_km2": Shade(
        "Panoramas per 10,000 km²", lambda value: f"{value:,.1f}", "panoramas per 10,000 km²"
    ),
    "area_km2": Shade("Area, km²", count, "km²"),
}


def cells_layer(
    grid: Grid, table: pd.DataFrame, shade: str, chosen: int, example: Place
) -> folium.FeatureGroup:
    """The cells of the cell table, numbered and shaded by one of `SHADES` from none to most.

    The `chosen` cell has a border, and a ring stands at the `example`, a place in it.
    """
    layer = folium.FeatureGroup(name="Cells", control=False)
    values = table[shade].to_numpy(float)
    number, unit = SHADES[shade].number, SHADES[shade].unit
    levels = values / max(values.max(), np.finfo(float).tiny)
    texts = [
        f"{cell}. {name}: {number(value)} {unit}"
        for cell, (name, value) in enumerate(zip(table["name"], values.tolist(), strict=True))
    ]
    shaded_cells(grid, hex_colours(levels, LIGHT), texts).add_to(layer)
    outline(joined(grid, (chosen,)), CHOSEN, weight=3).add_to(layer)
    for fitting, look, right in ((True, "pata-number", 0), (False, "pata-number pata-beside", 12)):
        numbers = [
            Word(str(cell), Block(place, (24, 14), (right, 0)))
            for cell, (place, fits) in enumerate(number_places(grid))
            if fits is fitting
        ]
        Words(numbers, look).add_to(layer)
    folium.CircleMarker(
        example,
        radius=7,
        color=CHOSEN,
        weight=3,
        fill_color=WHITE,
        fill_opacity=1,
        interactive=False,
    ).add_to(layer)
    return layer


def places_layer(places: ArrayLike) -> folium.FeatureGroup:
    """Places (m, 2), latitude and longitude, as dots; thousands cost the browser one shape."""
    layer = folium.FeatureGroup(name="Places", control=False)
    lonlat = np.asarray(places, float)[:, ::-1]
    # a line of no length with round ends is a dot
    dots = shapely.multilinestrings(shapely.linestrings(np.stack([lonlat, lonlat], axis=1)))
    style = {"color": INK, "weight": 2.4, "lineCap": "round", "opacity": 0.6}
    Shapes([feature(dots, {**style, "smoothFactor": 0})]).add_to(layer)
    return layer


@lru_cache(maxsize=4)
def number_places(grid: Grid) -> tuple[tuple[Place, bool], ...]:
    """Where a cell's number stands, the middle of the largest circle in the cell, and if it fits.

    The number of a cell that is too small for it stands to the right of that place.
    """
    circles = [shapely.maximum_inscribed_circle(cell, 0.02) for cell in simplified_cells(grid)]
    middles: NDArray[np.float64] = shapely.get_coordinates(shapely.get_point(circles, 0))
    return tuple(
        ((float(latitude), float(longitude)), bool(radius >= SMALLEST_NUMBERED))
        for (longitude, latitude), radius in zip(middles, shapely.length(circles), strict=True)
    )
