import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulated_streets.renderer.landform import EARTH, Land, along_road, height, heights
from simulated_streets.renderer.noise import fractal, noise, plane
from simulated_streets.renderer.polar import (
    AZIMUTHS,
    FARTHEST,
    NEAREST,
    STEPS,
    polar_heights,
    radius_of,
    step_of,
    sunlit,
)  # fmt: skip

FLAT = Land(
    east=0.0, north=0.0, relief=0.0, wavelength=2000.0, ruggedness=0.0, undulation=0.0, dunes=0.0,
    water=0, water_sine=0.0, water_cosine=1.0, water_distance=50.0, water_width=80.0,
    water_level=-1.0, road=0.0, road_sine=0.0, road_cosine=1.0, road_offset=0.0, road_bend=0.0,
    crop=0, crop_height=0.0, crop_share=0.0, field_size=40.0, field_sine=0.0, field_cosine=1.0,
)  # fmt: skip
places = st.floats(-5000, 5000)


@given(st.floats(NEAREST, FARTHEST * 0.95))
def test_steps_and_radii_are_inverse(radius):
    assert radius_of(step_of(radius)) == pytest.approx(radius, rel=1e-6)


@settings(deadline=None)
@given(places, places)
def test_noise_is_bilinear_between_its_samples(u, v):
    tile = plane()
    i, j = math.floor(u * 8), math.floor(v * 8)
    p, q = u * 8 - i, v * 8 - j
    corner = [[float(tile[(i + a) % 256, (j + b) % 256]) for b in (0, 1)] for a in (0, 1)]
    expected = np.array([1 - p, p]) @ np.array(corner) @ np.array([1 - q, q])
    assert noise(tile, u, v) == pytest.approx(float(expected), abs=1e-4)


def test_octaves_fade_in():
    two, more, three = (fractal(plane(), 0.37, 1.9, n) for n in (2.0, 2.25, 3.0))
    assert more == pytest.approx(two + 0.25 * (three - two))


def test_a_plain_is_flat_and_sinks_with_the_curve_of_the_earth():
    grid = polar_heights(plane(), FLAT)
    assert grid.shape == (AZIMUTHS, STEPS)
    r = np.array([radius_of(float(j)) for j in range(STEPS)])
    assert grid == pytest.approx(np.tile(-(r**2) / EARTH, (AZIMUTHS, 1)), abs=1e-3)


@settings(deadline=None, max_examples=40)
@given(places, st.floats(60, 5000))
def test_the_sea_is_level(x, y):
    sea = FLAT._replace(water=3, relief=900.0, undulation=8.0, ruggedness=0.7)
    if y > 200:
        assert height(plane(), x, y, sea) == pytest.approx(sea.water_level, abs=1e-6)


def test_a_road_is_level_across():
    hilly = FLAT._replace(undulation=12.0, road=3.0, road_bend=10.0)
    for along in np.linspace(-300, 300, 40):
        across = np.linspace(-30, 30, 121)
        lateral = np.array([along_road(x, along, hilly)[1] for x in across])
        on_road = across[np.abs(lateral) < 2.8]
        z = heights(plane(), np.stack([on_road, np.full_like(on_road, along)], axis=1), hilly)
        assert np.ptp(z) < 0.05


def test_valleys_lie_in_shade_when_the_sun_is_low():
    alps = FLAT._replace(relief=2000.0, ruggedness=0.8, wavelength=8000.0)

    def lit(elevation):
        e = math.radians(elevation)
        sun = np.array([math.cos(e), 0.0, math.sin(e)], np.float32)
        return sunlit(plane(), alps, sun, 32, 16).mean()

    assert lit(5.0) < lit(25.0) < lit(80.0) == 1.0
