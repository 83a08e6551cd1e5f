"""How much one label of a data set tells of another."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray


def theils_u(target: ArrayLike, given: ArrayLike) -> float:
    """Theil's U(target | given): the share of the target's entropy that knowing `given` removes.

    (H(target) - H(target | given)) / H(target) over labels (m,) and (m,), with the entropy
    H(x) = -sum p log p of the observed shares p. 1 where `given` settles the target, 0 where it
    tells nothing or there is one target only. Theil, "On the Estimation of Relationships Involving
    Qualitative Variables", 1970. Raises ValueError when there are no labels or not as many of each.

    >>> theils_u(["Goa", "Goa", "Delhi", "Delhi"], ["Asha", "Asha", "Ravi", "Ravi"])
    1.0
    >>> theils_u(["Goa", "Delhi", "Goa", "Delhi"], ["Asha", "Asha", "Ravi", "Ravi"])
    0.0
    """
    target, given = np.asarray(target), np.asarray(given)
    if target.ndim != 1 or target.shape != given.shape or not target.size:
        raise ValueError("there must be as many labels of the one kind as of the other")
    targets = pd.factorize(target)[0]
    givens = pd.factorize(given)[0]
    entropy = _entropy(targets)
    if entropy == 0:
        return 0.0
    # H(target | given) = H(target, given) - H(given)
    pairs = pd.factorize(targets * (givens.max() + 1) + givens)[0]
    left = _entropy(pairs) - _entropy(givens)
    return float(np.clip((entropy - left) / entropy, 0.0, 1.0))


def theils_u_by_chance(target: ArrayLike, given: ArrayLike) -> float:
    """The mean of `theils_u` over 20 shuffles of `given`.

    Above 0, for labels seen a few times each settle something by chance: what U must be held
    against. Raises ValueError as `theils_u` does.
    """
    rng = np.random.default_rng(0)
    given = np.asarray(given)
    return float(np.mean([theils_u(target, rng.permutation(given)) for _ in range(20)]))


def _entropy(labels: NDArray[np.int64]) -> float:
    """Entropy in nats of labels (m,) that count from 0."""
    shares = np.bincount(labels) / len(labels)
    return float(-np.sum(shares * np.log(shares)))
