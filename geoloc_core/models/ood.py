"""How unlike the training pictures a picture is: a distance in feature space.

The pooled features of ordinary pictures fill a small part of their space. A Gaussian is fitted to
them whose covariance is free along a few principal directions and the same in all others
(probabilistic principal components: Tipping and Bishop, 1999). The score is the squared
Mahalanobis distance under it (Lee et al., 2018, score novelty so), divided by the number of
features, so that an ordinary picture scores about 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DIRECTIONS = 64
QUANTILE = 0.95  # of held-out images lie below the threshold


@dataclass(frozen=True, eq=False)
class Novelty:
    """The fitted Gaussian and the score above which a picture counts as unfamiliar.

    mean (f,), directions (k, f) orthonormal, variances (k,) along them, rest: the variance in
    every other direction, threshold: see `fit_novelty`.
    """

    mean: NDArray[np.float32]
    directions: NDArray[np.float32]
    variances: NDArray[np.float32]
    rest: float
    threshold: float


def novelty_score(novelty: Novelty, pooled: NDArray[np.float32]) -> NDArray[np.float32]:
    """Score pooled features (b, f) by how unlike the training pictures they are: (b,), from 0 up.

    `pooled` is the mean of the last maps over their two spatial axes.
    """
    offset = pooled - novelty.mean
    along = offset @ novelty.directions.T
    beside = np.maximum((offset**2).sum(axis=1) - (along**2).sum(axis=1), 0.0)
    distance = (along**2 / novelty.variances).sum(axis=1) + beside / novelty.rest
    score: NDArray[np.float32] = (distance / pooled.shape[1]).astype(np.float32)
    return score


def fit_novelty(
    train: NDArray[np.float32], held_out: NDArray[np.float32], quantile: float = QUANTILE
) -> Novelty:
    """Fit the Gaussian to pooled features `train` (m, f); set the threshold on `held_out` (v, f).

    The threshold is the score that the share `quantile` of the held-out pictures stays below.
    """
    mean = train.mean(axis=0)
    _, singular, directions = np.linalg.svd(train - mean, full_matrices=False)
    variances = singular**2 / max(len(train) - 1, 1)
    kept = min(DIRECTIONS, len(variances) - 1)
    others = train.shape[1] - kept
    floor = 1e-6 * float(variances.sum()) / train.shape[1]
    fitted = Novelty(
        mean.astype(np.float32),
        directions[:kept].astype(np.float32),
        np.maximum(variances[:kept], floor).astype(np.float32),
        rest=max(float(variances[kept:].sum()) / others, floor),
        threshold=0.0,
    )
    threshold = float(np.quantile(novelty_score(fitted, held_out), quantile))
    return Novelty(fitted.mean, fitted.directions, fitted.variances, fitted.rest, threshold)
