"""Intervals by the cluster bootstrap: whole clusters, such as panoramas, are drawn again.

Images of one panorama share scene, weather and uploader, so drawing images would promise more
than is known (Field and Welsh, "Bootstrapping clustered data", 2007). By hand, because
`scipy.stats.bootstrap` draws single rows. A drawing is written as how often each row is in it,
which makes most statistics one product of matrices.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

REPLICATES = 1000
SHARE = 0.95

Counts = NDArray[np.int64] | NDArray[np.float64]
"""How often each of m rows is in each of r drawings (r, m), or how much it weighs there."""

Statistic = Callable[[NDArray[np.float64], Counts], NDArray[np.float64]]
"""From values (m, ...) and how often each is drawn (r, m) to one number a drawing (r,)."""


def mean(values: NDArray[np.float64], counts: Counts) -> NDArray[np.float64]:
    """The mean of values (m,) in each drawing (r, m): (r,)."""
    return np.asarray(counts @ values / counts.sum(axis=1), dtype=np.float64)


def median(values: NDArray[np.float64], counts: Counts) -> NDArray[np.float64]:
    """The median of values (m,) in each drawing (r, m): (r,); of two middle values their mean."""
    order = np.argsort(values, kind="stable")
    seen = np.cumsum(counts[:, order], axis=1)
    half = seen[:, -1:] / 2
    rounding = 1e-12 * half  # of weights; counts have none
    lower = (seen >= half - rounding).argmax(axis=1)
    upper = (seen > half + rounding).argmax(axis=1)
    ranked = values[order]
    return np.asarray((ranked[lower] + ranked[upper]) / 2, dtype=np.float64)


def cluster_interval(
    values: ArrayLike,
    clusters: ArrayLike,
    statistic: Statistic = mean,
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
    share: float = SHARE,
) -> tuple[float, float]:
    """The percentile interval that holds a `share` of a statistic's bootstrap replicates.

    values (m, ...) by row, clusters (m,) the cluster of each; `statistic` is `mean`, `median` or
    another of that kind. The same seed and clusters draw the same clusters, so differences of two
    scores are best taken row by row. Raises ValueError when there are no rows or not one cluster a
    row.
    """
    counts = cluster_counts(clusters, replicates=replicates, seed=seed)
    if counts.shape[1] != len(np.asarray(values)):
        raise ValueError(f"{len(np.asarray(values))} values need as many clusters")
    return percentile_interval(values, counts, statistic, share=share)


def cluster_counts(
    clusters: ArrayLike, *, replicates: int = REPLICATES, seed: int = 0
) -> NDArray[np.int64]:
    """How often each row is in each of the drawings: (replicates, m).

    Each drawing takes as many clusters as there are, with replacement, and all rows of each.
    """
    names, cluster_of = np.unique(np.asarray(clusters), return_inverse=True)
    if not len(names):
        raise ValueError("an interval needs at least one row")
    random = np.random.default_rng(seed)
    drawn = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=replicates)
    return np.asarray(drawn[:, cluster_of], dtype=np.int64)


def percentile_interval(
    values: ArrayLike, counts: Counts, statistic: Statistic, *, share: float = SHARE
) -> tuple[float, float]:
    """The interval of `cluster_interval`, from drawings that serve several statistics."""
    replicates = statistic(np.asarray(values, dtype=np.float64), counts)
    low, high = np.quantile(replicates, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)
