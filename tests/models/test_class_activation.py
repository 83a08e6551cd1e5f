"""The closed form against the library that computes Grad-CAM by a backward pass."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

import geoloc_core.models.torchvision_import  # noqa: F401  before torchvision
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.class_activation import evidence_maps
from geoloc_core.models.resnext50 import RESNEXT50
from geoloc_core.models.torch_engine import ScoringGraph, class_activation_maps, torch_engine
from tests.random_model import random_checkpoint

import timm  # isort: skip
from pytorch_grad_cam import GradCAM  # isort: skip
from pytorch_grad_cam.utils.image import scale_cam_image  # isort: skip
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # isort: skip
from torchvision.models import get_model  # isort: skip

# by backbone: the library's own network, uncut, and its last layer that gives a feature map
NETWORKS: dict[str, tuple[Callable[[int], nn.Module], Callable[[nn.Module], nn.Module]]] = {
    RESNEXT50: (lambda n: get_model(RESNEXT50, num_classes=n), lambda network: network.layer4),
    "resnet18": (lambda n: get_model("resnet18", num_classes=n), lambda network: network.layer4),
    "regnet_y_400mf": (
        lambda n: get_model("regnet_y_400mf", num_classes=n),
        lambda network: network.trunk_output.block4,
    ),
    "tf_efficientnet_lite0": (
        lambda n: timm.create_model("tf_efficientnet_lite0", num_classes=n),
        lambda network: network.bn2,
    ),
}


@pytest.mark.parametrize("backbone", NETWORKS)
def test_evidence_is_the_librarys_grad_cam(backbone: str, images: np.ndarray) -> None:
    checkpoint = random_checkpoint(backbone=backbone)
    make, last_layer = NETWORKS[backbone]
    network = make(len(checkpoint.grid))
    network.load_state_dict({k: torch.from_numpy(t) for k, t in checkpoint.state.items()})
    network.eval()
    scaled = (images[:1] / 255 - np.array(checkpoint.mean)) / np.array(checkpoint.std)
    normal = torch.from_numpy(scaled.transpose(0, 3, 1, 2).astype(np.float32))

    cam = torch_engine(checkpoint, bf16=False)(images[:1]).cam
    for cell in np.argsort(-cam.max(axis=(0, 2, 3)))[:3]:
        evidence = evidence_maps(cam)[:, cell]
        for _ in range(2):  # as the library does, once a layer and once over the layers
            evidence = scale_cam_image(evidence, images.shape[1:3])
        with GradCAM(network, [last_layer(network)]) as library:
            expected = library(normal, [ClassifierOutputTarget(int(cell))])
        assert expected.max() == pytest.approx(1, abs=1e-3)
        assert np.abs(evidence - expected).max() < 1e-4


def test_before_scaling_the_evidence_is_what_the_gradient_says(
    checkpoint: Checkpoint, images: np.ndarray
) -> None:
    graph = ScoringGraph(checkpoint)
    features = graph.network.features(graph.network.normalise(torch.from_numpy(images[:1])))
    features.requires_grad_(True)
    logit = graph.network.logits(features)[0, 5]
    (gradient,) = torch.autograd.grad(logit, features)
    channel_weights = gradient.mean(dim=(2, 3), keepdim=True)
    expected = torch.relu((channel_weights * features).sum(dim=1))[0].detach().numpy()

    cam = class_activation_maps(features, graph.network.head.weight).detach().numpy()
    np.testing.assert_allclose(evidence_maps(cam)[0, 5], expected, rtol=1e-4, atol=1e-7)
