"""The closed form against the library that computes Grad-CAM by a backward pass."""

from __future__ import annotations

import numpy as np
import torch

from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.class_activation import evidence_maps
from geoloc_core.models.torch_engine import ScoringGraph, class_activation_maps

from pytorch_grad_cam import GradCAM  # isort: skip  after torchvision's import is mended
from pytorch_grad_cam.utils.image import scale_cam_image
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget


def test_evidence_is_the_librarys_grad_cam(checkpoint: Checkpoint, pictures: np.ndarray) -> None:
    graph = ScoringGraph(checkpoint)
    normalised = graph.normalised(torch.from_numpy(pictures[:1]))
    with torch.no_grad():
        features = graph.network.features(normalised)
        cam = class_activation_maps(features, graph.network.fc.weight).numpy()
    network = graph.network.requires_grad_(True)
    for cell in np.argsort(-cam.max(axis=(0, 2, 3)))[:3]:
        evidence = evidence_maps(cam)[:, cell]
        for _ in range(2):  # as the library does, once a layer and once over the layers
            evidence = scale_cam_image(evidence, pictures.shape[1:3])
        with GradCAM(network, [network.layer4]) as library:
            expected = library(normalised, [ClassifierOutputTarget(cell)])
        assert np.abs(evidence - expected).max() < 1e-5


def test_before_scaling_the_evidence_is_what_the_gradient_says(
    checkpoint: Checkpoint, pictures: np.ndarray
) -> None:
    graph = ScoringGraph(checkpoint)
    features = graph.network.features(graph.normalised(torch.from_numpy(pictures[:1])))
    features.requires_grad_(True)
    logit = graph.network.head(features)[0, 5]
    (gradient,) = torch.autograd.grad(logit, features)
    channel_weights = gradient.mean(dim=(2, 3), keepdim=True)
    expected = torch.relu((channel_weights * features).sum(dim=1))[0].detach().numpy()

    cam = class_activation_maps(features, graph.network.fc.weight).detach().numpy()
    np.testing.assert_allclose(evidence_maps(cam)[0, 5], expected, rtol=1e-4, atol=1e-7)
