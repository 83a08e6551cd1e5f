"""The map: a base that never changes, and the layers that each prediction lays over it.

Every text that reaches Leaflet passes through `plain_text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import folium
import shapely
from folium.map import CustomPane

from geoloc_core.display.colours import CHOSEN, CREDIBLE, ESTIMATE, TRUTH, probability_colour
from geoloc_core.display.shapes import (
    TOLERANCE,
    collection,
    feature,
    outline,
    shaded_cells,
    simplified_cells,
)
from geoloc_core.display.text import plain_text
from geoloc_core.geography.outline import load_neighbours, load_outline
from geoloc_core.geography.sphere import haversine_km

if TYPE_CHECKING:
    from geoloc_core.model.predictor import Prediction

Place = tuple[float, float]

_INDIA = [[5.8, 67.4], [37.8, 98.0]]
_AROUND = {"min_lat": -2, "max_lat": 44, "min_lon": 54, "max_lon": 112}
_LABELLED_KM = 400  # a shorter line is shorter than its label
_CITIES = {
    "Delhi": (28.61, 77.21),
    "Mumbai": (19.08, 72.88),
    "Kolkata": (22.57, 88.36),
    "Chennai": (13.08, 80.27),
    "Kochi": (9.97, 76.28),
    "Hyderabad": (17.39, 78.49),
    "Jaipur": (26.91, 75.79),
    "Leh": (34.16, 77.58),
    "Guwahati": (26.14, 91.74),
    "Bhopal": (23.26, 77.41),
}
_SYMBOL = 'xmlns="http://www.w3.org/2000/svg" width="22" height="22" viewBox="-11 -11 22 22"'
_STYLE = """<style>
.leaflet-container { background: #dfe8ea; font: 13px/1.4 "Source Sans", system-ui, sans-serif; }
.leaflet-tooltip { border: 0; border-radius: 6px; padding: 4px 8px; color: #14202e;
  box-shadow: 0 1px 6px rgba(20, 32, 46, .25); }
.pata-city { color: #3d4854; font-size: 11px; white-space: nowrap;
  text-shadow: 0 0 3px #fff, 0 0 3px #fff, 0 0 2px #fff; }
.pata-number { color: #14202e; font: 600 11px/14px "Source Sans", system-ui, sans-serif;
  text-align: center; text-shadow: 0 0 2px #fff, 0 0 2px #fff, 0 0 3px #fff, 0 0 3px #fff; }
.pata-beside { font-size: 9px; text-align: left; padding-left: 4px; }
.leaflet-control-attribution { font-size: 11px; }
/* Leaflet guesses this folder wrongly, and asks for a marker before it gets its own icon */
.leaflet-default-icon-path {
  background-image: url(../../pata/leaflet/images/marker-icon.png); }
.leaflet-interactive:focus { outline: none; }
.leaflet-attribution-flag { display: none !important; }
</style>"""


def base_map(*, cities: bool = True) -> folium.Map:
    """India and its surroundings, drawn from the shipped outlines, the same on every call.

    Without `cities` it leaves room for other labels. Street tiles from the internet are a layer of
    it that stays off until someone switches it on.
    """
    chart = folium.Map(
        tiles=None,
        zoom_snap=0.1,
        min_zoom=3.5,
        max_bounds=True,
        scroll_wheel_zoom=False,
        **_AROUND,
    )
    chart.get_root().header.add_child(folium.Element(_STYLE), name="pata_style")
    CustomPane("land", z_index=150).add_to(chart)
    CustomPane("cities", z_index=630).add_to(chart)
    folium.TileLayer(
        "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        attr='© <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a> contributors',
        name="Street map (loads from the internet)",
        overlay=True,
        show=False,
    ).add_to(chart)
    folium.GeoJson(_land(), control=False, pane="land", interactive=False).add_to(chart)
    for name, place in _CITIES.items() if cities else ():
        folium.Marker(
            place,
            icon=folium.DivIcon(html=plain_text(name), class_name="pata-city", icon_anchor=(-5, 8)),
            pane="cities",
            interactive=False,
            keyboard=False,
        ).add_to(chart)
        folium.CircleMarker(
            place,
            radius=1.5,
            weight=0,
            fill_opacity=1,
            fill_color="#3d4854",
            pane="cities",
            interactive=False,
        ).add_to(chart)
    folium.LayerControl(position="topright", collapsed=True).add_to(chart)
    chart.fit_bounds(_INDIA)
    return chart


def prediction_layer(
    prediction: Prediction,
    names: Sequence[str],
    *,
    chosen: int,
    estimate: Place,
    truth: Place | None = None,
    truth_label: str = "True place",
) -> folium.FeatureGroup:
    """All that depends on the prediction.

    Cells shaded by probability and named by `names` (n,), the border of the credible cells, the
    `chosen` cell, the `estimate` and, where known, the `truth` with a line between them. Places
    are (latitude, longitude) in degrees.
    """
    layer = folium.FeatureGroup(name="Prediction", control=False)
    shapes = simplified_cells(prediction.grid)
    credible = shapely.union_all([shapes[cell] for cell in prediction.credible_cells])
    shares = prediction.probabilities.tolist()
    shaded_cells(
        prediction.grid,
        [probability_colour(share) for share in shares],
        [f"{name}: {percent(share)}" for name, share in zip(names, shares, strict=True)],
    ).add_to(layer)
    outline(credible, CREDIBLE, weight=1.6, dashArray="5 4").add_to(layer)
    outline(shapes[chosen], CHOSEN, weight=3).add_to(layer)
    if truth is not None:
        _distance_line(estimate, truth).add_to(layer)
        _mark(truth, truth_symbol(), truth_label).add_to(layer)
    _mark(estimate, estimate_symbol(), "Estimated place").add_to(layer)
    return layer


def percent(probability: float) -> str:
    """A probability for people: 43 %, 0.6 %, under 0.1 %."""
    if probability < 0.001:
        return "under 0.1 %"
    return f"{100 * probability:.1f} %" if probability < 0.1 else f"{100 * probability:.0f} %"


def estimate_symbol() -> str:
    """A ring with a point, as SVG 22 px wide."""
    return (
        f"<svg {_SYMBOL}>"
        f'<circle r="8" fill="{ESTIMATE}" stroke="#fff" stroke-width="2.5"/>'
        '<circle r="2.6" fill="#fff"/></svg>'
    )


def truth_symbol() -> str:
    """A five-pointed star, as SVG 22 px wide."""
    return (
        f"<svg {_SYMBOL}>"
        '<path d="M0-9.5 2.6-3.2 9.3-2.7 4.2 1.7 5.8 8.2 0 4.7-5.8 8.2-4.2 1.7-9.3-2.7-2.6-3.2Z" '
        f'fill="{TRUTH}" stroke="#fff" stroke-width="1.8" stroke-linejoin="round"/></svg>'
    )


@cache
def _land() -> dict[str, Any]:
    """India over its neighbours. India is part of the land below too, so that no gap shows."""
    india = load_outline()
    land = shapely.union_all([load_neighbours(), india.buffer(0.05)])
    return collection(
        [
            feature(
                land.simplify(0.05),
                {"stroke": False, "fillColor": "#efece4", "fillOpacity": 1},
            ),
            feature(
                india.simplify(TOLERANCE),
                {"color": "#8d968f", "weight": 0.8, "fillColor": "#fbfaf6", "fillOpacity": 1},
            ),
        ]
    )


def _mark(place: Place, symbol: str, label: str) -> folium.Marker:
    icon = folium.DivIcon(html=symbol, class_name="pata-mark", icon_size=(22, 22))
    return folium.Marker(place, icon=icon, tooltip=plain_text(label))


def _distance_line(estimate: Place, truth: Place) -> folium.PolyLine:
    kilometres = float(haversine_km(estimate, truth))
    line = folium.PolyLine([estimate, truth], color=TRUTH, weight=2, dash_array="2 6")
    label = plain_text(f"{kilometres:,.0f} km")
    permanent = kilometres >= _LABELLED_KM
    tooltip = folium.Tooltip(label, sticky=not permanent, permanent=permanent, direction="center")
    tooltip.add_to(line)
    return line
