"""What the game lays over the map: the guess, and then the lines from the true place to all three.

Every text that reaches Leaflet passes through `plain_text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import folium
from branca.element import MacroElement
from folium.template import Template

from geoloc_core.catalogue import title
from geoloc_core.display.colours import INK, MASKED, PLAYER, TRUTH, UNMASKED
from geoloc_core.display.label_places import Block, beside, first_free
from geoloc_core.display.map_view import INDIA, fitted_view
from geoloc_core.display.text import plain_text
from geoloc_core.game import PLAYERS, Place, Round, kilometres_off

COLOURS = {"you": PLAYER, "unmasked": UNMASKED, "masked": MASKED}
NAMES = {"you": "You", "unmasked": title("unmasked"), "masked": title("masked")}

HEIGHT = 460
"""Of the map, in pixels."""

_FRAMES = [fitted_view(width, HEIGHT, snap=0.1) for width in (380, 560, 760)]
"""The map as a phone, a tablet and a desk show it: labels are free in all of them."""
_SYMBOL = 'xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="-12 -12 24 24"'
_MARK = 24
_LABEL = (
    "display:block;box-sizing:border-box;height:20px;background:#fff;border:2px solid;"
    "border-radius:5px;text-align:center;font:600 12px/16px system-ui,sans-serif;white-space:nowrap"
)
_ON_TOP = "tooltipPane"  # above the names of the cities


class _Label(NamedTuple):
    """Words beside one of the three's points."""

    place: Place
    text: str
    player: str


class _WholeIndia(MacroElement):  # type: ignore[misc]
    """Shows all of India again, once, when the layer that it is a part of is laid."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{{ this._parent._parent.get_name() }}.fitBounds({{ this.bounds }}, { animate: false });"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()
        self.bounds = [list(corner) for corner in INDIA]


def guess_layer(number: int, guess: Place | None) -> folium.FeatureGroup:
    """The guess that may still be moved; a new round, counted from 0, starts with all of India."""
    layer = folium.FeatureGroup(name=f"Round {number + 1}", control=False)
    if guess is None:
        _WholeIndia().add_to(layer)
    else:
        _mark(guess, "you").add_to(layer)
    return layer


def reveal_layer(played: Round, guess: Place) -> folium.FeatureGroup:
    """The true place, and a line from there to each of the three with its km.

    A network's flight under another's name is a thick line from an empty ring, where its point was
    under the real one.
    """
    layer = folium.FeatureGroup(name="Revealed", control=False)
    points = {"you": guess, **played.points}
    off = kilometres_off(played, guess)
    for player in PLAYERS:
        folium.PolyLine(
            [played.truth, points[player]],
            color=COLOURS[player],
            weight=2.5,
            dash_array="2 6",
            interactive=False,
        ).add_to(layer)
    if played.flight is not None:
        ends = [played.flight.before, played.flight.after]
        folium.PolyLine(ends, color=UNMASKED, weight=5, opacity=0.65, interactive=False).add_to(
            layer
        )
        folium.CircleMarker(
            played.flight.before,
            radius=8,
            color=UNMASKED,
            weight=3,
            fill_color="#ffffff",
            fill_opacity=1,
            interactive=False,
        ).add_to(layer)
    for player in PLAYERS:
        _mark(points[player], player).add_to(layer)
    _mark(played.truth, "truth").add_to(layer)

    labels = [_Label(points[player], f"{off[player]:,.0f} km", player) for player in PLAYERS]
    marked = [*points.values(), played.truth]
    if played.flight is not None:
        labels.append(_Label(played.flight.before, "real name", "unmasked"))
        marked.append(played.flight.before)
    for block, label in _placed(labels, marked):
        _written(block, label).add_to(layer)
    _WholeIndia().add_to(layer)
    return layer


def symbol(player: str) -> str:
    """The mark of one of the three, or of the "truth", as SVG 24 px wide: told by shape too."""
    if player == "truth":
        drawn = (
            '<path d="M0-10.5 2.9-3.5 10.3-3 4.6 1.9 6.4 9 0 5.2-6.4 9-4.6 1.9-10.3-3-2.9-3.5Z" '
            f'fill="{TRUTH}" stroke="#fff" stroke-width="1.8" stroke-linejoin="round"/>'
        )
    elif player == "you":
        cross = "M-6.5-6.5 6.5 6.5M6.5-6.5-6.5 6.5"
        drawn = (
            f'<path d="{cross}" stroke="#fff" stroke-width="8" stroke-linecap="round"/>'
            f'<path d="{cross}" stroke="{PLAYER}" stroke-width="4.5" stroke-linecap="round"/>'
        )
    else:
        drawn = (
            f'<circle r="8.5" fill="{COLOURS[player]}" stroke="#fff" stroke-width="2.5"/>'
            '<circle r="2.8" fill="#fff"/>'
        )
    return f"<svg {_SYMBOL}>{drawn}</svg>"


def _placed(labels: Sequence[_Label], marked: Sequence[Place]) -> list[tuple[Block, _Label]]:
    """The labels beside their places, where they cover no mark and not each other."""
    taken = [Block(place, (_MARK, _MARK)) for place in marked]
    placed = []
    for label in labels:
        size = (8.0 * len(label.text) + 10, 20.0)
        block = first_free(beside(label.place, size, _MARK / 2), taken, _FRAMES)
        if block is not None:
            taken.append(block)
            placed.append((block, label))
    return placed


def _mark(place: Place, player: str) -> folium.Marker:
    icon = folium.DivIcon(html=symbol(player), class_name="pata-mark", icon_size=(_MARK, _MARK))
    return folium.Marker(place, icon=icon, pane=_ON_TOP, interactive=False, keyboard=False)


def _written(block: Block, label: _Label) -> folium.Marker:
    (width, height), (right, down) = block.size, block.offset
    style = f"{_LABEL};border-color:{COLOURS[label.player]};color:{INK}"
    icon = folium.DivIcon(
        html=f'<span style="{style}">{plain_text(label.text)}</span>',
        class_name="pata-label",
        icon_size=(round(width), round(height)),
        icon_anchor=(round(width / 2 - right), round(height / 2 - down)),
    )
    return folium.Marker(block.place, icon=icon, pane=_ON_TOP, interactive=False, keyboard=False)
