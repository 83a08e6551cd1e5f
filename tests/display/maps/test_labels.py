from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from geoloc_core.display.maps.labels import (
    CITIES,
    MARK,
    VIEWS,
    city_words,
    distance_word,
    text_size,
)
from geoloc_core.display.maps.placement import Block
from geoloc_core.geography.place_names import place_name
from tests.display.maps.test_placement import land, meet, pixels

DELHI, AGRA, CHENNAI = (28.61, 77.21), (27.18, 78.01), (13.08, 80.27)


def test_most_cities_are_named_where_nothing_is_in_the_way():
    named = [word.text for word in city_words(())]
    assert len(named) >= 14
    assert {"Delhi", "Mumbai", "Kolkata", "Chennai", "Bengaluru", "Hyderabad"} <= set(named)


def test_every_city_lies_where_post_offices_know_it():
    assert all(place_name(*place) for place in CITIES.values())
    assert place_name(*CITIES["Bhopal"]) == "Bhopal, Madhya Pradesh"


@settings(max_examples=30, deadline=None)
@given(land, land, land)
def test_no_word_covers_a_mark_a_city_or_another_word(estimate, other, truth):
    marks = [Block(place, MARK) for place in (estimate, other, truth)]
    distance = distance_word(truth, estimate, 1234.0, marks)
    taken = marks if distance is None else [*marks, distance.block]
    cities = city_words(tuple(taken))
    for view in VIEWS:
        marked, worded, dotted = (np.zeros((700, 900), int) for _ in range(3))
        for block in taken:
            marked[pixels(block, view)] = 1
        for number, place in enumerate(CITIES.values(), 1):
            dotted[pixels(Block(place, (7, 7)), view)] = number
        for word in cities:
            under = pixels(word.block, view)
            own = list(CITIES).index(word.text) + 1
            assert not marked[under].any()
            assert set(dotted[under].flat) <= {0, own}
            worded[under] += 1
        assert worded.max(initial=0) <= 1
    if distance is not None:
        assert not any(meet(distance.block, mark, view) for view in VIEWS for mark in marks)


@pytest.mark.parametrize("end", [DELHI, AGRA, CHENNAI])
def test_a_distance_is_always_told_short_of_crowds(end):
    start = (28.0, 76.5)
    word = distance_word(start, end, 42.4, [Block(start, MARK), Block(end, MARK)])
    assert word.text == "42 km"


def test_a_text_takes_about_as_much_room_as_a_wide_font_needs():
    # DejaVu Sans at 11 px, measured in Chromium: the widest of the usual system fonts
    assert text_size("Visakhapatnam", 11)[0] == pytest.approx(86, abs=5)
    assert np.diff([text_size("Delhi", size)[0] for size in (11, 12)])[0] > 0
