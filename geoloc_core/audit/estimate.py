"""A mean over pictures with its interval over uploaders."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike, NDArray

from geoloc_core.evaluation.bootstrap import cluster_interval


def estimate(values: NDArray[Any], uploaders: ArrayLike) -> tuple[float, float, float]:
    """The mean of values (m,) and the 95 % interval that drawing whole uploaders (m,) gives it."""
    return (float(values.mean()), *cluster_interval(values, uploaders))
