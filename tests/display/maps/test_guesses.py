from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.audit.flights import Flight
from geoloc_core.display.maps.guesses import COLOURS, guess_layer, reveal_layer
from geoloc_core.display.maps.labels import CITIES, MARK, VIEWS
from geoloc_core.display.maps.layers import base_map
from geoloc_core.display.maps.placement import Block, boxes
from geoloc_core.game import Round, kilometres_off
from tests.display.map_script import collections, layer_script, words

DELHI, MUMBAI, CHENNAI, KOLKATA = (28.61, 77.21), (19.08, 72.88), (13.08, 80.27), (22.57, 88.36)
BLACK = np.zeros((8, 8, 3), np.uint8)
PLAIN = Round(BLACK, DELHI, "Asha", {"unmasked": MUMBAI, "masked": CHENNAI})
FLOWN = Round(
    BLACK,
    MUMBAI,
    "Asha",
    {"unmasked": KOLKATA, "masked": (19.5, 74)},
    Flight("Omar `${alert(1)}`", 46, KOLKATA, MUMBAI, KOLKATA),
)


def script(layer):
    return layer_script(layer, base_map(cities=False))


def lines(layer):
    """The lines' ends as (latitude, longitude), by colour and weight."""
    return {
        (style["color"], style.get("weight")): [
            tuple(place[::-1]) for place in feature["geometry"]["coordinates"]
        ]
        for features in collections(script(layer))
        for feature in features
        for style in [feature["properties"]["style"]]
    }


def test_a_new_round_shows_all_of_india_and_a_guess_leaves_the_view_alone():
    new, guessed = script(guess_layer(0, None)), script(guess_layer(0, DELHI))
    assert "map_div.fitBounds([[6.2,67.4],[37.6,98.1]]" in new
    assert "fitBounds" not in guessed
    assert COLOURS["you"] not in new
    assert COLOURS["you"] in guessed
    assert {text for _, text, _, _ in words(new)} <= set(CITIES)


def test_a_line_leads_from_the_true_place_to_each():
    found = lines(reveal_layer(PLAIN, KOLKATA))
    assert len(found) == 3
    for player, place in (("you", KOLKATA), ("unmasked", MUMBAI), ("masked", CHENNAI)):
        np.testing.assert_allclose(found[COLOURS[player], None], [DELHI, place], atol=1e-4)
    text = script(reveal_layer(PLAIN, KOLKATA))
    said = {each for _, each, _, _ in words(text)}
    assert {f"{km:,.0f} km" for km in kilometres_off(PLAIN, KOLKATA).values()} <= said
    assert "fitBounds" in text


def test_a_flight_is_drawn_from_where_the_point_was():
    flight = lines(reveal_layer(FLOWN, CHENNAI))[COLOURS["unmasked"], 5]
    np.testing.assert_allclose(flight, [MUMBAI, KOLKATA], atol=1e-4)
    text = script(reveal_layer(FLOWN, CHENNAI))
    assert "real name" in {each for _, each, _, _ in words(text)}
    assert "alert" not in text


@pytest.mark.parametrize(
    ("played", "guess"), [(PLAIN, KOLKATA), (PLAIN, (22.0, 79.0)), (FLOWN, CHENNAI), (FLOWN, DELHI)]
)
def test_words_cover_no_mark_and_not_each_other(played, guess):
    places = [*played.points.values(), played.truth, guess]
    if played.flight is not None:
        places.append(played.flight.before)
    said = words(script(reveal_layer(played, guess)))
    assert len(said) > 5
    blocks = [
        Block(place, tuple(size), (size[0] / 2 - anchor[0], size[1] / 2 - anchor[1]))
        for place, _, size, anchor in said
    ]
    for view in VIEWS:
        drawn = boxes([*blocks, *(Block(place, MARK) for place in places)], view)
        for number, (left, top, right, bottom) in enumerate(drawn[: len(blocks)]):
            others = np.delete(drawn, number, axis=0)
            apart = (
                (others[:, 2] <= left + 0.2)
                | (others[:, 0] >= right - 0.2)
                | (others[:, 3] <= top + 0.2)
                | (others[:, 1] >= bottom - 0.2)
            )
            assert apart.all()
