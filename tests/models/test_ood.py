from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from geoloc_core.catalogue import SHIPPED
from geoloc_core.models.checkpoint import checkpoint_path, load_checkpoint
from geoloc_core.models.ood import DIRECTIONS, fit_novelty, novelty_score


def features(count: int, seed: int) -> np.ndarray:
    """Gaussian features (count, 200), wide along 80 directions and narrow along the rest."""
    random = np.random.default_rng(seed)
    spread = np.where(np.arange(200) < 80, 3.0, 0.2)
    return (1.0 + random.normal(size=(count, 200)) * spread).astype(np.float32)


def test_score_is_a_mahalanobis_distance() -> None:
    train, images = features(900, 0), features(5, 1)
    novelty = fit_novelty(train, features(100, 2))
    # oracle: the full covariance matrix, eigenvalues beyond the kept ones evened out
    values, vectors = np.linalg.eigh(np.cov(train.astype(float), rowvar=False))
    values[: 200 - DIRECTIONS] = values[: 200 - DIRECTIONS].mean()
    precision = vectors @ np.diag(1 / values) @ vectors.T
    offset = images.astype(float) - train.astype(float).mean(axis=0)
    expected = np.einsum("bi,ij,bj->b", offset, precision, offset) / 200
    np.testing.assert_allclose(novelty_score(novelty, images), expected, rtol=1e-3)


@pytest.mark.parametrize("count", [150, 900])
def test_score_is_that_of_probabilistic_principal_components(count: int) -> None:
    """scikit-learn's precision, with the variance of all other directions evened out."""
    train, images = features(count, 0), features(5, 1)
    fitted = PCA(DIRECTIONS, svd_solver="full").fit(train.astype(float))
    if count < 200:  # it averages over the directions that are ever entered alone
        fitted.noise_variance_ *= (count - DIRECTIONS) / (200 - DIRECTIONS)
    offset = images.astype(float) - fitted.mean_
    expected = np.einsum("bi,ij,bj->b", offset, fitted.get_precision(), offset) / 200
    found = novelty_score(fit_novelty(train, train), images)
    np.testing.assert_allclose(found, expected, rtol=1e-3)


@pytest.mark.parametrize("model", SHIPPED)
def test_shipped_scores_are_those_of_the_formula(model: str) -> None:
    """A Mahalanobis distance by the full precision matrix, in double precision."""
    novelty = load_checkpoint(checkpoint_path(model)).novelty
    directions = novelty.directions.astype(float)
    wide = len(novelty.mean)
    precision = (np.eye(wide) - directions.T @ directions) / novelty.noise_variance
    precision += directions.T @ np.diag(1 / novelty.variances.astype(float)) @ directions
    pooled = novelty.mean + np.random.default_rng(0).normal(0, 0.1, (4, wide)).astype(np.float32)
    offset = pooled.astype(float) - novelty.mean
    expected = np.einsum("bi,ij,bj->b", offset, precision, offset) / wide
    np.testing.assert_allclose(novelty_score(novelty, pooled), expected, rtol=1e-5)


def test_threshold_lets_the_quantile_pass() -> None:
    held_out = features(400, 2)
    novelty = fit_novelty(features(900, 0), held_out, quantile=0.9)
    assert np.mean(novelty_score(novelty, held_out) > novelty.threshold) == pytest.approx(0.1)


def test_strange_features_score_high() -> None:
    novelty = fit_novelty(features(900, 0), features(400, 2))
    strange = features(50, 3)
    strange[:, 150:] += 3.0  # far out, but only where ordinary images hardly differ
    assert (novelty_score(novelty, strange) > novelty.threshold).all()


def test_features_that_never_fire_do_not_divide_by_zero() -> None:
    train = features(50, 0)
    train[:, 100:] = 0
    novelty = fit_novelty(train, train)
    assert np.isfinite(novelty_score(novelty, features(5, 1))).all()
