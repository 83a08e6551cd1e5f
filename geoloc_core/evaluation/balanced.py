"""Scores of photographs taken anywhere: each region weighs the same, and each place within it.

Photographs of one's own are never spread evenly. Where a third are of one state, a plain mean
rewards whoever guesses that state. Here each region of the country that has photographs counts the
same, each place within it the same, and each photograph of a place the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoloc_core.evaluation.bootstrap import Counts, mean
from geoloc_core.evaluation.metrics import (
    Metric,
    Values,
    expected_calibration_error,
    hold_truth,
    mean_of_surest,
    negative_log_likelihood,
    rank_of_truth,
    sureness,
    top_k,
    within_km,
)
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.place_names import cell_regions
from geoloc_core.geography.sphere import geometric_median, haversine_km
from geoloc_core.models.checkpoint import PROMISE

SUREST = 0.25  # the share of the weight whose log loss tells whether a model knows when it knows


def balanced_scores(
    probabilities: Values,
    cells: NDArray[np.int64],
    points: Values,
    places: ArrayLike,
    grid: Grid,
    *,
    level: float = PROMISE,
) -> dict[str, float]:
    """The scores of predictions by name, regions and places balanced; no intervals.

    probabilities (m, n), rows add up to 1; cells (m,) true cells; points (m, 2) true latitude and
    longitude in degrees; places (m,): photographs with the same one were taken at one place;
    `level`: the share of probability that the cells of the prediction set hold. Shares are from 0
    to 1, distances by the geometric median. Names and meanings as from `balanced_metrics`.
    """
    weights = balanced_weights(np.ones((1, len(cells))), places, regions_of(grid)[cells])
    km = haversine_km([geometric_median(grid.centroids, row) for row in probabilities], points)
    metrics = balanced_metrics(probabilities, cells, grid) | {
        "top_5": (top_k(probabilities, cells, 5), mean),
        "nll": (negative_log_likelihood(probabilities, cells), mean),
        "geometric_median_within_750_km": (within_km(km, 750), mean),
        "ece": (sureness(probabilities, cells), expected_calibration_error),
    }
    held, sizes = hold_truth(probabilities, cells, level)
    metrics |= {"credible_coverage": (held, mean), "credible_cells": (sizes, mean)}
    return {
        name: float(statistic(values, weights)[0]) for name, (values, statistic) in metrics.items()
    }


def balanced_metrics(
    probabilities: Values, cells: NDArray[np.int64], grid: Grid
) -> dict[str, Metric]:
    """The scores that matter where most predictions are uncertain; arguments as there.

    "mean_rank": of the true cell among all, 0 the likeliest, 1 the least likely, a uniform guess
    0.5; "region_top_1": the likeliest region is the true one; "surest_quarter_nll": the log loss of
    the predictions with the highest confidence, a quarter of all by weight.
    """
    regions = regions_of(grid)
    of_regions = probabilities @ (regions[:, None] == np.unique(regions))
    truth = np.searchsorted(np.unique(regions), regions[cells])
    log_loss = negative_log_likelihood(probabilities, cells)
    return {
        "mean_rank": (rank_of_truth(probabilities, cells), mean),
        "region_top_1": (top_k(of_regions, truth, 1), mean),
        "surest_quarter_nll": (
            np.column_stack([probabilities.max(axis=1), log_loss]),
            lambda values, weights: mean_of_surest(values, weights, SUREST),
        ),
    }


def balanced_weights(drawn: Counts, places: ArrayLike, regions: ArrayLike) -> Values:
    """The weight (r, m) of each of m predictions in each of r drawings; a drawing's add up to 1.

    drawn (r, m): how often each is drawn, as from `bootstrap.cluster_counts`, or ones; places (m,);
    regions (m,). Each region that is in a drawing gets the same, shared equally by its places.
    """
    _, place, photographs = np.unique(np.asarray(places), return_inverse=True, return_counts=True)
    names, region = np.unique(np.asarray(regions), return_inverse=True)
    weights = drawn / photographs[place]
    of_region = weights @ (region[:, None] == np.arange(len(names)))
    present = (of_region > 0).sum(axis=1, keepdims=True)
    return np.asarray(weights / np.maximum(of_region[:, region], np.finfo(float).tiny) / present)


def regions_of(grid: Grid) -> NDArray[np.str_]:
    """The region (n,) of each cell of a grid, see `place_names.cell_regions`."""
    return np.array(cell_regions(grid))
