from __future__ import annotations

import numpy as np
import pytest
import shapely

from geoloc_core.geography.points import point_in


def test_points_are_uniform_by_area() -> None:
    """Of a box over a wide span of latitudes, each part gets points in proportion to its area."""
    rng = np.random.default_rng(0)
    box = shapely.box(70, 0, 90, 60)
    latitudes, longitudes = np.array([point_in(box, rng) for _ in range(4000)]).T
    # half of the area from the equator to 60 N lies below asin(sin(60) / 2)
    middle = np.degrees(np.arcsin(np.sin(np.radians(60)) / 2))
    assert np.mean(latitudes < middle) == pytest.approx(0.5, abs=0.03)
    assert np.mean(longitudes < 80) == pytest.approx(0.5, abs=0.03)


def test_points_lie_in_odd_outlines() -> None:
    rng = np.random.default_rng(0)
    ring = shapely.Point(80, 20).buffer(1).difference(shapely.Point(80, 20).buffer(0.9))
    for _ in range(50):
        latitude, longitude = point_in(ring, rng)
        assert shapely.contains_xy(ring, longitude, latitude)
