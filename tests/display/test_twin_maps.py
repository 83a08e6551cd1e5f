import json
import re

import pytest
from streamlit_folium import _get_feature_group_string, _get_map_string

from geoloc_core.display.leaflet import serve_leaflet_from
from geoloc_core.display.twin_maps import travel_layer, twin_map
from tests.pages.stand_in import StandIn, painted

NAMES = tuple(f"cell {number}" for number in range(58))


@pytest.fixture(scope="module")
def prediction():
    return StandIn("masked").predict([painted(21)], "crop")


def script(prediction, **places):
    chart = twin_map()
    chart.get_root().render()
    base = _get_map_string(chart)
    layer = travel_layer(prediction, NAMES, estimate=(20.0, 78.0), **places)
    return base, _get_feature_group_string(layer, chart)


def test_the_pair_needs_nothing_from_other_machines_and_no_redrawing(prediction):
    serve_leaflet_from("/app/static/leaflet")
    once, again = (script(prediction)[0] for _ in range(2))
    assert re.sub(r"_[0-9a-f]{32}", "", once) == re.sub(r"_[0-9a-f]{32}", "", again)
    links = set(re.findall(r"https?://[^\s\"'<]+", once))
    assert all("openstreetmap.org" in link or "w3.org" in link for link in links)


def test_the_script_of_the_pair_is_handed_its_own_map(prediction):
    base, _ = script(prediction)
    assert re.search(r"map\.setView\(look\.at, look\.zoom.*?\}\)\(map_div\);", base, re.DOTALL)


def test_the_way_runs_from_the_ring_to_the_estimate(prediction):
    _, still = script(prediction)
    _, moved = script(prediction, before=(28.0, 70.0))
    assert "L.polyline" not in still
    assert "L.circleMarker" not in still
    assert "[[28.0, 70.0], [20.0, 78.0]]" in moved
    assert re.search(r"L\.circleMarker\(\s*\[28\.0, 70\.0\]", moved)


def test_the_goal_is_labelled_with_text_alone(prediction):
    _, layers = script(prediction, goal=(28.0, 78.0), goal_label="Home of `${alert(1)}` <b>")
    assert "890 km" in layers  # eight degrees of a meridian
    assert "Home of &#96;&#36;{alert(1)}&#96; &lt;b&gt;" in layers


def test_the_chosen_cell_is_the_likeliest(prediction):
    _, layers = script(prediction)
    collections = re.findall(r"_add\((\{\"features\".*?)\);", layers)
    chosen = json.loads(collections[2])["features"][0]
    assert chosen["properties"]["style"]["color"] == "#e8552d"
    west, east = (f(x for x, _ in ring(chosen["geometry"])) for f in (min, max))
    assert west <= prediction.grid.centroids[21, 1] <= east


def ring(geometry):
    coordinates = geometry["coordinates"][0]
    return coordinates[0] if geometry["type"] == "MultiPolygon" else coordinates
