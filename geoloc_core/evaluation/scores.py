"""Every score of a set of predictions, each with its interval, and the curves behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

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
from geoloc_core.evaluation.predictions import Predictions
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
    """
    km = errors_km(predictions, grid)
    drawn = cluster_counts(predictions.panoramas)
    return {
        "scores": {
            name: with_interval(metric, drawn)
            for name, metric in metrics_of(predictions, grid, conformal_level, km).items()
        },
        "curves": {
            "accuracy_coverage": _rounded(accuracy_coverage(_sureness(predictions))),
            "km_cumulative": {
                name: _rounded(zip(np.quantile(error, _KM_SHARES), _KM_SHARES, strict=True))
                for name, error in km.items()
            },
        },
    }


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


def value_of(metric: Metric) -> float:
    """The score itself, over all its values."""
    values, statistic = metric
    (value,) = statistic(values, np.ones((1, len(values)), np.int64))
    return _six_digits(value)


def with_interval(metric: Metric, drawn: Counts) -> dict[str, float]:
    """A score as value, low and high; `drawn` as from `cluster_counts`."""
    values, statistic = metric
    low, high = percentile_interval(values, drawn, statistic)
    return {"value": value_of(metric), "low": _six_digits(low), "high": _six_digits(high)}


def _sureness(predictions: Predictions) -> Values:
    return sureness(predictions.probabilities, predictions.cells)


def _rounded(pairs: Any) -> list[list[float]]:
    return [[_six_digits(number) for number in pair] for pair in pairs]


def _six_digits(number: float) -> float:
    return float(f"{number:.6g}")
