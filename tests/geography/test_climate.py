"""The layers say of known places what is known of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc_core.geography.climate import covariates_at, layers
from geoloc_core.paths import ASSETS

LEH, JAISALMER, MUMBAI, CHENNAI, DELHI = (
    (34.16, 77.58),
    (26.92, 70.90),
    (19.08, 72.88),
    (13.05, 80.20),
    (28.61, 77.21),
)
CHERRAPUNJI, PORT_BLAIR, JORHAT = (25.28, 91.73), (11.65, 92.73), (26.75, 94.20)


def test_heights():
    assert 3200 < covariates_at(*LEH).elevation < 4200
    assert 180 < covariates_at(*DELHI).elevation < 260
    assert covariates_at(*CHENNAI).elevation < 30
    # east of 90 E the heights come from a second source
    assert 70 < covariates_at(*JORHAT).elevation < 120
    assert covariates_at(*LEH).relief > 1200 > 300 > covariates_at(*DELHI).relief


def test_climate():
    desert, wettest, mumbai = (covariates_at(*p) for p in (JAISALMER, CHERRAPUNJI, MUMBAI))
    assert desert.climate == "BWh"
    assert desert.yearly_rain < 300
    assert wettest.yearly_rain > 5000
    assert mumbai.rain[6] > 500 > 10 > mumbai.rain[0]
    assert covariates_at(*LEH).temperature[0] < -5
    assert covariates_at(*JAISALMER).temperature[4] > 32


def test_air_is_clear_on_the_roof_of_the_world():
    assert covariates_at(*LEH).turbidity[0] < 2.2 < 4 < covariates_at(*DELHI).turbidity[5]


def test_colour_from_space():
    assert covariates_at(*JAISALMER).greenness < -0.05 < 0.1 < covariates_at(*CHERRAPUNJI).greenness


def test_coast():
    chennai = covariates_at(*CHENNAI)
    assert chennai.coast_km < 15
    assert 60 < chennai.coast_bearing < 120  # the sea lies east
    ratnagiri = covariates_at(16.99, 73.45)
    assert 210 < ratnagiri.coast_bearing < 330  # and here west
    assert covariates_at(*DELHI).coast_km > 700


def test_people():
    assert covariates_at(*DELHI).townspeople > 5000 > 500 > covariates_at(*JAISALMER).townspeople
    states = [covariates_at(*p).state for p in (JAISALMER, CHENNAI, JORHAT, PORT_BLAIR, LEH)]
    assert states == ["Rajasthan", "Tamil Nadu", "Assam", "Andaman and Nicobar Islands", "Ladakh"]


@given(st.floats(6.1, 37.4), st.floats(67.6, 97.4))
def test_between_the_nodes_a_layer_is_bilinear(lat, lon):
    elevation = layers()["elevation"]
    y, x = (lat - 6.05) / 0.1, (lon - 67.55) / 0.1
    south = np.interp(x, np.arange(300), elevation[int(y)])
    north = np.interp(x, np.arange(300), elevation[int(y) + 1])
    expected = south + (y - int(y)) * (north - south)
    assert covariates_at(lat, lon).elevation == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize("place", [(5.9, 80), (38, 77), (20, 67), (20, 98), (float("nan"), 80)])
def test_beyond_the_layers_is_an_error(place):
    with pytest.raises(ValueError, match="outside the layers"):
        covariates_at(*place)


@pytest.mark.parametrize("place", [(6.0, 67.5), (37.5, 97.5), (6.0, 97.5)])
def test_the_corners_are_inside(place):
    assert covariates_at(*place).elevation >= 0


def test_the_layers_are_small():
    assert sum(path.stat().st_size for path in (ASSETS / "layers").iterdir()) < 3e6
