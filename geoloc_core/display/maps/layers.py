"""The map: a base that never changes, and the layers that each prediction lays over it.

Every text that reaches Leaflet passes through `plain_text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import folium
import shapely
from folium.template import Template
from shapely import MultiLineString, MultiPolygon

from geoloc_core.assets import unless_damaged
from geoloc_core.display.colours import (
    ABROAD,
    CHOSEN,
    LAND,
    PREDICTION_SET,
    SHORE,
    STATE,
    TRUTH,
    shading,
)
from geoloc_core.display.formats import percent
from geoloc_core.display.html.render import render
from geoloc_core.display.maps.labels import MARK, city_words, distance_word
from geoloc_core.display.maps.leaflet import Drawn, Marker, Shapes, Words, script_json
from geoloc_core.display.maps.marks import Estimate, estimate_symbol, truth_symbol
from geoloc_core.display.maps.placement import Block, Place, on_line
from geoloc_core.display.maps.shapes import (
    TOLERANCE,
    feature,
    joined,
    line,
    outline,
    shaded_cells,
)
from geoloc_core.display.maps.viewport import INDIA
from geoloc_core.geography.outline import load_neighbours, load_outline, load_state_borders
from geoloc_core.geography.sphere import haversine_km

if TYPE_CHECKING:
    from geoloc_core.models.predictor import Prediction

_AROUND = {"min_lat": -2, "max_lat": 44, "min_lon": 54, "max_lon": 112}
_PANES = {"land": 150, "cells": 380, "states": 390, "words": 590}  # Leaflet's marks are at 600


class _Base(Drawn):
    """The map's panes, its street tiles, its name, and all of India in it.

    India is fitted again when its size changes, until someone moves the map.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (map) {
          for (const [name, height] of Object.entries({{ this.panes }})) {
            Object.assign(map.createPane(name).style, { zIndex: height, pointerEvents: "none" });
          }
          L.control.layers({}, { "Street map (loads from the internet)": L.tileLayer(
            "https://tile.openstreetmap.org/{z}/{x}/{y}.png", { maxZoom: 19, attribution:
            '© <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a> contributors',
          }) }).addTo(map);
          const fit = () => map.fitBounds({{ this.bounds }}, { animate: false });
          fit();
          let moved = false;
          for (const hand of ["pointerdown", "wheel", "keydown"]) {
            map.getContainer().addEventListener(hand, () => { moved = true; }, true);
          }
          map.on("resize", () => { if (!moved) fit(); });
          map.getContainer().setAttribute("role", "application");
          map.getContainer().setAttribute("aria-label", "{{ this.label }}");
          if (window.frameElement) window.frameElement.title = "{{ this.label }}";
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()
        self._name = "Base"
        self.panes = script_json(_PANES)
        self.bounds = script_json(INDIA)
        self.label = "Map of India"


def base_map(*, cities: bool = True) -> folium.Map:
    """India and its surroundings, drawn from the shipped outlines, the same on every call.

    Without `cities` it leaves room for other labels: those of `prediction_layer`, which keep clear
    of its marks. Street tiles from the internet are a layer of it that stays off until someone
    switches it on.
    """
    chart = folium.Map(
        tiles=None,
        zoom_snap=0,
        min_zoom=3.4,
        max_zoom=12,
        max_bounds=True,
        scroll_wheel_zoom=False,
        **_AROUND,
    )
    chart.get_root().header.add_child(_style(), name="pata_style")
    _Base().add_to(chart)
    land, states = _land()
    Shapes(land, pane="land").add_to(chart)
    Shapes(states, pane="states").add_to(chart)
    if cities:
        Words(city_words(()), "pata-city", dots=True).add_to(chart)
    return chart


def prediction_layer(
    prediction: Prediction,
    names: Sequence[str],
    *,
    chosen: int,
    estimates: Sequence[Estimate],
    truth: Place | None = None,
    truth_label: str = "True place",
    certain: bool = True,
    border: bool = True,
) -> folium.FeatureGroup:
    """All that depends on the prediction, over a base map without cities.

    Cells shaded by probability and named by `names` (n,), the `border` of the prediction set where
    it is asked for and there is one, the `chosen` cell, the networks' `estimates` and, where it is
    known and in India, the `truth` with a line from the main estimate that says its length; then
    the cities that find room. Places are (latitude, longitude) in degrees. What is not `certain` is
    drawn as a guess: grey cells and hollow marks, without a border and a distance.
    """
    layer = folium.FeatureGroup(name="Prediction", control=False)
    grid, shares = prediction.grid, prediction.probabilities.tolist()
    colours = shading(prediction, certain=certain).colours(shares)
    texts = [f"{name}: {percent(share)}" for name, share in zip(names, shares, strict=True)]
    shaded_cells(grid, colours, texts).add_to(layer)
    if border and certain and prediction.prediction_set is not None:
        around = joined(grid, tuple(sorted(prediction.prediction_set)))
        outline(around, PREDICTION_SET, weight=1.6, dashArray="5 4").add_to(layer)
    outline(joined(grid, (chosen,)), CHOSEN, weight=3).add_to(layer)

    marks = [
        Marker(
            estimate.place,
            estimate_symbol(estimate.colour, hollow=estimate.hollow or not certain),
            estimate.label,
            above=int(estimate.main),
        )
        for estimate in estimates
    ]
    taken = [Block(estimate.place, MARK) for estimate in estimates]
    if truth is not None and grid.cell_of(*truth) is not None:
        marks.append(Marker(truth, truth_symbol(), truth_label, above=1000))
        taken.append(Block(truth, MARK))
        for estimate in estimates if certain else ():
            if estimate.main:
                taken += _distance(estimate.place, truth, taken, layer)
    Words(city_words(tuple(taken)), "pata-city", dots=True).add_to(layer)
    for mark in marks:
        mark.add_to(layer)
    return layer


@cache
def _style() -> folium.Element:
    return folium.Element(render("map_style.html"))


@cache
def _land() -> tuple[list[str], list[str]]:
    """India over its neighbours, and the borders of its states, as GeoJSON features.

    India is part of the land below too, so that no gap shows.
    """
    india = load_outline().simplify(TOLERANCE)
    abroad = shapely.union_all(
        [unless_damaged(load_neighbours, MultiPolygon()), india.buffer(0.05)]
    ).simplify(0.08)
    fill = {"stroke": False, "fillOpacity": 1}
    land = [
        feature(abroad, {**fill, "fillColor": ABROAD}),
        feature(india, {**fill, "fillColor": LAND, "stroke": True, "color": SHORE, "weight": 0.8}),
    ]
    borders = unless_damaged(load_state_borders, MultiLineString()).simplify(TOLERANCE / 2)
    return land, [feature(borders, {"color": STATE, "weight": 0.9, "opacity": 0.75})]


def _distance(
    estimate: Place, truth: Place, taken: Sequence[Block], layer: folium.FeatureGroup
) -> list[Block]:
    """The line from an estimate to the true place and its length; the room that both take."""
    Shapes([line(estimate, truth, {"color": TRUTH, "weight": 2, "dashArray": "2 6"})]).add_to(layer)
    room = [Block(on_line(estimate, truth, share / 40), (5, 5)) for share in range(41)]
    word = distance_word(truth, estimate, float(haversine_km(estimate, truth)), taken)
    if word is not None:
        Words([word], "pata-km").add_to(layer)
        room.append(word.block)
    return room
