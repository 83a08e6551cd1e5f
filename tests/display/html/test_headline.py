import dataclasses

import numpy as np
import pytest

from geoloc_core.display.html.headline import error_km, out_of_distribution, verdict
from geoloc_core.geography.grid import article_grid
from tests.pages.stand_in import StandIn, painted

NAMES = tuple(f"<cell {number}>" for number in range(58))
CENTROIDS = article_grid().centroids


def predict(cell, model="unmasked", mask="none"):
    return StandIn(model).predict([painted(cell)], mask)


def test_the_verdict_says_what_the_name_does():
    visible, hidden = predict(21), predict(30, mask="crop")
    truth = tuple(CENTROIDS[21])
    said = verdict(visible, hidden, NAMES, truth, "weighted_mean")
    assert '<em class="pata-unmasked">Scene and name</em> predicts <b>&lt;cell 21&gt;</b>' in said
    assert ", 90 %: the right cell, " in said
    near, far = (error_km(each, truth, "weighted_mean") for each in (visible, hidden))
    assert f"<b>{near:,.0f} km off</b>. Hide the name and it is <b>{far:,.0f} km off</b>." in said
    back = verdict(hidden, visible, NAMES, truth, "weighted_mean")
    assert "a wrong cell" in back
    assert f"Show the name and it is <b>{near:,.0f} km off</b>." in back


def test_without_a_known_place_nothing_is_called_right_or_wrong():
    said = verdict(predict(21), predict(30, mask="crop"), NAMES, None, "weighted_mean")
    assert "km" not in said
    assert "cell, " not in said
    assert "Hide the name and it predicts <b>&lt;cell 30&gt;</b>." in said
    same = verdict(predict(21), predict(21, mask="crop"), NAMES, None, "weighted_mean")
    assert "it still predicts" in same


def test_a_network_without_names_has_nothing_to_hide():
    said = verdict(predict(21, "masked", "crop"), None, NAMES, None, "weighted_mean")
    assert said.endswith("It was trained without names.")


def test_distances_are_from_the_named_estimate():
    prediction = predict(21)
    prediction = dataclasses.replace(
        prediction, points={"weighted_mean": (20.0, 78.0), "geometric_median": (21.0, 78.0)}
    )
    degree = 6371.0088 * np.pi / 180
    assert error_km(prediction, (22.0, 78.0), "weighted_mean") == pytest.approx(2 * degree)
    assert error_km(prediction, (22.0, 78.0), "geometric_median") == pytest.approx(degree)


def test_out_of_distribution_names_what_the_network_knows_and_gives_no_number():
    said = out_of_distribution(predict(21))
    assert "was trained on rendered street scenes and has never seen such a photo" in said
    assert "%" not in said
    assert "km" not in said
