from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc_core.evaluation.scores import (
    accuracy_within,
    all_scores,
    expected_calibration_error,
    geoscore,
    negative_log_likelihood,
    top_k,
)
from geoloc_core.geography.sphere import haversine_km


@st.composite
def predictions(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    seed = draw(st.integers(0, 2**32 - 1))
    count, cells = draw(st.integers(1, 40)), draw(st.integers(2, 9))
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.full(cells, draw(st.sampled_from([0.1, 1.0]))), count)
    return probabilities, random.integers(0, cells, count)


@given(predictions(), st.integers(1, 5))
def test_top_k_against_sorting_by_hand(made: tuple[np.ndarray, np.ndarray], k: int) -> None:
    probabilities, cells = made
    hits = 0
    for row, cell in zip(probabilities, cells, strict=True):
        likeliest = sorted(range(len(row)), key=lambda c: -row[c])[:k]
        hits += cell in likeliest
    assert top_k(probabilities, cells, k) == pytest.approx(hits / len(cells))


@given(predictions())
def test_nll_against_a_loop(made: tuple[np.ndarray, np.ndarray]) -> None:
    probabilities, cells = made
    total = sum(
        -math.log(max(row[cell], 2.2250738585072014e-308))
        for row, cell in zip(probabilities, cells, strict=True)
    )
    assert negative_log_likelihood(probabilities, cells) == pytest.approx(total / len(cells))


@given(predictions(), st.integers(1, 20))
def test_ece_against_the_textbook(made: tuple[np.ndarray, np.ndarray], bins: int) -> None:
    probabilities, cells = made
    expected = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        members = [
            (max(row), int(np.argmax(row)) == cell)
            for row, cell in zip(probabilities, cells, strict=True)
            if math.ceil(max(row) * bins) == number + 1
        ]
        assert all(low - 1e-12 <= confidence <= high + 1e-12 for confidence, _ in members)
        if members:
            confidence = sum(c for c, _ in members) / len(members)
            accuracy = sum(hit for _, hit in members) / len(members)
            expected += len(members) / len(cells) * abs(accuracy - confidence)
    assert expected_calibration_error(probabilities, cells, bins) == pytest.approx(expected)


def test_a_sure_and_wrong_prediction_keeps_scores_finite() -> None:
    probabilities = np.array([[1.0, 0.0]])
    assert 700 < negative_log_likelihood(probabilities, np.array([1])) < 710


def test_distances_count_up_to_and_including_the_radius() -> None:
    km = np.array([0.0, 25.0, 25.1, 200.0])
    assert accuracy_within(km, 25) == 0.5
    assert accuracy_within(km, 200) == 1.0
    assert geoscore(np.array([0.0])) == 5000
    assert geoscore(np.array([1492.7])) == pytest.approx(5000 / math.e)


def test_all_scores_measures_each_estimator() -> None:
    points = np.array([[28.6, 77.2], [19.1, 72.9]])
    estimates = {"weighted_mean": points[::-1], "geometric_median": points}
    probabilities = np.array([[0.8, 0.2], [0.6, 0.4]])
    scores = all_scores(probabilities, np.array([0, 1]), points, estimates)
    apart = float(haversine_km(points[0], points[1]))
    assert scores["count"] == 2
    assert scores["top_1"] == 0.5
    assert scores["top_5"] == 1.0
    assert scores["weighted_mean_median_km"] == pytest.approx(apart)
    assert scores["geometric_median_mean_km"] == pytest.approx(0.0, abs=1e-6)
    assert scores["geometric_median_within_25_km"] == 1.0
    assert scores["weighted_mean_within_750_km"] == 0.0
