"""The head against slow ways to the same numbers: loops, and the library's backward pass."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import geoloc_core.models.torchvision_import  # noqa: F401  the library imports torchvision
from geoloc_core.models.class_activation import evidence_maps
from geoloc_core.models.scene.head import (
    SceneHead,
    class_activation,
    class_probabilities,
    score,
    things_seen,
)

from pytorch_grad_cam import GradCAM  # isort: skip
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # isort: skip

CLASSES, FEATURES, CELLS = 7, 5, 4


@pytest.fixture
def head() -> SceneHead:
    random = np.random.default_rng(3)
    return SceneHead(
        class_weight=random.normal(size=(CLASSES, FEATURES)).astype(np.float32),
        class_bias=random.normal(size=CLASSES).astype(np.float32),
        sharpness=0.6,
        ratio=random.uniform(0.2, 4, (CLASSES, CELLS)).astype(np.float32),
        power=0.8,
        log_prior=np.log(np.array([0.1, 0.2, 0.3, 0.4], np.float32)),
        look_weight=random.normal(size=(CELLS, FEATURES)).astype(np.float32),
        look_bias=random.normal(size=CELLS).astype(np.float32),
        look=0.3,
    )


def test_the_score_is_prior_times_what_is_seen_times_the_look(head: SceneHead) -> None:
    pooled = np.random.default_rng(5).uniform(0, 1, (2, FEATURES)).astype(np.float32)
    logits = score(head, pooled).logits
    for row, features in enumerate(pooled.tolist()):
        seen = [
            math.exp(
                (sum(w * x for w, x in zip(weights, features, strict=True)) + bias) / head.sharpness
            )
            for weights, bias in zip(
                head.class_weight.tolist(), head.class_bias.tolist(), strict=True
            )
        ]
        for cell in range(CELLS):
            mean = sum(s / sum(seen) * r for s, r in zip(seen, head.ratio[:, cell], strict=True))
            look = sum(w * x for w, x in zip(head.look_weight[cell], features, strict=True))
            expected = (
                float(head.log_prior[cell])
                + head.power * math.log(mean)
                + head.look * (look + float(head.look_bias[cell]))
            )
            assert logits[row, cell] == pytest.approx(expected, abs=1e-5)


class _Network(nn.Module):
    """The same in torch, from feature maps that a convolution gives."""

    def __init__(self, head: SceneHead) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.body = nn.Conv2d(3, FEATURES, 3)
        self.head = head

    def forward(self, images: Tensor) -> Tensor:
        head = self.head
        pooled = self.body(images).mean((2, 3))
        tensors = {
            name: torch.from_numpy(getattr(head, name))
            for name in ("class_weight", "class_bias", "ratio", "look_weight", "look_bias")
        }
        logits = pooled @ tensors["class_weight"].T + tensors["class_bias"]
        seen = torch.softmax(logits / head.sharpness, dim=1)
        known = torch.from_numpy(head.log_prior) + head.power * torch.log(seen @ tensors["ratio"])
        return known + head.look * (pooled @ tensors["look_weight"].T + tensors["look_bias"])


def test_evidence_is_the_librarys_grad_cam(head: SceneHead) -> None:
    network = _Network(head).eval()
    images = torch.rand(1, 3, 9, 11)
    maps = network.body(images).detach().numpy()
    scored = score(head, maps.mean(axis=(2, 3)))
    evidence = evidence_maps(class_activation(scored.gradients, maps))
    compared = 0
    for cell in range(CELLS):
        with GradCAM(network, [network.body]) as library:
            library.forward_target = library(images, [ClassifierOutputTarget(cell)])
            activations = library.activations_and_grads.activations[0].numpy()
            gradients = library.activations_and_grads.gradients[0].numpy()
            expected = library.get_cam_image(
                images, network.body, [], activations, gradients, False
            )
        np.testing.assert_allclose(
            evidence[0, cell], np.maximum(expected[0], 0), atol=1e-6, rtol=1e-4
        )
        compared += bool(evidence[0, cell].any())
    assert compared >= 2


def test_a_things_effect_is_what_its_odds_would_lose(head: SceneHead) -> None:
    pooled = np.random.default_rng(8).uniform(0, 1, (1, FEATURES)).astype(np.float32)
    seen = class_probabilities(head, pooled)[0]
    things = things_seen(head, pooled, most=CLASSES)
    assert sorted(thing.number for thing in things) == list(range(CLASSES))
    strongest = [float(np.abs(thing.effect).max()) for thing in things]
    assert strongest == sorted(strongest, reverse=True)
    for thing in things:
        assert thing.probability == pytest.approx(seen[thing.number])
        silent = head.ratio.astype(np.float64).copy()
        silent[thing.number] = 1
        without = head.power * np.log(seen @ silent)
        full = head.power * np.log(seen @ head.ratio)
        np.testing.assert_allclose(thing.effect, full - without, atol=1e-6)
