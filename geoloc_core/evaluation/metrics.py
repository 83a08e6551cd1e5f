"""Scores of predictions against the truth, by their standard names.

A score is the mean or the median of one value a prediction, and the functions here give those
values (m,); calibration error and the risk-coverage area, which are no such thing, are statistics
of the whole set. probabilities: (m, n), each row adds up to 1; cells: (m,) true cells; km: (m,)
distances between estimated and true points.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geoloc_core.evaluation.bootstrap import Counts, Statistic
from geoloc_core.geography.estimators import ESTIMATORS, estimate_points

RADII_KM = (25, 200, 750, 2500)  # im2gps: city, region, country, continent (street left out)
GEOSCORE_KM = 1492.7  # OSV-5M
BINS = 15  # of confidence, as Guo et al.

Values = NDArray[np.float64]

Metric = tuple[Values, Statistic]
"""A score: a value for each prediction, and the statistic of them that it is."""


def top_k(probabilities: Values, cells: NDArray[np.int64], k: int) -> Values:
    """1 where the true cell is among the k likeliest.

    Of cells that tie for the last places each is in by chance, so a uniform guess scores k / n.
    """
    truth = _of_truth(probabilities, cells)[:, None]
    ahead = (probabilities > truth).sum(axis=1)
    level = (probabilities == truth).sum(axis=1)
    return np.asarray(np.clip((k - ahead) / level, 0, 1))


def rank_of_truth(probabilities: Values, cells: NDArray[np.int64]) -> Values:
    """Where the true cell stands among all: 0 the likeliest, 1 the least likely.

    The share of the other cells that are likelier; cells that tie with it count half.
    """
    truth = _of_truth(probabilities, cells)[:, None]
    ahead = (probabilities > truth).sum(axis=1)
    level = (probabilities == truth).sum(axis=1) - 1
    return np.asarray((ahead + level / 2) / (probabilities.shape[1] - 1))


def within_one_neighbour(
    probabilities: Values, cells: NDArray[np.int64], neighbours: tuple[tuple[int, ...], ...]
) -> Values:
    """1 where the likeliest cell is the true one or shares an edge or a corner with it.

    `neighbours` as of a `Grid`; of cells that tie each is the likeliest by chance.
    """
    near = np.eye(len(neighbours))
    for cell, others in enumerate(neighbours):
        near[cell, list(others)] = 1
    likeliest = probabilities == probabilities.max(axis=1, keepdims=True)
    return np.asarray((likeliest * near[cells]).sum(axis=1) / likeliest.sum(axis=1))


def negative_log_likelihood(probabilities: Values, cells: NDArray[np.int64]) -> Values:
    """-ln p(true cell)."""
    return -np.log(np.maximum(_of_truth(probabilities, cells), np.finfo(float).tiny))


def within_km(km: Values, radius_km: float) -> Values:
    """1 where the estimate is at most `radius_km` from the truth."""
    return (km <= radius_km).astype(np.float64)


def geoscore(km: Values) -> Values:
    """5000 exp(-d / 1492.7 km) (OSV-5M). Inside India it hardly tells models apart."""
    return 5000 * np.exp(-km / GEOSCORE_KM)


def estimates(centroids: Values, probabilities: Values) -> dict[str, Values]:
    """Points (m, 2) in degrees by estimator, from the cells' centroids (n, 2).

    The predictor's (`ESTIMATORS`), and the centroid of the likeliest cell.
    """
    different, row = np.unique(probabilities, axis=0, return_inverse=True)
    points = [estimate_points(centroids, weights) for weights in different]
    made = {name: np.array([of[name] for of in points])[row] for name in ESTIMATORS}
    return made | {"likeliest_cell": centroids[probabilities.argmax(axis=1)]}


def hold_truth(
    probabilities: Values, cells: NDArray[np.int64], share: float | Values
) -> tuple[Values, Values]:
    """Whether `sphere.fewest_cells` hold the true cell (m,) as 0 or 1, and how many they are.

    `share`: of the probability, one for all or one each (m,).
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")
    held = np.cumsum(np.take_along_axis(probabilities, order, axis=1), axis=1)
    sizes = (held[:, :-1] < np.asarray(share)[..., None] - 1e-12).sum(axis=1) + 1
    rank = (order == cells[:, None]).argmax(axis=1)
    return (rank < sizes).astype(np.float64), sizes.astype(np.float64)


def sureness(probabilities: Values, cells: NDArray[np.int64]) -> Values:
    """The confidence of each prediction and whether it is right (`top_k` with k = 1): (m, 2)."""
    return np.column_stack([probabilities.max(axis=1), top_k(probabilities, cells, 1)])


def expected_calibration_error(sureness: Values, counts: Counts) -> Values:
    """Sum over bins of n_b / n |accuracy_b - confidence_b|, bins of equal width (Guo et al., 2017).

    `sureness` (m, 2) as from the function of that name, each row counted as often as each row of
    `counts` (r, m) says: (r,). A confidence on the border of two bins belongs to the lower one.
    """
    confidence, correct = sureness.T
    bin_of = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    gaps = np.zeros((len(confidence), BINS))
    gaps[np.arange(len(confidence)), bin_of] = correct - confidence
    return np.asarray(np.abs(counts @ gaps).sum(axis=1) / counts.sum(axis=1))


def risk_coverage_area(sureness: Values, counts: Counts) -> Values:
    """AURC: the error rate among the surest answers, averaged over how many are given: (r,).

    The mean, over the predictions, of the share of wrong ones among those at least as sure (Geifman
    et al., 2019). 0 is best; withholding at random leaves the plain error rate. Arguments as for
    `expected_calibration_error`.
    """
    confidence, correct = sureness[np.argsort(-sureness[:, 0], kind="stable")].T
    counts = counts[:, np.argsort(-sureness[:, 0], kind="stable")]
    last = np.searchsorted(-confidence, -confidence, side="right") - 1  # of those as sure
    answered = np.cumsum(counts, axis=1)[:, last]
    wrong = np.cumsum(counts * (1 - correct), axis=1)[:, last]
    risk = wrong / np.maximum(answered, np.finfo(float).tiny)
    return np.asarray((counts * risk).sum(axis=1) / counts.sum(axis=1))


def mean_of_surest(values: Values, counts: Counts, share: float) -> Values:
    """The mean of a value over the surest predictions, a `share` of all: (r,).

    `values` (m, 2): the confidence of each and the value. Of predictions that tie in confidence at
    the border each counts in part, so that their order does not matter. `counts` as for
    `expected_calibration_error`.
    """
    order = np.argsort(-values[:, 0], kind="stable")
    confidence, value = values[order].T
    starts = np.flatnonzero(np.diff(confidence, prepend=np.inf))
    weight = np.add.reduceat(counts[:, order].astype(np.float64), starts, axis=1)
    total = np.add.reduceat(counts[:, order] * value, starts, axis=1)
    before = np.cumsum(weight, axis=1) - weight
    wanted = share * weight.sum(axis=1, keepdims=True)
    taken = np.clip((wanted - before) / np.maximum(weight, np.finfo(float).tiny), 0, 1)
    return np.asarray((taken * total).sum(axis=1) / (taken * weight).sum(axis=1))


def accuracy_coverage(
    sureness: Values, steps: int = 20, weights: Values | None = None
) -> list[tuple[float, float]]:
    """The share of predictions answered and the accuracy among them, the surest answered first.

    One point for each of `steps` equal steps of coverage; those that tie in confidence are answered
    together, so a point may lie beyond its step. All weigh the same, or as `weights` (m,) say.
    """
    confidence, correct = sureness.T
    weights = np.ones(len(confidence)) if weights is None else weights
    order = np.argsort(confidence, kind="stable")
    left_out = np.cumsum(weights[order]) / weights.sum()
    least = confidence[order][np.searchsorted(left_out, np.arange(steps) / steps, side="right")]
    answered = [confidence >= threshold for threshold in np.unique(least)[::-1]]
    return [
        (
            float(weights[given].sum() / weights.sum()),
            float(np.average(correct[given], weights=weights[given])),
        )
        for given in answered
    ]


def _of_truth(probabilities: Values, cells: NDArray[np.int64]) -> Values:
    return np.asarray(probabilities[np.arange(len(cells)), cells])
