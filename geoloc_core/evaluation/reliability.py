"""How sure a network says it is, against how often it is right."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.evaluation.metrics import BINS, sureness


def reliability_bins(
    probabilities: NDArray[np.float64],
    cells: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    """The reliability diagram's points: one row a bin that holds images (Guo et al., 2017).

    probabilities: (m, n); cells: (m,) true cells; weights (m,), all the same if left out. Columns:
    low, high (the bin's ends), images, confidence (mean probability of the answer), accuracy. The
    bins are those of `scores.expected_calibration_error`.
    """
    confidence, correct = sureness(probabilities, cells).T
    weights = np.ones(len(confidence)) if weights is None else weights
    bin_of = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    images = np.bincount(bin_of, minlength=BINS)
    held = np.flatnonzero(images)
    weight = np.bincount(bin_of, weights, BINS)[held]
    return pd.DataFrame(
        {
            "low": held / BINS,
            "high": (held + 1) / BINS,
            "images": images[held],
            "confidence": np.bincount(bin_of, weights * confidence, BINS)[held] / weight,
            "accuracy": np.bincount(bin_of, weights * correct, BINS)[held] / weight,
        }
    )
