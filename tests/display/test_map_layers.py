import json
import re

import numpy as np
import pytest
import shapely
from streamlit_folium import _get_feature_group_string, _get_map_string

from geoloc_core.display.colours import probability_colour
from geoloc_core.display.leaflet import serve_leaflet_from
from geoloc_core.display.map_layers import base_map, percent, prediction_layer
from geoloc_core.geography.grid import article_grid
from tests.pages.stand_in import StandIn, painted

NAMES = tuple(f"`${{alert({cell})}}` <b>" for cell in range(58))


@pytest.fixture(scope="module")
def prediction():
    return StandIn("masked").predict([painted(21)], "crop")


def script(prediction, **places):
    """What the browser is sent: the base, and the layers over it."""
    chart = base_map()
    chart.get_root().render()
    base = _get_map_string(chart)
    layer = prediction_layer(prediction, NAMES, chosen=3, estimate=(20.0, 78.0), **places)
    return base, _get_feature_group_string(layer, chart)


def collections(text):
    """The GeoJSON that a script adds."""
    decoder = json.JSONDecoder()
    return [
        decoder.raw_decode(text, found.end(1))[0]
        for found in re.finditer(r'_add\((?=\{"features")()', text)
    ]


def test_base_and_layers_are_the_same_on_every_call_so_that_nothing_is_redrawn(prediction):
    once, again = script(prediction), script(prediction)
    assert once[1] == again[1]
    assert re.sub(r"_[0-9a-f]{32}", "", once[0]) == re.sub(r"_[0-9a-f]{32}", "", again[0])


def test_the_only_addresses_are_those_of_the_street_tiles_which_start_switched_off(prediction):
    serve_leaflet_from("/app/static/leaflet")
    base, layers = script(prediction, truth=(28.0, 77.0))
    links = re.findall(r"https?://[^\s\"'<]+", base + layers)
    assert {link for link in links if "w3.org" not in link} == {
        "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        "https://www.openstreetmap.org/copyright\\",
    }
    tiles = re.search(r"var (tile_layer_\w+) = L\.tileLayer", base)[1]
    assert f"{tiles}.addTo(map_" not in base


def test_every_cell_is_shaded_by_its_probability_and_hostile_names_stay_text(prediction):
    cells = collections(script(prediction)[1])[0]["features"]
    assert len(cells) == 58
    for cell, feature in enumerate(cells):
        probability = float(prediction.probabilities[cell])
        properties = feature["properties"]
        assert properties["style"]["fillColor"] == probability_colour(probability)
        assert properties["text"] == (
            f"&#96;&#36;{{alert({cell})}}&#96; &lt;b&gt;: {percent(probability)}"
        )


def test_the_shaded_cells_lie_over_the_grid(prediction):
    cells = collections(script(prediction)[1])[0]["features"]
    drawn = [shapely.geometry.shape(feature["geometry"]).buffer(0) for feature in cells]
    for shape, cell in zip(drawn, article_grid().cells, strict=True):
        assert shape.symmetric_difference(cell).area < 0.03 * cell.length


def test_the_borders_are_the_credible_cells_and_the_chosen_one(prediction):
    grid = article_grid()
    _, credible, chosen = collections(script(prediction)[1])
    area = sum(grid.cells[cell].area for cell in prediction.credible_cells)
    outline = shapely.geometry.shape(credible["features"][0]["geometry"]).buffer(0)
    assert outline.area == pytest.approx(area, rel=0.02)
    drawn = shapely.geometry.shape(chosen["features"][0]["geometry"]).buffer(0)
    assert drawn.symmetric_difference(grid.cells[3]).area < 0.03 * grid.cells[3].length


def test_the_line_to_the_true_place_says_how_long_it_is(prediction):
    _, without = script(prediction)
    _, layers = script(prediction, truth=(28.0, 78.0), truth_label="Place in the file")
    assert "L.polyline" not in without
    assert "[[20.0, 78.0], [28.0, 78.0]]" in layers
    assert "890 km" in layers  # eight degrees of a meridian
    assert "Place in the file" in layers


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.4321, "43 %"), (0.0996, "10.0 %"), (0.006, "0.6 %"), (0.0002, "under 0.1 %"), (1, "100 %")],
)
def test_percent(probability, words):
    assert percent(probability) == words


def test_the_browser_is_sent_little(prediction):
    base, layers = script(prediction)
    assert len(base) + len(layers) < 200_000
    assert np.isfinite(prediction.probabilities).all()
