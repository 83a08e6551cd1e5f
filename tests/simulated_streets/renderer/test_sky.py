import math

import numpy as np
import pytest

from simulated_streets.renderer.sky import air_mass, henyey_greenstein, sky_of
from simulated_streets.scenes.scene import Weather


def a_sky(**changes):
    weather = {
        "sun_azimuth": 180.0,
        "sun_elevation": 50.0,
        "turbidity": 3.0,
        "visibility_km": 20.0,
        "cloud_cover": 0.1,
        "cloud_kind": "cumulus",
        "wet": 0.0,
    } | changes
    return sky_of(Weather(**weather), 100.0)


@pytest.mark.parametrize(("elevation", "mass"), [(90, 1.0), (30, 1.99), (10, 5.6), (0, 37.9)])
def test_air_mass_agrees_with_the_published_table(elevation, mass):
    assert float(air_mass(float(elevation))) == pytest.approx(mass, rel=0.01)


def test_the_phase_function_sends_all_light_somewhere():
    cosine = np.linspace(-1, 1, 20001)
    total = np.trapezoid(2 * math.pi * henyey_greenstein(cosine, 0.72), cosine)
    assert total == pytest.approx(1.0, rel=1e-3)


def test_the_zenith_is_blue_and_a_low_sun_is_red():
    noon, evening = a_sky(), a_sky(sun_elevation=4.0)
    assert noon.table[-1, 0, 2] > 1.5 * noon.table[-1, 0, 0]
    assert evening.direct[0] / evening.direct[2] > 2 * noon.direct[0] / noon.direct[2]


def test_dust_whitens_the_sky_and_weakens_the_sun():
    clean, dusty = a_sky(turbidity=2.0), a_sky(turbidity=7.0)
    assert (dusty.direct < clean.direct).all()
    assert (
        dusty.table[-1, 0, 2] / dusty.table[-1, 0, 0]
        < clean.table[-1, 0, 2] / clean.table[-1, 0, 0]
    )


def test_a_closed_sky_has_no_sun():
    assert (a_sky(cloud_kind="monsoon", cloud_cover=1.0).direct == 0).all()


def test_extinction_follows_the_visibility():
    assert a_sky(visibility_km=10.0).extinction[1] * 10_000 == pytest.approx(3.912, rel=1e-3)
