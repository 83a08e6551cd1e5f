import re

import numpy as np
import pytest

from geoloc_core.audit.residents import Resident
from geoloc_core.display.html.captions import (
    degraded_words,
    heat_words,
    hidden_words,
    moved,
    name_words,
    predicted,
    views_words,
)
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_names
from geoloc_core.geography.sphere import haversine_km
from tests.pages.stand_in import StandIn, painted

NAMES = cell_names(article_grid())
CENTROIDS = article_grid().centroids
TRUTH = tuple(CENTROIDS[21])
HOSTILE = tuple(f"cell <{number}>" for number in range(58))


def predict(cell, model="unmasked", mask="none"):
    return StandIn(model).predict([painted(cell)], mask)


@pytest.fixture
def honest():
    return predict(21, "masked", "crop")


def test_a_degraded_photo_is_told_by_what_both_predict(honest):
    astray = predict(30, "masked", "crop")
    said = degraded_words("blackened", predict(21), predict(21), honest, astray, TRUTH)
    assert "its credit line is black" in said
    assert f"still predicts <b>{NAMES[21]}</b> (right, 90 %)" in said
    assert f"now predicts <b>{NAMES[30]}</b> (wrong, 60 %)" in said
    plain = degraded_words("as is", predict(21), predict(21), honest, honest, None)
    assert "still" not in plain
    assert "right" not in plain


def test_the_share_of_the_heat_stands_beside_the_share_of_the_area(honest):
    said = heat_words(predict(21), 0.42)
    assert "<b>42 %</b> of it lies in the credit line, which is 6.2 % of the photo" in said
    assert "it is cropped" in heat_words(honest, None)


def test_a_hidden_name_moves_one_and_not_the_other(honest):
    before, after = predict(21), predict(30, mask="crop")
    said = hidden_words(True, before, after, honest, honest, TRUTH, "weighted_mean")
    km = float(haversine_km(before.points["weighted_mean"], after.points["weighted_mean"]))
    assert f"moves <b>{km:,.0f} km</b>" in said
    assert "</em> stays: it never saw the name." in said
    off = float(haversine_km(after.points["weighted_mean"], TRUTH))
    assert f", {off:,.0f} km off" in said
    assert "visible" in hidden_words(False, before, before, honest, honest, TRUTH, "weighted_mean")


def test_a_name_is_told_with_its_home_and_stays_text(honest):
    hostile = "<b onclick=alert(1)> `${x}`"
    home = Resident(hostile, 30, tuple(CENTROIDS[30]), panoramas=9, share=1.0)
    followed = name_words(hostile, home, predict(21), predict(30), honest, honest, "weighted_mean")
    assert f"from <b>{NAMES[30]}</b>, at the star" in followed
    assert "and predicts that cell" in followed
    assert "&lt;b onclick=alert(1)&gt;" in followed
    assert "<b onclick" not in followed
    astray = name_words(hostile, home, predict(21), predict(4), honest, honest, "weighted_mean")
    assert "that cell" not in astray
    assert NAMES[4] in astray
    unknown = name_words("Nobody", None, predict(21), predict(21), honest, honest, "weighted_mean")
    assert "No uploader is called Nobody" in unknown
    assert unknown.count("stays") == 2
    assert "Type a name" in name_words("", None, *[honest] * 4, "weighted_mean")


def test_more_views_are_told_with_how_often_they_help(honest):
    right = predict(21, "masked", "crop")
    wrong = predict(30, "masked", "crop")
    said = views_words(wrong, right, 4, TRUTH, (0.295, 0.359), "weighted_mean")
    assert f"From one view it predicts <b>{NAMES[30]}</b> (wrong" in said
    assert f"from all 4 together <b>{NAMES[21]}</b> (right" in said
    assert "help on average, not always" in said
    assert "from 30 % to 36 %" in said or "from 29 % to 36 %" in said
    alone = views_words(right, right, 1, None, (), "weighted_mean")
    assert "together" not in alone
    assert "always" not in alone


def test_a_prediction_says_how_far_it_errs(honest):
    said = predicted(honest, HOSTILE, tuple(CENTROIDS[21]), "<home>", "weighted_mean")
    assert "cell &lt;21&gt;</b>, 60 %" in said
    assert "&lt;home&gt;" in said
    assert "km" not in predicted(honest, HOSTILE, None, "there", "weighted_mean")


def test_distances_are_great_circles_from_the_named_estimate(honest):
    goal = CENTROIDS[4]
    said = predicted(honest, NAMES, tuple(goal), "there", "geometric_median")
    km = int(re.search(r">([\d,]+) km<", said).group(1).replace(",", ""))
    radians = np.radians([honest.points["geometric_median"], goal])
    cosine = np.sin(radians[:, 0]).prod() + np.cos(radians[:, 0]).prod() * np.cos(
        np.diff(radians[:, 1])[0]
    )
    assert km == pytest.approx(6371 * np.arccos(cosine), abs=2)
    assert "Moved 0 km" in moved(honest, honest, "weighted_mean")
