from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.audit.flights import Flight
from geoloc_core.display.html.game_boards import (
    final_totals,
    flight_words,
    round_result,
    rounds_table,
    rules,
    standing,
    verdict,
)
from geoloc_core.game import Round, scale_km, score
from geoloc_core.geography.sphere import haversine_km

DELHI, MUMBAI, KOLKATA, KARAKORAM = (28.61, 77.21), (19.08, 72.88), (22.57, 88.36), (35.3, 80.2)
BLACK = np.zeros((8, 8, 3), np.uint8)
PLAIN = Round(BLACK, DELHI, "Asha", {"unmasked": MUMBAI, "masked": KOLKATA})
HOSTILE = "<b>`${alert(1)}`"
FLOWN = Round(
    BLACK,
    MUMBAI,
    HOSTILE,
    {"unmasked": KOLKATA, "masked": MUMBAI},
    Flight(HOSTILE, 1, KOLKATA, MUMBAI, KOLKATA),
)


def km(here, there):
    return f"{float(haversine_km(here, there)):,.0f} km"


def test_a_round_says_where_it_was_and_who_came_closest():
    told = round_result(PLAIN, DELHI)
    assert "Taken in" in told
    assert "Delhi" in told
    assert "You came closest" in told
    assert "0 km" in told
    assert "5,000 points" in told
    assert km(DELHI, MUMBAI) in told
    assert km(DELHI, KOLKATA) in told
    assert "Scene and name came closest" in round_result(PLAIN, (8.0, 77.5))


def test_a_place_in_high_mountains_is_told_by_its_degrees():
    played = Round(BLACK, KARAKORAM, "Asha", PLAIN.points)
    assert "Taken in the mountains at 35.3° N, 80.2° E" in round_result(played, DELHI)
    assert "1. The mountains at" in rounds_table([played], [DELHI])


def test_the_flight_is_told_in_numbers_and_names_are_text():
    assert FLOWN.flight is not None
    told = flight_words(FLOWN, FLOWN.flight, ["here", "there <i>"])
    assert "mostly from there &lt;i&gt;" in told
    assert f"flies {km(MUMBAI, KOLKATA)} across the country, to 0 km" in told
    assert f"Now it is {km(MUMBAI, KOLKATA)} off" in told
    assert "<b>`" not in told
    assert "It is by &lt;b&gt;`" in told


@pytest.mark.parametrize(
    ("you", "cheat", "told"),
    [
        (2000, 900, "You beat the cheat by 1,100 points."),
        (9, 10, "The cheat beats you by 1 point."),
        (7, 7, "You and the cheat end level."),
    ],
)
def test_the_verdict_is_about_the_cheat(you, cheat, told):
    assert verdict({"you": you, "unmasked": cheat, "masked": 25000}) == told


def test_points_so_far_and_totals_name_all_three():
    points = {"you": 12500, "unmasked": 25000, "masked": 0}
    for told in (standing(points), final_totals(points, 5)):
        for name, total in (("You", "12,500"), ("Scene and name", "25,000"), ("Scene only", "0")):
            assert name in told
            assert f"<b>{total}</b>" in told
    assert "width:50.0%" in final_totals(points, 5)
    assert "width:100.0%" in final_totals(points, 5)


def test_the_table_has_a_row_a_round_and_says_which_name_was_swapped():
    table = rounds_table([PLAIN, FLOWN], [DELHI, DELHI])
    assert table.count("<tr>") == 3
    assert table.count("name swapped") == 1
    assert table.index("1. New Delhi") < table.index("2. Mumbai") < table.index("name swapped")


def test_the_rules_state_the_formula_with_its_own_numbers():
    told = rules()
    assert f"exp(−10 · *d* / {scale_km():,.0f})" in told
    for kilometres in (100, 500, 1000):
        assert f"{score(kilometres):,} at {kilometres:,} km" in told
    assert "one view" in told
    assert "weighted mean" in told
