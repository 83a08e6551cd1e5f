"""What the game lays over the map: the guess, and then the lines from the true place to all three.

The base map under it has no cities: they are placed here, clear of the marks.
"""

from __future__ import annotations

import folium
from folium.template import Template

from geoloc_core.catalogue import HONEST, READER, title
from geoloc_core.display.colours import MASKED, PLAYER, UNMASKED
from geoloc_core.display.formats import kilometres
from geoloc_core.display.maps.labels import MARK, VIEWS, city_words, text_size
from geoloc_core.display.maps.leaflet import Drawn, Marker, Shapes, Word, Words, script_json
from geoloc_core.display.maps.marks import estimate_symbol, player_symbol, truth_symbol
from geoloc_core.display.maps.placement import Block, Place, beside, first_free
from geoloc_core.display.maps.shapes import line
from geoloc_core.display.maps.viewport import INDIA
from geoloc_core.game import PLAYERS, Round, kilometres_off

COLOURS = {"you": PLAYER, READER: UNMASKED, HONEST: MASKED}
NAMES = {"you": "You", READER: title(READER), HONEST: title(HONEST)}

_LETTERS = 12


class _WholeIndia(Drawn):
    """Shows all of India again, once, when the layer that it is a part of is laid."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{{ this._parent._parent.get_name() }}.fitBounds({{ this.bounds }}, { animate: false });"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()
        self._name = "WholeIndia"
        self.bounds = script_json(INDIA)


def guess_layer(number: int, guess: Place | None) -> folium.FeatureGroup:
    """The guess that may still be moved; a new round, counted from 0, starts with all of India."""
    layer = folium.FeatureGroup(name=f"Round {number + 1}", control=False)
    Words(city_words(()), "pata-city", dots=True).add_to(layer)
    if guess is None:
        _WholeIndia().add_to(layer)
    else:
        Marker(guess, player_symbol(), NAMES["you"]).add_to(layer)
    return layer


def reveal_layer(played: Round, guess: Place) -> folium.FeatureGroup:
    """The true place, and a line from there to each of the three with its km.

    A network's flight under another's name is a thick line from a hollow ring, where its point was
    under the real one.
    """
    layer = folium.FeatureGroup(name="Revealed", control=False)
    points = {"you": guess, **played.points}
    symbols = {player: estimate_symbol(COLOURS[player]) for player in points}
    symbols["you"] = player_symbol()
    off = kilometres_off(played, guess)
    lines = [
        line(played.truth, points[player], {"color": COLOURS[player], "dashArray": "2 6"})
        for player in PLAYERS
    ]
    marks = [Marker(points[player], symbols[player], NAMES[player]) for player in PLAYERS]
    labels = [(kilometres(off[player]), points[player]) for player in PLAYERS]
    flight = played.flight
    if flight is not None:
        flown = {"color": UNMASKED, "weight": 5, "opacity": 0.65}
        lines.append(line(flight.before, flight.after, flown))
        hollow = estimate_symbol(UNMASKED, hollow=True)
        marks.append(Marker(flight.before, hollow, f"{NAMES[READER]}, with the real name"))
        labels.append(("real name", flight.before))
    marks.append(Marker(played.truth, truth_symbol(), "True place", above=1000))

    taken = [Block(place, MARK) for _, place in labels] + [Block(played.truth, MARK)]
    words = []
    for text, place in labels:
        word = _word_beside(text, place, taken)
        if word is not None:
            words.append(word)
            taken.append(word.block)
    Shapes(lines, style={"weight": 2.5}).add_to(layer)
    Words(words, "pata-km").add_to(layer)
    Words(city_words(tuple(taken)), "pata-city", dots=True).add_to(layer)
    for mark in marks:
        mark.add_to(layer)
    _WholeIndia().add_to(layer)
    return layer


def _word_beside(text: str, place: Place, taken: list[Block]) -> Word | None:
    """A text beside a mark, where it covers no mark and no other text."""
    width, height = text_size(text, _LETTERS)
    spots = beside(place, (width + 12, height + 2), MARK[0] / 2 + 2)
    block = first_free(spots, taken, VIEWS)
    return Word(text, block) if block is not None else None
