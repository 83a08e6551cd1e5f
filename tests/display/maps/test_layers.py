import re
from dataclasses import replace

import numpy as np
import pytest
import shapely

from geoloc_core.display.colours import GUESS, MASKED, PREDICTION_SET, UNMASKED, WHOLE
from geoloc_core.display.formats import percent
from geoloc_core.display.maps.layers import base_map, prediction_layer
from geoloc_core.display.maps.marks import Estimate
from geoloc_core.display.maps.shapes import joined
from geoloc_core.geography.grid import article_grid
from tests.display.map_script import base_script, collections, drawn, layer_script, words
from tests.pages.stand_in import StandIn, painted

NAMES = tuple(f"`${{alert({cell})}}` <b>" for cell in range(58))
GRID = article_grid()
MAIN = Estimate((20.0, 78.0), "Scene only", MASKED, main=True)
OTHER = Estimate((24.0, 88.0), "Scene and name", UNMASKED, main=False)


@pytest.fixture(scope="module")
def prediction():
    return replace(StandIn("masked").predict([painted(21)], "crop"), novelty=0.0)


def script(prediction, estimates=(MAIN, OTHER), **places):
    """What the browser is sent: the base, and the layers over it."""
    chart = base_map(cities=False)
    base = base_script(chart)
    layer = prediction_layer(prediction, NAMES, chosen=3, estimates=estimates, **places)
    return base, layer_script(layer, chart)


def test_base_and_layers_are_the_same_on_every_call_so_that_nothing_is_redrawn(prediction):
    once, again = script(prediction), script(prediction)
    assert once[1] == again[1]
    assert re.sub(r"_[0-9a-f]{32}", "", once[0]) == re.sub(r"_[0-9a-f]{32}", "", again[0])


def test_the_only_addresses_are_those_of_the_street_tiles_which_start_switched_off(prediction):
    base, layers = script(prediction, truth=(28.0, 77.0))
    links = re.findall(r"https?://[^\s\"'<>]+", base + layers)
    assert {link.rstrip("\\") for link in links if "w3.org" not in link} == {
        "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        "https://www.openstreetmap.org/copyright",
    }
    # an overlay of the control, added to no map
    assert re.search(r"L\.control\.layers\(\{\}, \{ \"[^\"]+\": L\.tileLayer\(", base)
    assert not re.search(r"tileLayer\([^)]*\)\.addTo", base)


def test_the_map_and_its_frame_have_a_name_and_all_of_india_is_in_it(prediction):
    base, _ = script(prediction)
    assert 'setAttribute("aria-label", "Map of India")' in base
    assert 'window.frameElement.title = "Map of India"' in base
    assert "map.fitBounds([[6.2,67.4],[37.6,98.1]]" in base
    assert '"zoomSnap": 0' in base


def test_the_states_borders_lie_between_the_cells_and_the_marks(prediction):
    base, layers = script(prediction)
    assert 'pane: "states"' in base
    assert 'pane: "cells"' in layers
    panes = re.search(r"Object\.entries\((\{.*?\})\)", base)[1]
    assert panes == '{"land":150,"cells":380,"states":390,"words":590}'
    states = collections(base)[1][0]
    assert states["geometry"]["type"] == "MultiLineString"


def test_every_cell_is_shaded_by_its_probability_and_hostile_names_stay_text(prediction):
    cells = collections(script(prediction)[1])[0]
    assert len(cells) == 58
    for cell, feature in enumerate(cells):
        probability = float(prediction.probabilities[cell])
        properties = feature["properties"]
        assert properties["style"]["fillColor"] == WHOLE.colours([probability])[0]
        assert properties["text"] == (
            f"&#96;&#36;{{alert({cell})}}&#96; &lt;b&gt;: {percent(probability)}"
        )


def test_a_name_in_double_braces_is_no_template(prediction):
    chart = base_map(cities=False)
    names = ["{{ 7 * 7 }} {% raw"] * 58
    layer = prediction_layer(prediction, names, chosen=3, estimates=[MAIN])
    assert "{{ 7 * 7 }} {% raw" in layer_script(layer, chart)


def test_the_shaded_cells_lie_over_the_grid(prediction):
    cells = collections(script(prediction)[1])[0]
    for feature, cell in zip(cells, GRID.cells, strict=True):
        assert drawn(feature).symmetric_difference(cell).area < 0.03 * cell.length


def test_the_borders_are_the_prediction_set_and_the_chosen_cell(prediction):
    _, promised, chosen, *_ = collections(script(prediction)[1])
    expected = joined(GRID, tuple(sorted(prediction.prediction_set)))
    assert drawn(promised[0]).symmetric_difference(expected).area < 0.05
    assert promised[0]["properties"]["style"]["color"] == PREDICTION_SET
    assert drawn(chosen[0]).symmetric_difference(joined(GRID, (3,))).area < 0.05


def test_without_a_promise_there_is_no_border_of_a_prediction_set(prediction):
    strange = replace(prediction, novelty=prediction.novelty_threshold + 1)
    assert strange.prediction_set is None
    layers = script(strange)[1]
    assert len(collections(layers)) == 2
    assert PREDICTION_SET not in layers
    assert len(collections(script(prediction, border=False)[1])) == 2


def test_both_networks_estimates_have_their_colours_and_the_main_one_lies_on_top(prediction):
    _, layers = script(prediction)
    marks = re.findall(r"L\.marker\((\[.*?\]), \{\s+keyboard: false, zIndexOffset: (\d+)", layers)
    assert marks == [("[20.0,78.0]", "1"), ("[24.0,88.0]", "0")]
    assert [colour in layers for colour in (MASKED, UNMASKED)] == [True, True]
    assert "Scene and name" in layers


def test_the_line_to_the_true_place_says_how_long_it_is(prediction):
    _, without = script(prediction)
    _, layers = script(prediction, truth=(28.0, 78.0), truth_label="Place `${in}` the file")
    assert not [text for _, text, _, _ in words(without) if "km" in text]
    assert [text for _, text, _, _ in words(layers) if "km" in text] == ["890 km"]  # 8° of 78° E
    line = collections(layers)[-1][0]["geometry"]
    assert line == {"type": "LineString", "coordinates": [[78.0, 20.0], [78.0, 28.0]]}
    assert "Place &#96;&#36;{in}&#96; the file" in layers


@pytest.mark.parametrize("abroad", [(48.85, 2.35), (27.7, 85.3), (6.93, 79.85)])
def test_a_true_place_outside_india_has_no_star_and_no_line(prediction, abroad):
    assert script(prediction, truth=abroad)[1] == script(prediction)[1]


def test_a_guess_is_grey_and_hollow_without_border_and_distance(prediction):
    _, layers = script(prediction, truth=(28.0, 78.0), certain=False)
    cells, chosen = collections(layers)
    for feature in (*cells, *chosen):
        colour = feature["properties"]["style"].get("fillColor", GUESS[0])
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert max(red, green, blue) - min(red, green, blue) < 6
    assert layers.count("stroke-dasharray") == 2
    assert " km" not in "".join(text for _, text, _, _ in words(layers))


def test_the_browser_is_sent_little(prediction):
    base, layers = script(prediction, truth=(28.0, 78.0))
    assert len(base) + len(layers) < 135_000
    assert np.isfinite(prediction.probabilities).all()


def test_indias_land_has_no_gap_to_its_neighbours(prediction):
    abroad, india = collections(script(prediction)[0])[0]
    assert drawn(india).difference(drawn(abroad).buffer(0.06)).area < 0.01
    assert shapely.is_valid(drawn(india))
