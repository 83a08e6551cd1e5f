import numpy as np
import pytest
import shapely

from geoloc_core.display.colours import CHOSEN, NO_PHOTOS, PROBABILITY
from geoloc_core.display.maps.accuracy import (
    accuracy_colours,
    accuracy_layer,
)
from geoloc_core.display.maps.layers import base_map
from geoloc_core.geography.grid import article_grid
from tests.display.map_script import collections, layer_script

GRID = article_grid()
NAMES = tuple(f"`${{alert({cell})}}` <b>" for cell in range(58))


@pytest.fixture(scope="module")
def matrix():
    matrix = np.zeros((58, 58), int)
    matrix[14, [14, 24, 36]] = 2, 5, 1
    return matrix


def layers(matrix, **chosen):
    """The features of the cells, of the border and of the arrows."""
    return collections(layer_script(accuracy_layer(matrix, GRID, NAMES, **chosen), base_map()))


def test_cells_are_shaded_by_accuracy_and_their_names_stay_text(matrix):
    cells = layers(matrix, truth=14, answer=None)[0]
    styles = [cell["properties"]["style"]["fillColor"] for cell in cells]
    assert styles[14] == accuracy_colours(np.array([0.25]))[0]
    assert styles[0] == NO_PHOTOS
    texts = [cell["properties"]["text"] for cell in cells]
    assert texts[14] == "&#96;&#36;{alert(14)}&#96; &lt;b&gt;: 25 % of 8 correct"
    assert texts[0] == "&#96;&#36;{alert(0)}&#96; &lt;b&gt;: no photos"


def test_arrows_lead_to_every_wrong_answer_the_widest_on_top(matrix):
    _, chosen, arrows = layers(matrix, truth=14, answer=None)
    assert chosen[0]["properties"]["style"]["color"] == CHOSEN
    assert [arrow["properties"]["text"].split(" predicted")[0] for arrow in arrows] == [
        "1 of 8",
        "5 of 8",
    ]
    tip = shapely.Point(GRID.centroids[24][::-1])
    assert shapely.geometry.shape(arrows[1]["geometry"]).distance(tip) < 0.002


def test_the_chosen_answers_arrow_stands_out(matrix):
    faint, strong = (
        arrow["properties"]["style"]["fillOpacity"]
        for arrow in layers(matrix, truth=14, answer=24)[2]
    )
    assert faint < strong


def test_a_cell_that_is_always_right_or_empty_has_no_arrows(matrix):
    assert len(layers(matrix, truth=20, answer=None)) == 2
    assert len(layers(np.eye(58, dtype=int), truth=20, answer=None)) == 2


def test_accuracy_runs_evenly_from_paper_to_ink():
    colours = accuracy_colours(np.array([0, 0.5, 1, np.nan]))
    assert colours == [PROBABILITY[0], PROBABILITY[3], PROBABILITY[-1], NO_PHOTOS]
