"""The sun stands where the Solar Position Algorithm puts it, to within its stated error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from simulated_streets.scenes.sun import sun_position

# azimuth and true elevation by NREL's Solar Position Algorithm, as pvlib 0.16.1 computes it
REFERENCE = [
    ((28.61, 77.21), "2018-06-21T06:30", (133.88, 82.71)),
    ((8.08, 77.55), "2018-12-21T03:00", (121.12, 26.10)),
    ((34.16, 77.58), "2015-03-20T11:00", (252.34, 23.78)),
    ((13.08, 80.27), "2020-05-05T06:35", (2.53, 86.67)),
    ((26.92, 70.90), "2013-10-02T12:15", (260.82, 9.52)),
    ((27.50, 95.00), "2021-01-15T01:45", (122.87, 13.52)),
    ((10.57, 72.64), "2016-08-30T07:10", (180.29, 88.24)),
]


def direction(azimuth, elevation):
    a, e = np.radians((azimuth, elevation))
    return np.array([np.sin(a) * np.cos(e), np.cos(a) * np.cos(e), np.sin(e)])


@pytest.mark.parametrize(("place", "when", "expected"), REFERENCE)
def test_agrees_with_the_solar_position_algorithm(place, when, expected):
    found = sun_position(*place, datetime.fromisoformat(when).replace(tzinfo=UTC))
    angle = np.degrees(np.arccos(direction(*found) @ direction(*expected)))
    assert angle < 0.5


def test_one_moment_in_two_time_zones_is_one_sun():
    noon = datetime(2019, 2, 3, 6, 30, tzinfo=UTC)
    india = noon.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert sun_position(20, 80, noon) == sun_position(20, 80, india)
    assert sun_position(20, 80, noon) == sun_position(20, 80, noon.replace(tzinfo=None))
