"""Each score against a slow version straight from the textbook."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc_core.evaluation.metrics import (
    BINS,
    accuracy_coverage,
    estimates,
    expected_calibration_error,
    geoscore,
    hold_truth,
    mean_of_surest,
    negative_log_likelihood,
    rank_of_truth,
    risk_coverage_area,
    sureness,
    top_k,
    within_km,
    within_one_neighbour,
)
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.sphere import fewest_cells, geometric_median, weighted_mean

Made = tuple[np.ndarray, np.ndarray]

few = settings(max_examples=25)


@st.composite
def predictions(draw: st.DrawFn, most_cells: int = 9) -> Made:
    """Probabilities (m, n), some of them in ties, and true cells (m,)."""
    seed = draw(st.integers(0, 2**32 - 1))
    count, cells = draw(st.integers(1, 30)), draw(st.integers(2, most_cells))
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.full(cells, draw(st.sampled_from([0.1, 1.0]))), count)
    if draw(st.booleans()):
        probabilities = np.round(probabilities * 4) + 1
        probabilities /= probabilities.sum(axis=1, keepdims=True)
    return probabilities, random.integers(0, cells, count)


def once(count: int) -> np.ndarray:
    """Each prediction counted once."""
    return np.ones((1, count), np.int64)


def right_by_hand(row: np.ndarray, cell: int) -> float:
    """How often the likeliest cell is the true one, of those that tie one being drawn."""
    likeliest = [c for c in range(len(row)) if row[c] == max(row)]
    return (cell in likeliest) / len(likeliest)


@few
@given(predictions(most_cells=5), st.integers(1, 5))
def test_top_k_against_every_order_of_the_ties(made: Made, k: int) -> None:
    for row, cell, value in zip(*made, top_k(*made, k), strict=True):
        orders = list(permutations(range(len(row))))
        hits = [cell in sorted(order, key=lambda c, row=row: -row[c])[:k] for order in orders]
        assert value == pytest.approx(sum(hits) / len(orders))


def test_a_uniform_guess_is_right_as_often_as_chance() -> None:
    probabilities, cells = np.full((6, 58), 1 / 58), np.arange(6)
    np.testing.assert_allclose(top_k(probabilities, cells, 1), 1 / 58)
    np.testing.assert_allclose(top_k(probabilities, cells, 5), 5 / 58)


@few
@given(predictions())
def test_within_one_neighbour_against_a_loop(made: Made) -> None:
    n = made[0].shape[1]
    ring = tuple(tuple(sorted({(c - 1) % n, (c + 1) % n} - {c})) for c in range(n))
    for row, cell, value in zip(*made, within_one_neighbour(*made, ring), strict=True):
        likeliest = [c for c in range(n) if row[c] == max(row)]
        near = [c for c in likeliest if c == cell or c in ring[cell]]
        assert value == pytest.approx(len(near) / len(likeliest))


@few
@given(predictions())
def test_nll_against_a_loop(made: Made) -> None:
    by_hand = [
        -math.log(max(row[cell], 2.2250738585072014e-308)) for row, cell in zip(*made, strict=True)
    ]
    np.testing.assert_allclose(negative_log_likelihood(*made), by_hand)


def test_a_sure_and_wrong_prediction_keeps_scores_finite() -> None:
    (value,) = negative_log_likelihood(np.array([[1.0, 0.0]]), np.array([1]))
    assert 700 < value < 710


@few
@given(predictions())
def test_ece_against_the_textbook(made: Made) -> None:
    expected = 0.0
    for number in range(BINS):
        members = [
            (max(row), right_by_hand(row, cell))
            for row, cell in zip(*made, strict=True)
            if math.ceil(max(row) * BINS) == number + 1
        ]
        if members:
            confidence = sum(c for c, _ in members) / len(members)
            accuracy = sum(hit for _, hit in members) / len(members)
            expected += len(members) / len(made[1]) * abs(accuracy - confidence)
    (value,) = expected_calibration_error(sureness(*made), once(len(made[1])))
    assert value == pytest.approx(expected)


@few
@given(predictions())
def test_aurc_against_the_textbook(made: Made) -> None:
    confidence = [max(row) for row in made[0]]
    wrong = [1 - right_by_hand(row, cell) for row, cell in zip(*made, strict=True)]
    risks = []
    for threshold in confidence:
        answered = [w for c, w in zip(confidence, wrong, strict=True) if c >= threshold]
        risks.append(sum(answered) / len(answered))
    (value,) = risk_coverage_area(sureness(*made), once(len(wrong)))
    assert value == pytest.approx(sum(risks) / len(risks))


@few
@given(predictions(), st.integers(0, 2**32 - 1))
def test_a_row_drawn_twice_counts_twice(made: Made, seed: int) -> None:
    counts = np.random.default_rng(seed).integers(0, 3, (4, len(made[1])))
    counts[:, 0] += 1
    sure = sureness(*made)
    for statistic in (expected_calibration_error, risk_coverage_area):
        written_out = [np.repeat(sure, times, axis=0) for times in counts]
        by_hand = [statistic(rows, once(len(rows)))[0] for rows in written_out]
        np.testing.assert_allclose(statistic(sure, counts), by_hand)


@few
@given(predictions(), st.integers(1, 12))
def test_accuracy_coverage_against_a_loop(made: Made, steps: int) -> None:
    sure = sureness(*made)
    curve = accuracy_coverage(sure, steps)
    for coverage, accuracy in curve:
        surest = sorted(sure.tolist(), reverse=True)[: round(coverage * len(sure))]
        assert accuracy == pytest.approx(sum(right for _, right in surest) / len(surest))
        left = [c for c, _ in sure.tolist() if c < surest[-1][0]]
        assert len(surest) + len(left) == len(sure)
    shares = [coverage for coverage, _ in curve]
    assert shares == sorted(set(shares))
    assert shares[-1] == 1
    for step in range(1, steps + 1):
        assert any(coverage >= step / steps - 1e-12 for coverage in shares)
    if len(set(sure[:, 0])) == len(sure) and steps <= len(sure):
        assert len(curve) == steps


@few
@given(predictions(), st.sampled_from([0.3, 0.5, 0.9, 1.0]))
def test_prediction_sets_are_those_of_the_sphere(made: Made, share: float) -> None:
    held, sizes = hold_truth(*made, share)
    sets = [fewest_cells(row, share) for row in made[0]]
    assert sizes.tolist() == [len(cells) for cells in sets]
    assert held.tolist() == [cell in cells for cell, cells in zip(made[1], sets, strict=True)]


def test_estimates_are_those_of_one_prediction_at_a_time() -> None:
    centroids = article_grid().centroids
    probabilities = np.random.default_rng(2).dirichlet(np.full(58, 0.1), 5)
    probabilities[3] = probabilities[1]
    points = estimates(centroids, probabilities)
    for row, weights in enumerate(probabilities):
        likeliest = max(range(58), key=lambda cell, weights=weights: weights[cell])
        np.testing.assert_allclose(points["weighted_mean"][row], weighted_mean(centroids, weights))
        np.testing.assert_allclose(
            points["geometric_median"][row], geometric_median(centroids, weights)
        )
        np.testing.assert_allclose(points["likeliest_cell"][row], centroids[likeliest])


def test_distances_count_up_to_and_including_the_radius() -> None:
    km = np.array([0.0, 25.0, 25.1, 200.0])
    assert within_km(km, 25).tolist() == [1, 1, 0, 0]
    assert within_km(km, 200).tolist() == [1, 1, 1, 1]


def test_geoscore_by_hand() -> None:
    values = geoscore(np.array([0.0, 1492.7, 500.0]))
    np.testing.assert_allclose(values, [5000, 5000 / math.e, 5000 * math.exp(-500 / 1492.7)])


def test_ranks_of_the_truth_and_what_ties_count() -> None:
    probabilities = np.array([[0.5, 0.3, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25]])
    ranks = [rank_of_truth(probabilities, np.array([cell, cell]))[0] for cell in range(4)]
    assert ranks == pytest.approx([0, 1 / 3, 2.5 / 3, 2.5 / 3])
    assert rank_of_truth(probabilities, np.array([0, 2]))[1] == 0.5


def test_the_mean_of_the_surest_takes_part_of_what_is_at_the_border_and_ties() -> None:
    values = np.array([[0.2, 10.0], [0.9, 1.0], [0.5, 3.0], [0.5, 5.0]])
    drawn = np.array([[1, 1, 1, 1], [0, 2, 1, 1], [4, 0, 0, 0]])
    # half of four: 1 and half of the two that tie; of 1, 1, 3, 5: 1 and 1; of four times 10: 10
    assert mean_of_surest(values, drawn, 0.5) == pytest.approx([(1 + 4) / 2, 1, 10])
    assert mean_of_surest(values, drawn / 9, 0.25) == pytest.approx([1, 1, 10])


def test_weights_of_a_curve_are_as_if_rows_were_repeated() -> None:
    random = np.random.default_rng(2)
    sure = np.column_stack([random.uniform(size=30), random.integers(0, 2, 30)])
    times = random.integers(1, 4, 30)
    curve = accuracy_coverage(sure, weights=times / times.sum())
    assert curve == [pytest.approx(p) for p in accuracy_coverage(np.repeat(sure, times, axis=0))]
