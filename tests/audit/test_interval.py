from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.audit.interval import mean_with_interval
from geoloc_core.evaluation.bootstrap import cluster_interval


def test_sums_by_uploader_draw_the_same_as_rows() -> None:
    random = np.random.default_rng(0)
    values, uploaders = random.normal(size=60), random.integers(100, 109, 60)
    value, low, high = mean_with_interval(values, uploaders)
    assert value == pytest.approx(values.mean())
    assert (low, high) == pytest.approx(cluster_interval(values, uploaders))
    assert low < value < high
