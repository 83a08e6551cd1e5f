"""Parts of a map that write their own Leaflet script.

Folium builds a map of small parts and compiles the script of each as a template, at every rerun of
a page: most of the time that a map took, and `{{` in a text would be run. These write it once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from branca.element import MacroElement
from folium.template import Template

from geoloc_core.display.colours import CITY
from geoloc_core.display.maps.placement import Block, Place
from geoloc_core.text import plain_text


class Drawn(MacroElement):  # type: ignore[misc]
    """A part whose `_template` says all: streamlit-folium asks it for the script itself."""

    def render(self, **kwargs: Any) -> None:
        """Nothing: Folium would add the script to a page of its own, which nobody sees."""


class Shapes(Drawn):
    """GeoJSON features (texts) in a pane of the map.

    With `spoken` they answer the mouse: hovering shows their text. They are no stops of the Tab
    key, of which there would be one a cell: what can be chosen on a map can be chosen from a list.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.geoJSON({{ this.collection }}, {
          pane: "{{ this.pane }}",
          interactive: {{ "true" if this.spoken else "false" }},
          style: (feature) => Object.assign({{ this.style }}, feature.properties.style),
        });
        {%- if this.spoken %}
        {{ this.get_name() }}.bindTooltip((shape) => shape.feature.properties.text, {sticky: true});
        {{ this.get_name() }}.eachLayer((shape) => shape.on("add", () =>
          shape.getElement().setAttribute("tabindex", "-1")));
        {%- endif %}
        {{ this.get_name() }}.addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        features: Iterable[str],
        *,
        pane: str = "overlayPane",
        spoken: bool = False,
        style: dict[str, Any] | None = None,
    ) -> None:
        """`style` holds for each feature; what a feature says of its own style comes over it."""
        super().__init__()
        self._name = "Shapes"
        self.collection = '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"
        self.pane = pane
        self.spoken = spoken
        self.style = script_json(style or {})


@dataclass(frozen=True)
class Word:
    """A text, which may be hostile, and the box that it stands in."""

    text: str
    block: Block


class Words(Drawn):
    """Words above the shapes, each in its box, deaf to the mouse.

    With `dots` each has a dot at its place.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        {{ this.words }}.forEach(([place, html, size, anchor]) => {
          L.marker(place, {
            pane: "words", interactive: false, keyboard: false,
            icon: L.divIcon({
              html: html, className: "{{ this.look }}", iconSize: size, iconAnchor: anchor,
            }),
          }).addTo({{ this._parent.get_name() }});
          {%- if this.dots %}
          L.circleMarker(place, {
            pane: "words", interactive: false,
            radius: 1.8, weight: 0, fillOpacity: 1, fillColor: "{{ this.dot_colour }}",
          }).addTo({{ this._parent.get_name() }});
          {%- endif %}
        });
        {% endmacro %}
        """
    )

    def __init__(self, words: Sequence[Word], look: str, *, dots: bool = False) -> None:
        """`look` is the words' class in the map's style sheet."""
        super().__init__()
        self._name = "Words"
        self.words = script_json([_boxed(word, dots) for word in words])
        self.look = look
        self.dots = dots
        self.dot_colour = CITY


class Marker(Drawn):
    """An SVG of 22 by 22 pixels at a place; hovering shows a label, which may be hostile."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        L.marker({{ this.place }}, {
          keyboard: false, zIndexOffset: {{ this.above }},
          icon: L.divIcon({ html: {{ this.symbol }}, className: "pata-mark", iconSize: [22, 22] }),
        }).bindTooltip({{ this.label }}).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, place: Place, symbol: str, label: str, *, above: int = 0) -> None:
        """A mark with a higher `above` lies on top."""
        super().__init__()
        self._name = "Marker"
        self.place = script_json(place)
        self.symbol = script_json(symbol)
        self.label = script_json(plain_text(label))
        self.above = above


def script_json(value: object) -> str:
    """A value as a script writes it."""
    return json.dumps(value, separators=(",", ":"))


def _boxed(word: Word, at_dot: bool) -> list[object]:
    (width, height), (right, down) = word.block.size, word.block.offset
    anchor = [round(width / 2 - right, 1), round(height / 2 - down, 1)]
    # letters differ from machine to machine: a word beside its dot begins or ends there
    side = "center" if not at_dot or right == 0 else "start" if right > 0 else "end"
    html = f'<span style="justify-self:{side}">{plain_text(word.text)}</span>'
    return [word.block.place, html, [round(width, 1), round(height, 1)], anchor]
