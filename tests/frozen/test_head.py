from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from geoloc_core.frozen.head import fit_heads, principal, soft_labels
from geoloc_core.geography.grid import article_grid


def test_labels_fall_with_the_distance_to_each_centroid() -> None:
    grid = article_grid()
    (labels,) = soft_labels(grid.centroids[7:8], grid)
    assert labels.sum() == pytest.approx(1)
    assert labels.argmax() == 7
    (latitude, longitude), (other_latitude, other_longitude) = grid.centroids[7], grid.centroids[8]
    turn = np.radians([latitude, other_latitude, other_longitude - longitude])
    cosine = math.sin(turn[0]) * math.sin(turn[1]) + math.cos(turn[0]) * math.cos(
        turn[1]
    ) * math.cos(turn[2])
    away = 6371.0088 * math.acos(cosine)
    assert labels[8] / labels[7] == pytest.approx(math.exp(-away / 150), rel=1e-6)


def test_the_fit_is_where_torchs_gradient_vanishes() -> None:
    random = np.random.default_rng(0)
    pooled, labels = random.normal(2, 3, (60, 5)), random.dirichlet(np.ones(3), 60)
    weights, decay = random.uniform(0.5, 2, 60), 1e-2
    (head,) = fit_heads(pooled, labels, weights, [decay])
    scaled = torch.tensor((pooled - pooled.mean(0)) / pooled.std(0) / math.sqrt(5))
    # the weight over scaled features, as it is held back
    weight = torch.tensor(head.weight * pooled.std(0) * math.sqrt(5), requires_grad=True)
    bias = torch.tensor(head.bias, requires_grad=True)
    logs = torch.log_softmax(scaled @ weight.T + bias, dim=1)
    np.testing.assert_allclose((scaled @ weight.T + bias).detach().numpy(), head(pooled), atol=1e-9)
    shares = torch.tensor(weights / weights.sum())
    loss = -(shares[:, None] * torch.tensor(labels) * logs).sum()
    (loss + decay * ((weight**2).sum() + (bias**2).sum())).backward()
    assert weight.abs().max() > 0.05
    assert weight.grad is not None
    assert weight.grad.abs().max() < 1e-4
    assert bias.grad is not None
    assert bias.grad.abs().max() < 1e-4


def test_a_feature_that_stands_still_in_training_says_little_of_others() -> None:
    random = np.random.default_rng(1)
    pooled, labels = random.normal(size=(40, 4)), random.dirichlet(np.ones(2), 40)
    pooled[:, 3] = 1 + 1e-6 * random.normal(size=40)
    (head,) = fit_heads(pooled, labels, np.ones(40), [1e-5])
    moved = pooled[:1] + np.array([0, 0, 0, 1])
    assert np.abs(head(moved) - head(pooled[:1])).max() < 0.1


@pytest.mark.parametrize("count", [6, 50])
def test_principal_directions_are_the_libraries(count: int) -> None:
    values = np.random.default_rng(2).normal(size=(count, 12))
    values -= values.mean(axis=0)
    found = principal(values, 4)
    by_library = np.linalg.svd(values, full_matrices=False)[2][:4].T
    np.testing.assert_allclose(found.T @ found, np.eye(4), atol=1e-9)
    np.testing.assert_allclose(found @ found.T, by_library @ by_library.T, atol=1e-9)
