from __future__ import annotations

import json
import math
import statistics
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geoloc_core.evaluation.baselines import read_baselines
from geoloc_core.evaluation.bootstrap import cluster_interval
from geoloc_core.evaluation.predictions import (
    COMMITTED,
    Predictions,
    read_predictions,
    together,
)
from geoloc_core.evaluation.scores import errors_km, score_predictions
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.models.checkpoint import PROMISE
from tests.evaluation.made import made_predictions

RESULTS = [
    path
    for path in sorted(COMMITTED.glob("*.json"))
    if "baselines" in json.loads(path.read_text(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def made() -> Predictions:
    return made_predictions(seed=1, panoramas=30)


@pytest.fixture(scope="module")
def result(made: Predictions) -> dict[str, Any]:
    return score_predictions(made, article_grid(), 0.8)


def test_scores_by_hand(made: Predictions, result: dict[str, Any]) -> None:
    scores = {name: score["value"] for name, score in result["scores"].items()}
    grid = article_grid()
    likeliest = [max(range(58), key=lambda c, row=row: row[c]) for row in made.logits]
    truth = made.frame["cell"].tolist()
    pairs = list(zip(likeliest, truth, strict=True))
    near = [guess == cell or guess in grid.neighbours[cell] for guess, cell in pairs]
    points = made.frame[["latitude", "longitude"]].to_numpy()
    km = [
        float(haversine_km(grid.centroids[guess], point))
        for guess, point in zip(likeliest, points, strict=True)
    ]
    mean_point = [
        float(haversine_km(row @ grid.centroids, point))
        for row, point in zip(made.probabilities, points, strict=True)
    ]
    unscaled = [
        math.log(sum(math.exp(float(z)) for z in row)) - float(row[cell])
        for row, cell in zip(made.logits, truth, strict=True)
    ]
    by_hand = {
        "top_1": statistics.fmean(guess == cell for guess, cell in pairs),
        "within_one_neighbour": statistics.fmean(near),
        "nll_unscaled": statistics.fmean(unscaled),
        "likeliest_cell_median_km": statistics.median(km),
        "likeliest_cell_mean_km": statistics.fmean(km),
        "likeliest_cell_within_200_km": statistics.fmean(d <= 200 for d in km),
        "weighted_mean_median_km": statistics.median(mean_point),
        "weighted_mean_geoscore": statistics.fmean(
            5000 * math.exp(-d / 1492.7) for d in mean_point
        ),
    }
    for name, value in by_hand.items():
        assert scores[name] == pytest.approx(value, rel=1e-5), name
    assert 0 < scores["top_1"] < scores["within_one_neighbour"] < 1
    assert scores["nll"] != scores["nll_unscaled"]


def test_intervals_are_drawn_over_panoramas(made: Predictions, result: dict[str, Any]) -> None:
    hits = (made.logits.argmax(axis=1) == made.cells).astype(float)
    low, high = cluster_interval(hits, made.panoramas)
    top_1 = result["scores"]["top_1"]
    assert (top_1["low"], top_1["high"]) == pytest.approx((low, high), rel=1e-5)
    for name, score in result["scores"].items():
        assert score["low"] <= score["high"], name


def test_curves_end_where_the_scores_are(made: Predictions, result: dict[str, Any]) -> None:
    coverage, accuracy = result["curves"]["accuracy_coverage"][-1]
    assert (coverage, accuracy) == (1, result["scores"]["top_1"]["value"])
    for name, error in errors_km(made, article_grid()).items():
        curve = result["curves"]["km_cumulative"][name]
        assert curve[0] == [pytest.approx(error.min(), rel=1e-5), 0]
        assert curve[-1] == [pytest.approx(error.max(), rel=1e-5), 1]
        median_km, half = curve[len(curve) // 2]
        assert half == 0.5
        assert median_km == result["scores"][f"{name}_median_km"]["value"]
        for km, share in curve:
            nearer, as_near = np.mean(error < km - 0.01), np.mean(error < km + 0.01)
            assert nearer - 1 / len(error) <= share <= as_near + 1 / len(error)


@cache
def committed_baselines(views: int) -> dict[str, Any]:
    kept = read_baselines(COMMITTED / "baselines.parquet")
    beside = {name: together(one, views) for name, one in kept.items()}
    return {name: score_predictions(one, article_grid(), PROMISE) for name, one in beside.items()}


@pytest.mark.skipif(not RESULTS, reason="no scores are committed yet: no network ships")
@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_committed_scores_follow_from_the_committed_predictions(path: Path) -> None:
    committed = json.loads(path.read_text(encoding="utf-8"))
    predictions = read_predictions(path.with_suffix(".parquet"))
    derived = score_predictions(predictions, article_grid(), committed["credible_level"])
    agree({name: committed[name] for name in derived}, derived)
    agree(committed["baselines"], committed_baselines(committed["views"]))
    for name in ("model", "mask", "views", "data_fingerprint", "grid_fingerprint"):
        assert committed[name] == getattr(predictions, name), name
    assert committed["grid_fingerprint"] == article_grid().fingerprint


def agree(committed: Any, derived: Any) -> None:
    """The same numbers, but for what another processor rounds otherwise."""
    if isinstance(derived, dict):
        assert committed.keys() == derived.keys()
        for name in derived:
            agree(committed[name], derived[name])
    elif isinstance(derived, list):
        assert len(committed) == len(derived)
        for one, other in zip(committed, derived, strict=True):
            agree(one, other)
    else:
        assert committed == pytest.approx(derived, rel=1e-4, abs=1e-6)
