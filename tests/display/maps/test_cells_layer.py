import numpy as np
import pandas as pd
import pytest
import shapely

from geoloc_core.display.colours import LIGHT
from geoloc_core.display.maps.cells_layer import SHADES, cells_layer, number_places, places_layer
from geoloc_core.display.maps.layers import base_map
from geoloc_core.display.maps.shapes import joined
from geoloc_core.geography.grid import article_grid
from tests.display.map_script import collections, drawn, layer_script, words

GRID = article_grid()


@pytest.fixture(scope="module")
def table():
    numbers = np.arange(58)
    names = [f"`${{alert({cell})}}` <b>" for cell in numbers]
    return pd.DataFrame({"name": names, "uploaders": numbers, "images": 0})


def script(layer):
    return layer_script(layer, base_map(cities=False))


def test_cells_are_shaded_from_none_to_most_and_numbered(table):
    text = script(cells_layer(GRID, table, "uploaders", 3, (20.0, 78.0)))
    shaded, border = collections(text)
    properties = [feature["properties"] for feature in shaded]
    assert properties[0]["style"]["fillColor"] == LIGHT[0]
    assert properties[57]["style"]["fillColor"] == LIGHT[-1]
    assert properties[12]["text"] == ("12. &#96;&#36;{alert(12)}&#96; &lt;b&gt;: 12 uploaders")
    assert drawn(border[0]).symmetric_difference(joined(GRID, (3,))).area < 0.05
    numbers = [int(number) for _, number, _, _ in words(text)]
    assert sorted(numbers) == list(range(58))
    assert "[20.0, 78.0]" in text


def test_where_there_is_nothing_all_cells_are_pale(table):
    text = script(cells_layer(GRID, table, "images", 3, (20.0, 78.0)))
    colours = {f["properties"]["style"]["fillColor"] for f in collections(text)[0]}
    assert colours == {LIGHT[0]}


def test_every_place_is_a_dot_of_one_shape():
    places = np.random.default_rng(0).uniform((8, 68), (36, 97), (2552, 2))
    text = script(places_layer(places))
    ((feature,),) = collections(text)
    lines = np.array(feature["geometry"]["coordinates"])
    assert lines.shape == (2552, 2, 2)
    np.testing.assert_allclose(lines[:, 0, ::-1], places, atol=0.0006)
    np.testing.assert_array_equal(lines[:, 0], lines[:, 1])
    assert feature["properties"]["style"]["lineCap"] == "round"
    assert len(text) < 150_000


def test_a_number_stands_in_its_cell_or_beside_it_where_that_is_tiny(table):
    numbers = number_places(GRID)
    for cell, ((latitude, longitude), fits) in zip(GRID.cells, numbers, strict=True):
        assert cell.buffer(0.02).contains(shapely.Point(longitude, latitude))
        assert not fits or cell.area > 0.2**2
    beside = [cell for cell, (_, fits) in enumerate(numbers) if not fits]
    assert beside == [31, 38, 39, 44, 48, 54, 55, 57]
    text = script(cells_layer(GRID, table, "uploaders", 3, (20.0, 78.0)))
    assert [int(number) for _, number, _, _ in words(text)][-len(beside) :] == beside
    assert text.count("pata-beside") == 1


def test_the_shades_say_their_values():
    said = {key: f"{shade.number(0.25)} {shade.unit}" for key, shade in SHADES.items()}
    assert said["commonest_share"] == "25 % by one uploader"
    assert said["panoramas_per_10000_km2"] == "0.2 panoramas per 10,000 km²"
    assert SHADES["area_km2"].number(38275.07) == "38,275"
