"""Every score of a set of predictions, each with its interval, and the curves behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from geoloc_core.evaluation.balanced import balanced_metrics, balanced_weights, regions_of
from geoloc_core.evaluation.bootstrap import (
    Counts,
    cluster_counts,
    mean,
    median,
    percentile_interval,
)
from geoloc_core.evaluation.metrics import (
    RADII_KM,
    Metric,
    Values,
    accuracy_coverage,
    estimates,
    expected_calibration_error,
    geoscore,
    hold_truth,
    negative_log_likelihood,
    risk_coverage_area,
    sureness,
    top_k,
    within_km,
    within_one_neighbour,
)
from geoloc_core.evaluation.predictions import PHOTOGRAPHS, Predictions
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.sphere import haversine_km

_KM_SHARES = np.linspace(0, 1, 51)


def score_predictions(
    predictions: Predictions, grid: Grid, conformal_level: float | Values
) -> dict[str, Any]:
    """The scores, as {name: {value, low, high}}, and the curves of predictions over `grid`.

    low and high hold 95 % of the bootstrap over panoramas. `conformal_level` is the share of
    probability that the cells of the prediction set hold, one for all or one each (m,). Curves:
    "accuracy_coverage", pairs of the share answered and the accuracy; "km_cumulative" by estimator,
    pairs of km and the share of the predictions that are no farther off. Numbers have six digits.
    Predictions of one's own photographs weigh as `weighed` says, and have a few scores more.
    """
    km = errors_km(predictions, grid)
    metrics = metrics_of(predictions, grid, conformal_level, km)
    if predictions.split == PHOTOGRAPHS:
        own = balanced_metrics(predictions.probabilities, predictions.cells, grid)
        metrics = own | metrics
    drawn = weighed(predictions, grid, cluster_counts(predictions.panoramas))
    weights = weights_of(predictions, grid)
    return {
        "scores": {name: with_interval(metric, drawn, weights) for name, metric in metrics.items()},
        "curves": {
            "accuracy_coverage": _rounded(
                accuracy_coverage(_sureness(predictions), weights=weights)
            ),
            "km_cumulative": {
                name: _rounded(zip(_quantiles(error, weights), _KM_SHARES, strict=True))
                for name, error in km.items()
            },
        },
    }


def weighed(predictions: Predictions, grid: Grid, drawn: Counts) -> Counts:
    """How much each prediction weighs (r, m) where it is drawn so often.

    In a fold of a data set each the same. Photographs of one's own are `balanced_weights`.
    """
    if predictions.split != PHOTOGRAPHS:
        return drawn
    return balanced_weights(drawn, predictions.panoramas, regions_of(grid)[predictions.cells])


def weights_of(predictions: Predictions, grid: Grid) -> Values | None:
    """How much each prediction weighs (m,) where each is drawn once, None where all the same."""
    if predictions.split != PHOTOGRAPHS:
        return None
    return np.asarray(weighed(predictions, grid, np.ones((1, len(predictions.frame))))[0])


def errors_km(predictions: Predictions, grid: Grid) -> dict[str, Values]:
    """Distances (m,) in km from the truth by point estimator (see `metrics.estimates`)."""
    points = estimates(grid.centroids, predictions.probabilities)
    return {name: haversine_km(point, predictions.points) for name, point in points.items()}


def metrics_of(
    predictions: Predictions, grid: Grid, conformal_level: float | Values, km: dict[str, Values]
) -> dict[str, Metric]:
    """Every score by name; `km` as from `errors_km`."""
    probabilities, cells = predictions.probabilities, predictions.cells
    unscaled = replace(predictions, temperature=1.0)
    held, sizes = hold_truth(probabilities, cells, conformal_level)
    sure = _sureness(predictions)
    listed: dict[str, Metric] = {
        "top_1": (top_k(probabilities, cells, 1), mean),
        "top_5": (top_k(probabilities, cells, 5), mean),
        "within_one_neighbour": (
            within_one_neighbour(probabilities, cells, grid.neighbours),
            mean,
        ),
        "nll": (negative_log_likelihood(probabilities, cells), mean),
        "nll_unscaled": (negative_log_likelihood(unscaled.probabilities, cells), mean),
        "ece": (sure, expected_calibration_error),
        "ece_unscaled": (_sureness(unscaled), expected_calibration_error),
        "credible_coverage": (held, mean),
        "credible_cells": (sizes, mean),
        "aurc": (sure, risk_coverage_area),
    }
    for name, error in km.items():
        listed[f"{name}_median_km"] = error, median
        listed[f"{name}_mean_km"] = error, mean
        listed[f"{name}_geoscore"] = geoscore(error), mean
        for radius in RADII_KM:
            listed[f"{name}_within_{radius}_km"] = within_km(error, radius), mean
    return listed


def value_of(metric: Metric, weights: Values | None = None) -> float:
    """The score itself, over all its values, each weighing the same or as `weights` (m,) say."""
    values, statistic = metric
    counts = np.ones((1, len(values)), np.int64) if weights is None else weights[None]
    (value,) = statistic(values, counts)
    return _six_digits(value)


def with_interval(metric: Metric, drawn: Counts, weights: Values | None = None) -> dict[str, float]:
    """A score as value, low and high; `drawn` as from `cluster_counts`, or `weighed`."""
    values, statistic = metric
    low, high = percentile_interval(values, drawn, statistic)
    value = value_of(metric, weights)
    return {"value": value, "low": _six_digits(low), "high": _six_digits(high)}


def _quantiles(km: Values, weights: Values | None) -> Values:
    """The distances that `_KM_SHARES` of the predictions are no farther off."""
    if weights is None:
        return np.quantile(km, _KM_SHARES)
    return np.quantile(km, _KM_SHARES, weights=weights, method="inverted_cdf")


def _sureness(predictions: Predictions) -> Values:
    return sureness(predictions.probabilities, predictions.cells)


def _rounded(pairs: Any) -> list[list[float]]:
    return [[_six_digits(number) for number in pair] for pair in pairs]


def _six_digits(number: float) -> float:
    return float(f"{number:.6g}")
