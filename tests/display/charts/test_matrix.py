import json
import re

import altair as alt
import numpy as np
import pytest

from geoloc_core.display.charts.matrix import PICK, matrix_chart, matrix_data
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.sphere import haversine_km

GRID = article_grid()
NAMES = [f"cell {cell}" for cell in range(58)]
ORDER = list(reversed(range(58)))


def spec(matrix, entries="counts", scale="linear", chosen=(3, 4), theme="light"):
    return matrix_chart(
        matrix, GRID, NAMES, ORDER, entries=entries, scale=scale, chosen=chosen, theme=theme
    )


def squares(chart):
    (layer,) = (layer for layer in chart["layer"] if "color" in layer["encoding"])
    return layer


def clickable(chart):
    (layer,) = (layer for layer in chart["layer"] if "params" in layer)
    return layer


@pytest.fixture(scope="module")
def matrix():
    matrix = np.zeros((58, 58), int)
    matrix[3, 3], matrix[3, 4], matrix[7, 50] = 9, 3, 1
    return matrix


def test_every_entry_with_photos_knows_its_count_and_its_share(matrix):
    entries = matrix_data(matrix).set_index(["truth", "answer"])
    assert sorted(entries.index) == [(3, 3), (3, 4), (7, 50)]
    assert entries["images"][3, 4] == 3
    assert entries["share"][3, 4] == pytest.approx(0.25)


def test_every_entry_answers_to_the_mouse_empty_or_not(matrix):
    chart = spec(matrix)
    params = {param["name"]: param["value"] for param in chart["params"]}
    assert clickable(chart)["data"]["sequence"] == {"start": 0, "stop": 58 * 58, "as": "entry"}
    assert params["photos"][3 * 58 + 4] == 3
    assert params["photos"][9 * 58 + 30] == 0
    assert params["all"][3] == 12
    km = float(haversine_km(GRID.centroids[9], GRID.centroids[30]))
    assert params["km"][9 * 58 + 30] == round(km)


def test_rows_and_columns_stand_in_the_order_asked_for(matrix):
    for layer in spec(matrix)["layer"]:
        for axis, field in (("x", "answer"), ("y", "truth")):
            encoding = layer["encoding"].get(axis, {"field": field, "scale": {"domain": ORDER}})
            assert (encoding["field"], encoding["scale"]["domain"]) == (field, ORDER)
    assert set(squares(spec(matrix))["encoding"]) >= {"x", "y"}


@pytest.mark.parametrize(
    ("entries", "scale", "field", "domain"),
    [
        ("counts", "linear", "images", [0, 9]),
        ("counts", "log", "images", [0.5, 9]),
        ("shares", "linear", "share", [0, 1]),
        ("shares", "log", "share", [0.125, 1]),
    ],
)
def test_colours_reach_from_the_least_entry_to_the_greatest(matrix, entries, scale, field, domain):
    colour = squares(spec(matrix, entries, scale))["encoding"]["color"]
    assert colour["field"] == field
    assert colour["scale"]["type"] == scale
    assert colour["scale"]["domain"] == pytest.approx(domain)


def test_an_empty_matrix_still_has_a_scale():
    colour = squares(spec(np.zeros((58, 58), int), scale="log"))["encoding"]["color"]
    assert colour["scale"]["domain"] == [0.5, 1]


def test_the_specification_is_valid_vega_lite(matrix):
    alt.LayerChart.from_dict(spec(matrix))


def test_hovering_names_cells_and_a_click_chooses_an_entry(matrix):
    chart = spec(matrix, chosen=(7, 50))
    pick = clickable(chart)["params"][0]
    params = {param["name"]: param for param in chart["params"]}
    assert params["names"]["value"] == NAMES
    assert pick["name"] == PICK
    assert pick["select"]["fields"] == ["truth", "answer"]
    assert pick["value"] == [{"truth": 7, "answer": 50}]
    tooltip = clickable(chart)["mark"]["tooltip"]["expr"]
    assert re.findall(r"'([A-Z][a-z ]+)':", tooltip) == [
        "True cell",
        "Predicted",
        "Photos",
        "Distance",
    ]


def test_the_most_frequent_entry_stands_out_on_a_light_and_on_a_dark_page(matrix):
    def brightness(theme):
        chart = spec(matrix, theme=theme)
        assert chart["background"] == "transparent"
        ramp = squares(chart)["encoding"]["color"]["scale"]["range"]
        return [sum(bytes.fromhex(colour[1:])) for colour in ramp]

    assert brightness("light") == sorted(brightness("light"), reverse=True)
    assert brightness("dark") == sorted(brightness("dark"))


def test_nothing_is_loaded_from_anywhere(matrix):
    assert "http" not in json.dumps(spec(matrix))
