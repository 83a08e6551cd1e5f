from __future__ import annotations

import statistics

import numpy as np
import pytest

from geoloc_core.evaluation.bootstrap import (
    cluster_counts,
    cluster_interval,
    mean,
    median,
    percentile_interval,
)

VALUES = np.random.default_rng(3).normal(10, 4, 24)
CLUSTERS = np.array([f"place {row // 3}" for row in range(21)] + ["alone", "two", "two"])


def drawn_values(counts: np.ndarray) -> list[list[float]]:
    """The values of each drawing, written out."""
    return [
        [v for v, times in zip(VALUES, row, strict=True) for _ in range(times)] for row in counts
    ]


def test_clusters_are_drawn_whole_and_as_many_as_there_are() -> None:
    counts = cluster_counts(CLUSTERS, replicates=50)
    for row in counts:
        per_cluster = {name: set(row[name == CLUSTERS]) for name in set(CLUSTERS)}
        assert all(len(times) == 1 for times in per_cluster.values())
        assert sum(times.pop() for times in per_cluster.values()) == len(set(CLUSTERS))
    assert len({tuple(row) for row in counts}) > 40


@pytest.mark.parametrize(
    ("statistic", "textbook"), [(mean, statistics.fmean), (median, statistics.median)]
)
def test_statistics_are_those_of_the_values_written_out(statistic, textbook) -> None:
    counts = cluster_counts(CLUSTERS, replicates=60, seed=4)
    by_hand = [textbook(values) for values in drawn_values(counts)]
    np.testing.assert_allclose(statistic(VALUES, counts), by_hand)


def test_the_interval_is_between_the_percentiles_of_the_replicates() -> None:
    counts = cluster_counts(CLUSTERS, replicates=200, seed=1)
    by_hand = sorted(statistics.fmean(values) for values in drawn_values(counts))
    low, high = cluster_interval(VALUES, CLUSTERS, replicates=200, seed=1, share=0.9)
    assert by_hand[9] <= low <= by_hand[10]
    assert by_hand[189] <= high <= by_hand[190]
    assert (low, high) == percentile_interval(VALUES, counts, mean, share=0.9)


def test_rows_that_repeat_each_other_teach_nothing() -> None:
    once = np.random.default_rng(0).normal(0, 1, 60)
    places = np.arange(60)
    alone = cluster_interval(once, places)
    assert cluster_interval(np.tile(once, 4), np.tile(places, 4)) == pytest.approx(alone)
    low, high = cluster_interval(np.tile(once, 4), np.arange(240))
    assert high - low < 0.6 * (alone[1] - alone[0])


def test_the_interval_of_a_mean_holds_it_about_as_often_as_promised() -> None:
    random = np.random.default_rng(8)
    held = 0
    for seed in range(100):
        places = random.normal(0, 1, 40)
        values = np.repeat(places, 3) + random.normal(0, 0.3, 120)
        low, high = cluster_interval(values, np.repeat(np.arange(40), 3), replicates=200, seed=seed)
        held += low <= 0 <= high
    assert 87 <= held <= 99


def test_no_rows_and_rows_without_a_cluster_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        cluster_interval([], [])
    with pytest.raises(ValueError, match="as many clusters"):
        cluster_interval([1.0, 2.0], ["a"])


@pytest.mark.parametrize("times", [[1, 1, 1, 1], [2, 1, 1, 2], [1, 5, 1, 1], [3, 0, 1, 2]])
def test_a_median_of_weights_is_that_of_rows_repeated(times: list[int]) -> None:
    values = np.array([4.0, 1.0, 3.0, 2.0])
    counts = np.array([times])
    expected = statistics.median(np.repeat(values, times))
    assert median(values, counts).tolist() == [expected]
    assert median(values, counts / 7 / counts.sum()).tolist() == [expected]
