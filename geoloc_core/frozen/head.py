"""The head: a linear layer over standardised features, learned from soft labels by distance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from geoloc_core.geography.grid import Grid
from geoloc_core.geography.sphere import haversine_km

REACH_KM = 150.0  # of the soft labels: half a cell of the article's grid
DIRECTIONS = 256  # principal components that are learned from; fewer photographs have fewer
STEPS = 60  # of L-BFGS
_LEAST = 0.1  # of the mean deviation: a feature that hardly moves in training must not shout

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Linear:
    """Logits weight @ (features - mean) + bias: weight (n, f), mean (f,), bias (n,)."""

    weight: Floats
    mean: Floats
    bias: Floats

    def __call__(self, pooled: NDArray[Any]) -> Floats:
        """Logits (m, n) of pooled features (m, f)."""
        return np.asarray((pooled - self.mean) @ self.weight.T + self.bias)


def soft_labels(points: ArrayLike, grid: Grid) -> Floats:
    """The labels (m, n) of places (m, 2) in degrees: exp(-distance to a centroid / `REACH_KM`).

    Rows sum to 1. So a near miss costs less than a far one (haversine label smoothing: PIGEON, Haas
    et al., 2024).
    """
    away = haversine_km(np.asarray(points, float)[:, None], np.asarray(grid.centroids)[None])
    return np.asarray(softmax(-away / REACH_KM, axis=1))


def fit_heads(
    pooled: NDArray[Any], labels: Floats, weights: Floats, decays: Sequence[float]
) -> Iterator[Linear]:
    """The head for each decay, in the order given; each starts from the one before.

    pooled (m, f), labels (m, n), weights (m,); decay: of the squared weights, beside the mean log
    loss. From strong to weak is quickest.
    """
    mean = pooled.mean(axis=0, dtype=np.float64)
    deviation = pooled.std(axis=0, dtype=np.float64)
    deviation = np.maximum(deviation, max(_LEAST * float(deviation.mean()), 1e-9))
    scaled = (pooled - mean) / deviation
    directions = principal(scaled, DIRECTIONS) / np.sqrt(pooled.shape[1])
    seen, shares = scaled @ directions, weights / weights.sum()
    width, cells = directions.shape[1], labels.shape[1]

    def loss(flat: Floats, decay: float) -> tuple[float, Floats]:
        layer, bias = flat[:-cells].reshape(width, cells), flat[-cells:]
        logs = log_softmax(seen @ layer + bias, axis=1)
        wrong = (np.exp(logs) - labels) * shares[:, None]
        value = -(shares @ (labels * logs).sum(axis=1)) + decay * (flat**2).sum()
        slope = np.concatenate([(seen.T @ wrong).ravel(), wrong.sum(axis=0)])
        return float(value), slope + 2 * decay * flat

    flat = np.zeros((width + 1) * cells)
    for decay in decays:
        options = {"maxiter": STEPS}
        flat = minimize(loss, flat, (decay,), "L-BFGS-B", jac=True, options=options).x
        weight = (directions @ flat[:-cells].reshape(width, cells)).T / deviation
        yield Linear(weight, mean, flat[-cells:].copy())


def principal(scaled: Floats, most: int) -> Floats:
    """The principal directions (f, k) of centred features (m, f), k at most `most`.

    By the smaller of the two Gram matrices, which is quick for few photographs and for many.
    """
    count, features = scaled.shape
    kept = min(most, count - 1, features)
    if count >= features:
        return np.asarray(np.linalg.eigh(scaled.T @ scaled)[1][:, ::-1][:, :kept])
    values, vectors = np.linalg.eigh(scaled @ scaled.T)
    order = np.arange(count - 1, count - 1 - kept, -1)
    order = order[values[order] > 1e-9 * max(float(values[-1]), 1e-300)]
    return np.asarray(scaled.T @ vectors[:, order] / np.sqrt(values[order]))
