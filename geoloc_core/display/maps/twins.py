"""Two maps in step, one a network: whoever moves or zooms one moves the other with it.

Each map has a frame of its own on the page, so that each keeps its place and only its layer
changes. The frames of one page tell each other where they look; nothing is loaded for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import folium
from folium.template import Template

from geoloc_core.display.colours import network_colour
from geoloc_core.display.maps.layers import base_map, prediction_layer
from geoloc_core.display.maps.leaflet import Drawn, Shapes
from geoloc_core.display.maps.marks import Estimate
from geoloc_core.display.maps.placement import Place
from geoloc_core.display.maps.shapes import line
from geoloc_core.models.predictor import Prediction


class InStep(Drawn):
    """A map's part in a pair: it leads while someone's hand is on it, else it follows."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (map) {
          let leads = false;
          for (const hand of ["pointerdown", "wheel", "keydown"]) {
            map.getContainer().addEventListener(hand, () => { leads = true; }, true);
          }
          map.on("move", () => {
            if (!leads) return;
            const { lat, lng } = map.getCenter();
            const look = { twin: "pata", at: [lat, lng], zoom: map.getZoom() };
            const frames = window.parent.frames;
            for (let i = 0; i < frames.length; i++) frames[i].postMessage(look, location.origin);
          });
          window.addEventListener("message", (event) => {
            const look = event.data;
            const ours = event.origin === location.origin && event.source !== window;
            if (!ours || !look || look.twin !== "pata") return;
            leads = false;
            map.setView(look.at, look.zoom, { animate: false });
          });
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )


def twin_map() -> folium.Map:
    """One of the pair: the base map, the same on every call."""
    chart = base_map(cities=False)
    InStep().add_to(chart)
    return chart


def travel_layer(
    prediction: Prediction,
    names: Sequence[str],
    *,
    estimate: Place,
    before: Place | None = None,
    goal: Place | None = None,
    goal_label: str = "",
    certain: bool = True,
) -> folium.FeatureGroup:
    """A prediction and the way it came.

    The cells and the `estimate` as on the Explore page; an empty ring where the estimate was
    `before`, with a line from there; a star at the `goal` with the distance to it. What is not
    `certain` is drawn as a guess. Places are (latitude, longitude) in degrees.
    """
    colour = network_colour(prediction.model)
    estimates = [Estimate(estimate, "Estimated place", colour, main=True)]
    if before is not None:
        was = Estimate(before, "Estimated place before", colour, main=False, hollow=True)
        estimates.append(was)
    layer = prediction_layer(
        prediction,
        names,
        chosen=prediction.predicted_cell,
        estimates=estimates,
        truth=goal,
        truth_label=goal_label,
        certain=certain,
    )
    if before is not None:
        style = {"color": colour, "weight": 4, "opacity": 0.75}
        Shapes([line(before, estimate, style)]).add_to(layer)
    return layer
