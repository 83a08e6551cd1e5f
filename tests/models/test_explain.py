"""The library's methods: each against its formula in plain steps, and against the closed form."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import Tensor

from geoloc_core.models.checkpoint import Checkpoint, CheckpointError
from geoloc_core.models.class_activation import evidence_maps
from geoloc_core.models.explain import METHODS, _explainable, explain, explainable_layers
from geoloc_core.models.torch_engine import torch_engine
from tests.random_model import random_checkpoint

from torchvision.models import get_model  # isort: skip

CELL = 0


def maps_and_gradients(checkpoint: Checkpoint, image: np.ndarray) -> tuple[Tensor, Tensor]:
    """Activations of layer3 and the cell's gradient by them, (c, h, w) each, in torchvision."""
    network = get_model(checkpoint.architecture, num_classes=len(checkpoint.grid)).eval()
    network.load_state_dict({k: torch.from_numpy(t) for k, t in checkpoint.state.items()})
    scaled = (image / 255 - np.array(checkpoint.mean)) / np.array(checkpoint.std)
    maps = torch.from_numpy(scaled.transpose(2, 0, 1)[None].astype(np.float32))
    for name, module in network.named_children():
        maps = module(maps)
        if name == "layer3":
            break
    maps = maps.detach().requires_grad_(True)
    logit = network.fc(network.avgpool(network.layer4(maps)).flatten(1))[0, CELL]
    (gradient,) = torch.autograd.grad(logit, maps)
    return maps.detach()[0], gradient[0]


@pytest.mark.parametrize("method", METHODS)
def test_layer3_by_each_methods_formula(
    checkpoint: Checkpoint, images: np.ndarray, method: str
) -> None:
    maps, gradient = maps_and_gradients(checkpoint, images[0])
    if method == "Grad-CAM":
        relevance = gradient.mean(dim=(1, 2), keepdim=True) * maps
    elif method == "HiResCAM":
        relevance = gradient * maps
    else:  # Grad-CAM++, equation 19 of its paper
        total = maps.sum(dim=(1, 2), keepdim=True)
        alpha = gradient**2 / (2 * gradient**2 + total * gradient**3 + 1e-6)
        alpha[gradient == 0] = 0
        relevance = (alpha * gradient.relu()).sum(dim=(1, 2), keepdim=True) * maps
    expected = relevance.sum(dim=0).relu().numpy()
    assert expected.max() > 0

    found = explain(checkpoint, images[0], CELL, method, "last but one", mask="none")
    assert found.shape == (6, 6)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3 * expected.max())


def test_grad_cam_at_layer4_is_the_closed_form(checkpoint: Checkpoint, images: np.ndarray) -> None:
    cam = torch_engine(checkpoint, bf16=False)(images[:1]).cam
    found = explain(checkpoint, images[0], CELL, "Grad-CAM", "last", mask="none")
    np.testing.assert_allclose(found, evidence_maps(cam)[0, CELL], rtol=0, atol=1e-6)


@pytest.mark.parametrize("backbone", ["efficientnet_b0", "tf_efficientnet_lite0"])
def test_layers_of_another_backbone(backbone: str, images: np.ndarray) -> None:
    checkpoint = random_checkpoint(backbone=backbone)
    cam = torch_engine(checkpoint, bf16=False)(images[:1]).cam
    found = explain(checkpoint, images[0], CELL, "HiResCAM", "last", mask="none")
    evidence = evidence_maps(cam)[0, CELL]
    np.testing.assert_allclose(found, evidence, rtol=0, atol=1e-4 * evidence.max() + 1e-9)
    assert explain(checkpoint, images[0], CELL, layer="last but one").shape == (6, 6)


def test_no_gradient_is_left_behind(checkpoint: Checkpoint, images: np.ndarray) -> None:
    explain(checkpoint, images[0], CELL, layer="last but one")
    network, _ = _explainable(checkpoint)
    assert not any(p.requires_grad or p.grad is not None for p in network.parameters())


def test_threads_do_not_disturb_one_another(checkpoint: Checkpoint, images: np.ndarray) -> None:
    def one(image: np.ndarray) -> np.ndarray:
        return explain(checkpoint, image, CELL, "HiResCAM", "last but one")

    alone = [one(image) for image in images[:2]]
    with ThreadPoolExecutor(2) as pool:
        for found, wanted in zip(pool.map(one, images[:2]), alone, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-7)


def test_a_network_of_one_scale_has_no_last_but_one_layer(images: np.ndarray) -> None:
    checkpoint = random_checkpoint(backbone="convmixer_1024_20_ks9_p14")
    assert explainable_layers(checkpoint) == ("last",)
    with pytest.raises(CheckpointError, match="has no feature map of twice its last one's side"):
        explain(checkpoint, images[0], CELL, layer="last but one")


def test_unknown_method_is_refused(checkpoint: Checkpoint, images: np.ndarray) -> None:
    with pytest.raises(KeyError):
        explain(checkpoint, images[0], CELL, "guess")
