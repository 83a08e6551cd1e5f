"""Scores of predictions against the truth, by their standard names.

probabilities: (m, n), each row adds up to 1; cells: (m,) true cells; km: (m,) distances between
estimated and true points.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from geoloc_core.geography.sphere import haversine_km

RADII_KM = (25, 200, 750, 2500)  # im2gps: city, region, country, continent (street left out)
GEOSCORE_KM = 1492.7  # OSV-5M


def top_k(probabilities: NDArray[np.float64], cells: NDArray[np.int64], k: int) -> float:
    """Share of the pictures whose true cell is among the k likeliest."""
    likeliest = np.argsort(-probabilities, axis=1, kind="stable")[:, :k]
    return float((likeliest == cells[:, None]).any(axis=1).mean())


def negative_log_likelihood(probabilities: NDArray[np.float64], cells: NDArray[np.int64]) -> float:
    """Mean of -ln p(true cell)."""
    of_truth = probabilities[np.arange(len(cells)), cells]
    return float(-np.log(np.maximum(of_truth, np.finfo(float).tiny)).mean())


def expected_calibration_error(
    probabilities: NDArray[np.float64], cells: NDArray[np.int64], bins: int = 15
) -> float:
    """Sum over bins of n_b / n |accuracy_b - confidence_b|, bins of equal width (Guo et al., 2017).

    A confidence on the border of two bins belongs to the lower one.
    """
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == cells
    bin_of = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(bin_of, weights=correct - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(cells))


def accuracy_within(km: NDArray[np.float64], radius_km: float) -> float:
    """Share of the estimates at most `radius_km` from the truth."""
    return float((km <= radius_km).mean())


def geoscore(km: NDArray[np.float64]) -> float:
    """Mean of 5000 exp(-d / 1492.7 km) (OSV-5M). Inside India it hardly tells models apart."""
    return float(5000 * np.exp(-km / GEOSCORE_KM).mean())


def all_scores(
    probabilities: NDArray[np.float64],
    cells: NDArray[np.int64],
    points: NDArray[np.float64],
    estimates: Mapping[str, NDArray[np.float64]],
) -> dict[str, float]:
    """Every score above, for each estimator's points.

    points: (m, 2) true latitude, longitude in degrees; estimates: (m, 2) by estimator.
    """
    scores = {
        "count": len(cells),
        "top_1": top_k(probabilities, cells, 1),
        "top_5": top_k(probabilities, cells, 5),
        "nll": negative_log_likelihood(probabilities, cells),
        "ece": expected_calibration_error(probabilities, cells),
    }
    for name, estimated in estimates.items():
        km = haversine_km(estimated, points)
        scores[f"{name}_median_km"] = float(np.median(km))
        scores[f"{name}_mean_km"] = float(km.mean())
        scores[f"{name}_geoscore"] = geoscore(km)
        for radius in RADII_KM:
            scores[f"{name}_within_{radius}_km"] = accuracy_within(km, radius)
    return scores
