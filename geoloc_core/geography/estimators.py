"""Estimators: the rules that make one point of a prediction. A new one is an entry here."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoloc_core.geography.sphere import geometric_median, weighted_mean

Place = tuple[float, float]


class Estimator(NamedTuple):
    """`of` takes the cells' centroids (n, 2) in degrees and their probabilities (n,)."""

    title: str
    meaning: str  # completes a sentence that begins with the title
    of: Callable[[ArrayLike, ArrayLike], Place]


ESTIMATORS = {
    "weighted_mean": Estimator(
        "Weighted mean", "averages all cells by probability, as in the article", weighted_mean
    ),
    "geometric_median": Estimator(
        "Geometric median", "is the place of least expected distance", geometric_median
    ),
}


def estimate_points(
    centroids: NDArray[np.float64], probabilities: NDArray[np.float64]
) -> dict[str, Place]:
    """Each estimator's point (latitude, longitude) in degrees, by its name."""
    return {name: one.of(centroids, probabilities) for name, one in ESTIMATORS.items()}
