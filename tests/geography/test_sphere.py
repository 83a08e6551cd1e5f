"""Distances against pyproj, points against a general minimiser, fewest cells against all sets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyproj
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

from geoloc_core.geography.sphere import (
    EARTH_KM,
    fewest_cells,
    geometric_median,
    haversine_km,
    weighted_mean,
)

ON_GLOBE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
IN_INDIA = st.tuples(st.floats(7, 37), st.floats(68, 97))
SPHERE = pyproj.Geod(a=EARTH_KM, b=EARTH_KM)


def expected_km(here, points, weights):
    return float(haversine_km(points, here) @ weights / np.sum(weights))


@given(ON_GLOBE, ON_GLOBE)
def test_haversine_is_the_distance_on_a_sphere(a, b):
    _, _, distance = SPHERE.inv(a[1], a[0], b[1], b[0])
    # at antipodes the haversine loses half its digits
    assert haversine_km(a, b) == pytest.approx(distance, abs=1e-3)


def test_haversine_broadcasts_and_knows_a_quarter_of_the_globe():
    poles = np.array([[90.0, 0.0], [-90.0, 50.0]])
    equator = np.array([[[0.0, 10.0]], [[0.0, -170.0]], [[0.0, 77.0]]])
    np.testing.assert_allclose(haversine_km(poles, equator), np.full((3, 2), EARTH_KM * np.pi / 2))


def test_weighted_mean_averages_degrees_by_weight():
    assert weighted_mean([(10, 70), (20, 90)], [3, 1]) == pytest.approx((12.5, 75))


@settings(max_examples=40)
@given(st.lists(st.tuples(IN_INDIA, st.floats(0.01, 1)), min_size=1, max_size=12))
def test_geometric_median_is_the_least_expected_distance(weighted):
    points = np.array([point for point, _ in weighted])
    weights = np.array([weight for _, weight in weighted])
    found = expected_km(geometric_median(points, weights), points, weights)
    oracle = min(
        minimize(expected_km, start, (points, weights), "Nelder-Mead", options={"fatol": 1e-7}).fun
        for start in [*points, points.mean(axis=0)]
    )
    assert found <= oracle + 1e-4


def test_geometric_median_stays_at_the_heavier_of_two_modes_where_the_mean_lands_between():
    points, weights = [(10, 76), (32, 76)], [0.55, 0.45]
    assert geometric_median(points, weights) == (10, 76)
    assert weighted_mean(points, weights) == pytest.approx((19.9, 76))


def test_geometric_median_of_a_regular_star_is_its_centre():
    angles = np.radians(np.arange(0, 360, 72))
    star = np.stack([0.5 * np.sin(angles), 80 + 0.5 * np.cos(angles)], axis=1)
    assert geometric_median(star, np.ones(5)) == pytest.approx((0, 80), abs=1e-4)


def test_geometric_median_takes_repeated_and_weightless_points():
    points = [(10, 76), (10, 76), (20, 80), (35, 90)]
    assert geometric_median(points, [1, 1, 1, 0]) == (10, 76)


@given(arrays(float, st.integers(1, 7), elements=st.floats(0, 1)), st.floats(0.05, 1))
def test_the_fewest_cells_that_hold_the_share(probabilities, share):
    assume(probabilities.sum() > 0.01)
    chosen = fewest_cells(probabilities, share)
    total = probabilities.sum()
    assert probabilities[list(chosen)].sum() >= share * total - 1e-9
    assert list(probabilities[list(chosen)]) == sorted(probabilities[list(chosen)], reverse=True)
    fewer = combinations(range(len(probabilities)), len(chosen) - 1)
    assert all(probabilities[list(cells)].sum() < share * total for cells in fewer)


def test_the_fewest_cells_of_a_tie_take_the_lower_number_and_no_cell_too_many():
    assert fewest_cells(np.full(10, 0.1), 0.3) == (0, 1, 2)


@pytest.mark.parametrize("weights", [[1, -1], [0, 0], [1, np.nan], [1, 2, 3], [[1, 2]]])
def test_weights_that_are_none_are_refused(weights):
    for estimate in (weighted_mean, geometric_median):
        with pytest.raises(ValueError, match="weight"):
            estimate([(10, 70), (20, 80)], weights)


@pytest.mark.parametrize("share", [0, -1, 1.5, np.nan])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="share"):
        fewest_cells([0.5, 0.5], share)
