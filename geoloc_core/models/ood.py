"""How unlike the training images an image is: a distance in feature space.

The pooled features of ordinary images fill a small part of their space. A Gaussian is fitted to
them whose covariance is free along a few principal directions and the same in all others
(probabilistic principal components: Tipping and Bishop, 1999). The score is the squared
Mahalanobis distance under it (Lee et al., 2018, score novelty so), divided by the number of
features, so that an ordinary image scores about 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

DIRECTIONS = 64
QUANTILE = 0.95  # of held-out images lie below the threshold


@dataclass(frozen=True, eq=False)
class Novelty:
    """The fitted Gaussian and the score above which an image counts as out of distribution.

    mean (f,), directions (k, f) orthonormal, variances (k,) along them, noise_variance: that
    in every other direction, threshold: see `fit_novelty`.
    """

    mean: NDArray[np.float32]
    directions: NDArray[np.float32]
    variances: NDArray[np.float32]
    noise_variance: float
    threshold: float


def nothing_novel(features: int) -> Novelty:
    """A `Novelty` over pooled features (features,) that calls nothing novel: none was measured."""
    none = np.zeros((0, features), np.float32)
    return Novelty(np.zeros(features, np.float32), none, none[:, 0], float("inf"), 1.0)


def novelty_score(novelty: Novelty, pooled: NDArray[np.float32]) -> NDArray[np.float32]:
    """Score pooled features (b, f) by how unlike the training images they are: (b,), from 0 up.

    `pooled` is the mean of the last maps over their two spatial axes.
    """
    offset = pooled - novelty.mean
    along = offset @ novelty.directions.T
    beside = np.maximum((offset**2).sum(axis=1) - (along**2).sum(axis=1), 0.0)
    distance = (along**2 / novelty.variances).sum(axis=1) + beside / novelty.noise_variance
    score: NDArray[np.float32] = (distance / pooled.shape[1]).astype(np.float32)
    return score


def fit_novelty(
    train: NDArray[np.float32], held_out: NDArray[np.float32], quantile: float = QUANTILE
) -> Novelty:
    """Fit the Gaussian to pooled features `train` (m, f); set the threshold on `held_out` (v, f).

    The threshold is the score that the share `quantile` of the held-out images stays below.
    """
    from sklearn.decomposition import PCA  # its import takes longer than a prediction

    count, features = train.shape
    kept = min(DIRECTIONS, count - 1, features - 1)
    fitted = PCA(kept, svd_solver="full").fit(train)
    variances = fitted.explained_variance_
    total = float(train.var(axis=0, ddof=1, dtype=np.float64).sum())
    floor = 1e-6 * total / features
    # not `noise_variance_`, which leaves out the directions that too few images never enter
    noise_variance = (total - float(variances.sum())) / (features - kept)
    novelty = Novelty(
        fitted.mean_.astype(np.float32),
        fitted.components_.astype(np.float32),
        np.maximum(variances, floor).astype(np.float32),
        noise_variance=max(noise_variance, floor),
        threshold=0.0,
    )
    return replace(
        novelty, threshold=float(np.quantile(novelty_score(novelty, held_out), quantile))
    )
