"""How sure a model says it is, against how often it is right; and how far off it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray


def reliability_bins(
    probabilities: NDArray[np.float64], cells: NDArray[np.int64], bins: int = 15
) -> pd.DataFrame:
    """The reliability diagram's points: one row a bin that holds pictures (Guo et al., 2017).

    probabilities: (m, n); cells: (m,) true cells. Columns: low, high (the bin's ends), pictures,
    confidence (mean probability of the answer), accuracy. A confidence on the border of two bins
    belongs to the lower one, as in `scores.expected_calibration_error`.
    """
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == cells
    bin_of = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    pictures = np.bincount(bin_of, minlength=bins)
    held = np.flatnonzero(pictures)
    return pd.DataFrame(
        {
            "low": held / bins,
            "high": (held + 1) / bins,
            "pictures": pictures[held],
            "confidence": np.bincount(bin_of, confidence, bins)[held] / pictures[held],
            "accuracy": np.bincount(bin_of, correct, bins)[held] / pictures[held],
        }
    )


def share_within(km: NDArray[np.float64], radii_km: ArrayLike) -> NDArray[np.float64]:
    """The share of errors `km` (m,) that are at most each of the radii (k,)."""
    return np.searchsorted(np.sort(km), np.asarray(radii_km, float), side="right") / len(km)
