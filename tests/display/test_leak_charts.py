import re

import numpy as np
import pytest

from geoloc_core.display.leak_charts import Measured, answer, duel, share_bars, way
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
    assert "over 5, committed" in drawn
    assert re.findall(r'<span class="pata-key.*?">(.*?)</span>', drawn) == ["it &lt;reads&gt;"]
    assert "<t>" not in drawn
    assert "<a>" not in drawn


def test_a_share_without_an_interval_has_no_whisker():
    drawn = share_bars({"row": 0.0625})
    assert "6.2 %" in drawn
    assert "<u" not in drawn


def test_an_answer_says_whether_and_how_far_it_errs(prediction):
    own, other = (tuple(CENTROIDS[cell]) for cell in (21, 4))
    assert "cell &lt;21&gt;" in answer(prediction, NAMES, own)
    assert "right cell" in answer(prediction, NAMES, own)
    assert "wrong cell" in answer(prediction, NAMES, other)
    assert "cell</i>" not in answer(prediction, NAMES, None)


def test_a_way_is_told_from_before_to_after(prediction):
    goal = CENTROIDS[4]
    there = StandIn("masked").predict([painted(4)], "crop")
    told = way(prediction, there, tuple(goal), "<home>")
    was, now = re.findall(r"<span>([\d,]+) km</span> → <b>([\d,]+) km</b>", told)[0]
    place = prediction.points["geometric_median"]
    radians = np.radians([place, goal])
    cosine = np.sin(radians[:, 0]).prod() + np.cos(radians[:, 0]).prod() * np.cos(
        np.diff(radians[:, 1])[0]
    )
    assert int(was.replace(",", "")) == pytest.approx(6371 * np.arccos(cosine), abs=2)
    assert int(now.replace(",", "")) < int(was.replace(",", ""))
    assert "<span>0.7 %</span> → <b>60 %</b>" in told
    assert "<home>" not in told
