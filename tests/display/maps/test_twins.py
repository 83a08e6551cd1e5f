import re

import pytest

from geoloc_core.display.colours import CHOSEN, MASKED
from geoloc_core.display.maps.shapes import joined
from geoloc_core.display.maps.twins import travel_layer, twin_map
from tests.display.map_script import base_script, collections, drawn, layer_script
from tests.pages.stand_in import StandIn, painted

NAMES = tuple(f"cell {number}" for number in range(58))


@pytest.fixture(scope="module")
def prediction():
    return StandIn("masked").predict([painted(21)], "crop")


def script(prediction, **places):
    chart = twin_map()
    base = base_script(chart)
    layer = travel_layer(prediction, NAMES, estimate=(20.0, 78.0), **places)
    return base, layer_script(layer, chart)


def test_the_pair_needs_nothing_from_other_machines_and_no_redrawing(prediction):
    once, again = (script(prediction)[0] for _ in range(2))
    assert re.sub(r"_[0-9a-f]{32}", "", once) == re.sub(r"_[0-9a-f]{32}", "", again)
    links = set(re.findall(r"https?://[^\s\"'<]+", once))
    assert all("openstreetmap.org" in link or "w3.org" in link for link in links)


def test_the_script_of_the_pair_is_handed_its_own_map(prediction):
    base, _ = script(prediction)
    assert re.search(r"map\.setView\(look\.at, look\.zoom.*?\}\)\(map_div\);", base, re.DOTALL)


def test_the_way_runs_from_the_hollow_ring_to_the_estimate(prediction):
    _, still = script(prediction)
    _, moved = script(prediction, before=(28.0, 70.0))
    assert "LineString" not in still
    assert "stroke-dasharray" not in still
    way = collections(moved)[-1][0]
    assert way["geometry"]["coordinates"] == [[70.0, 28.0], [78.0, 20.0]]
    assert way["properties"]["style"]["color"] == MASKED
    assert re.search(r"L\.marker\(\[28\.0,70\.0\].*?stroke-dasharray", moved, re.DOTALL)
    assert "Estimated place before" in moved


def test_the_goal_is_labelled_with_text_alone(prediction):
    _, layers = script(prediction, goal=(28.0, 78.0), goal_label="Home of `${alert(1)}` <b>")
    assert "890 km" in layers  # eight degrees of a meridian
    assert "Home of &#96;&#36;{alert(1)}&#96; &lt;b&gt;" in layers


def test_the_chosen_cell_is_the_most_likely(prediction):
    _, layers = script(prediction)
    chosen = next(
        feature
        for features in collections(layers)
        for feature in features
        if feature["properties"]["style"].get("color") == CHOSEN
    )
    top = int(prediction.probabilities.argmax())
    assert drawn(chosen).symmetric_difference(joined(prediction.grid, (top,))).area < 0.05
