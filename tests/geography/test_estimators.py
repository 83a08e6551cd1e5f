import numpy as np
import pytest

from geoloc_core.evaluation.metrics import estimates
from geoloc_core.geography.estimators import ESTIMATORS, Estimator, estimate_points
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.sphere import geometric_median, weighted_mean


@pytest.fixture(scope="module")
def probabilities():
    return np.random.default_rng(0).dirichlet(np.ones(58), 5)


def test_points_are_those_of_the_formulas(probabilities):
    centroids = article_grid().centroids
    points = estimate_points(centroids, probabilities[0])
    assert points == {
        "weighted_mean": weighted_mean(centroids, probabilities[0]),
        "geometric_median": geometric_median(centroids, probabilities[0]),
    }


def test_an_estimator_that_is_added_is_evaluated_too(monkeypatch, probabilities):
    centroids = article_grid().centroids
    monkeypatch.setitem(
        ESTIMATORS,
        "first",
        Estimator("First cell", "is cell 0", lambda points, _: tuple(points[0])),
    )
    assert estimate_points(centroids, probabilities[0])["first"] == tuple(centroids[0])
    many = estimates(centroids, probabilities)
    assert [*many] == ["weighted_mean", "geometric_median", "first", "likeliest_cell"]
    np.testing.assert_array_equal(many["first"], np.tile(centroids[0], (5, 1)))
    np.testing.assert_allclose(many["weighted_mean"], probabilities @ centroids, rtol=1e-12)
