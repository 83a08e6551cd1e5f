from __future__ import annotations

import folium
import numpy as np
import pytest

from geoloc_core.display import game_map
from geoloc_core.display.game_map import COLOURS, guess_layer, reveal_layer
from geoloc_core.display.label_places import boxes
from geoloc_core.game import Flight, Round, kilometres_off

DELHI, MUMBAI, CHENNAI, KOLKATA = (28.61, 77.21), (19.08, 72.88), (13.08, 80.27), (22.57, 88.36)
BLACK = np.zeros((8, 8, 3), np.uint8)
PLAIN = Round(BLACK, DELHI, "Asha", {"unmasked": MUMBAI, "masked": CHENNAI})
FLOWN = Round(
    BLACK,
    MUMBAI,
    "Asha",
    {"unmasked": KOLKATA, "masked": MUMBAI},
    Flight("Omar `${alert(1)}`", 46, KOLKATA, MUMBAI, KOLKATA),
)


def script(layer):
    """What Leaflet is given."""
    chart = folium.Map(tiles=None)
    layer.add_to(chart)
    return chart.get_root().render().replace(chart.get_name(), "chart")


def lines(layer):
    found = [child for child in layer._children.values() if isinstance(child, folium.PolyLine)]
    return {(line.options["color"], line.options["weight"]): line.locations for line in found}


def test_a_new_round_shows_all_of_india_and_a_guess_leaves_the_view_alone():
    new, guessed = script(guess_layer(0, None)), script(guess_layer(0, DELHI))
    assert "chart.fitBounds([[6.2, 67.4], [37.6, 98.1]]" in new
    assert "fitBounds" not in guessed
    assert "L.marker" not in new
    assert guessed.count("L.marker") == 1
    assert COLOURS["you"] in guessed


def test_each_round_starts_anew():
    assert guess_layer(0, None).layer_name != guess_layer(1, None).layer_name


def test_a_line_leads_from_the_true_place_to_each():
    found = lines(reveal_layer(PLAIN, KOLKATA))
    assert len(found) == 3
    for player, place in (("you", KOLKATA), ("unmasked", MUMBAI), ("masked", CHENNAI)):
        np.testing.assert_allclose(found[COLOURS[player], 2.5], [DELHI, place])
    text = script(reveal_layer(PLAIN, KOLKATA))
    for kilometres in kilometres_off(PLAIN, KOLKATA).values():
        assert f"{kilometres:,.0f} km" in text
    assert "fitBounds" in text


def test_a_flight_is_drawn_from_where_the_point_was():
    flight = lines(reveal_layer(FLOWN, CHENNAI))[COLOURS["unmasked"], 5]
    np.testing.assert_allclose(flight, [MUMBAI, KOLKATA])
    text = script(reveal_layer(FLOWN, CHENNAI))
    assert "real name" in text
    assert "alert" not in text


@pytest.mark.parametrize(
    ("played", "guess"), [(PLAIN, KOLKATA), (PLAIN, DELHI), (FLOWN, CHENNAI), (FLOWN, MUMBAI)]
)
def test_labels_cover_no_mark_and_not_each_other(monkeypatch, played, guess):
    kept = []
    written = game_map._written

    def keep(block, label):
        kept.append(block)
        return written(block, label)

    monkeypatch.setattr(game_map, "_written", keep)
    reveal_layer(played, guess)
    assert len(kept) >= 3
    marks = [game_map.Block(place, (24, 24)) for place in (*played.points.values(), played.truth)]
    for view in game_map._FRAMES:
        drawn = boxes([*kept, *marks, game_map.Block(guess, (24, 24))], view)
        for number, (left, top, right, bottom) in enumerate(drawn[: len(kept)]):
            assert left >= 0
            assert top >= 0
            assert right <= view.size[0]
            assert bottom <= view.size[1]
            others = np.delete(drawn, number, axis=0)
            apart = (
                (others[:, 2] <= left)
                | (others[:, 0] >= right)
                | (others[:, 3] <= top)
                | (others[:, 1] >= bottom)
            )
            assert apart.all()
