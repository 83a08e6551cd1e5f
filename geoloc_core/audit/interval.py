"""A mean over images with its interval over uploaders."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoloc_core.evaluation.bootstrap import Counts, cluster_interval


def mean_with_interval(values: NDArray[Any], uploaders: ArrayLike) -> tuple[float, float, float]:
    """The mean of values (m,) and the 95 % interval that drawing whole uploaders (m,) gives it."""
    of = np.unique(np.asarray(uploaders), return_inverse=True)[1]
    # sums by uploader draw the same as rows do, in less memory
    sums = np.column_stack([np.bincount(of, values), np.bincount(of)])
    return (float(values.mean()), *cluster_interval(sums, np.arange(len(sums)), _mean))


def _mean(sums: NDArray[np.float64], counts: Counts) -> NDArray[np.float64]:
    """The mean (r,) in each drawing (r, u) of uploaders with sums and numbers (u, 2) of values."""
    total, number = (counts @ sums).T
    return np.asarray(total / number, np.float64)
