import re

import numpy as np
import pytest

from geoloc_core.display.html.leak_bars import Measured, duel, moved, predicted
from geoloc_core.geography.grid import article_grid
from tests.pages.stand_in import StandIn, painted

NAMES = tuple(f"cell <{number}>" for number in range(58))
NETWORKS = {"unmasked": "it <reads>", "masked": "it looks"}
CENTROIDS = article_grid().centroids


@pytest.fixture(scope="module")
def prediction():
    return StandIn("masked").predict([painted(21)], "crop")


def test_a_bar_is_as_long_as_its_share_and_its_whisker_spans_the_interval():
    drawn = duel("<t>", {"<a>": {"unmasked": Measured(0.66, 0.64, 0.69)}}, "over 5", NETWORKS)
    assert 'style="width:66.0%"' in drawn
    left, wide = map(float, re.search(r'<u style="left:(.*?)%;width:(.*?)%">', drawn).groups())
    assert (left, left + wide) == pytest.approx((64, 69))
    assert "64 to 69" in drawn
    assert "over 5" in drawn
    assert re.findall(r'<span class="pata-key.*?">(.*?)</span>', drawn) == ["it &lt;reads&gt;"]
    assert "<t>" not in drawn
    assert "<a>" not in drawn


def test_a_prediction_says_how_far_it_errs(prediction):
    said = predicted(prediction, NAMES, tuple(CENTROIDS[21]), "<home>", "weighted_mean")
    assert "cell &lt;21&gt;</b>, 60 %" in said
    assert "&lt;home&gt;" in said
    assert "km" not in predicted(prediction, NAMES, None, "there", "weighted_mean")


def test_distances_are_great_circles_from_the_named_estimate(prediction):
    goal = CENTROIDS[4]
    said = predicted(prediction, NAMES, tuple(goal), "there", "geometric_median")
    km = int(re.search(r">([\d,]+) km<", said).group(1).replace(",", ""))
    radians = np.radians([prediction.points["geometric_median"], goal])
    cosine = np.sin(radians[:, 0]).prod() + np.cos(radians[:, 0]).prod() * np.cos(
        np.diff(radians[:, 1])[0]
    )
    assert km == pytest.approx(6371 * np.arccos(cosine), abs=2)
    assert "Moved 0 km" in moved(prediction, prediction, "weighted_mean")
