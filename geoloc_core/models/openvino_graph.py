"""The scoring graph in OpenVINO: normalisation, backbone, class activation maps, logits.

The same as `torch_engine.ScoringGraph`. That of the default backbone is built from a checkpoint's
arrays by hand, so that torch is not needed; those of others are converted, which takes seconds.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from geoloc_core.models import resnext50
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.tensors import Array

HEAD = "head"  # the last convolution's name in the graph: quantisation leaves it as it is
_EPSILON = 1e-5  # torch's own in batch normalisation
_SPATIAL = np.array([2, 3])


def import_openvino() -> Any:
    """Import OpenVINO without its telemetry, which calls its maker as soon as it is imported."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


@cache
def openvino_core() -> Any:
    """OpenVINO's core, one for the process and for ever.

    Each core gives its thread another stack for signals and takes it back when it goes; of two, the
    first to go leaves the other's thread a stack that is no more, and the next signal is the last.
    """
    return import_openvino().Core()


def scoring_model(checkpoint: Checkpoint) -> Any:
    """Everything from framed pixels to an engine's `Scores` as one `openvino.Model`.

    Takes pixels (b, size, size, 3) uint8 for any b, gives logits (b, n), class activation maps
    (b, n, h, w) and pooled features (b, f).
    """
    by_hand = checkpoint.architecture == resnext50.RESNEXT50
    model = _built(checkpoint) if by_hand else _converted(checkpoint)
    # a cache of compiled models knows this one by its names, which would be numbers that count on
    for output, name in zip(model.outputs, ("logits", "cam", "pooled"), strict=True):
        output.get_tensor().set_names({name})
    for number, node in enumerate(model.get_ordered_ops()):
        if node.get_friendly_name() != HEAD:
            node.set_friendly_name(f"{node.get_type_name()}_{number}")
    return model


def _converted(checkpoint: Checkpoint) -> Any:
    """The graph as it is in torch."""
    openvino = import_openvino()
    import torch

    from geoloc_core.models.torch_engine import ScoringGraph

    size = checkpoint.size
    return openvino.convert_model(
        ScoringGraph(checkpoint),
        example_input=torch.zeros((2, size, size, 3), dtype=torch.uint8),
        input=[([-1, size, size, 3], openvino.Type.u8)],
    )


def _built(checkpoint: Checkpoint) -> Any:
    """The graph of the default backbone."""
    openvino = import_openvino()
    from openvino import opset13 as ops

    size = checkpoint.size
    pixels = ops.parameter([-1, size, size, 3], openvino.Type.u8, name="pixels")
    mean, std = (
        255 * np.array(each, np.float32)[None, :, None, None]
        for each in (checkpoint.mean, checkpoint.std)
    )
    images = ops.transpose(ops.convert(pixels, "f32"), np.array([0, 3, 1, 2]))
    normalised = ops.divide(ops.subtract(images, mean), std)
    maps = _features(ops, checkpoint.state, normalised)
    weight, bias = (checkpoint.state[f"{resnext50.HEAD}.{each}"] for each in ("weight", "bias"))
    cam = _convolution(ops, maps, weight[:, :, None, None])
    cam.set_friendly_name(HEAD)
    logits = ops.add(ops.reduce_mean(cam, _SPATIAL), bias)
    return openvino.Model([logits, cam, ops.reduce_mean(maps, _SPATIAL)], [pixels], "pata")


def _features(ops: Any, state: Mapping[str, Array], images: Any) -> Any:
    """Normalised images (b, 3, h, w) to the last feature map (b, f, h / 32, w / 32)."""
    maps = ops.relu(_normalised(ops, state, images, "conv1", "bn1", stride=2, padding=3))
    maps = ops.max_pool(maps, [2, 2], [1, 1], [1, 1], [1, 1], [3, 3]).output(0)
    for layer, blocks in enumerate(resnext50.BLOCKS, start=1):
        for block in range(blocks):
            stride = 2 if layer > 1 and block == 0 else 1
            maps = _bottleneck(ops, state, maps, f"layer{layer}.{block}", stride)
    return maps


def _bottleneck(ops: Any, state: Mapping[str, Array], maps: Any, name: str, stride: int) -> Any:
    def step(maps: Any, number: int, **options: int) -> Any:
        convolution, normalisation = f"{name}.conv{number}", f"{name}.bn{number}"
        return _normalised(ops, state, maps, convolution, normalisation, **options)

    inner = ops.relu(step(maps, 1))
    inner = ops.relu(step(inner, 2, stride=stride, padding=1, groups=resnext50.GROUPS))
    if f"{name}.downsample.0.weight" in state:
        convolution, normalisation = f"{name}.downsample.0", f"{name}.downsample.1"
        maps = _normalised(ops, state, maps, convolution, normalisation, stride=stride)
    return ops.relu(ops.add(step(inner, 3), maps))


def _normalised(
    ops: Any,
    state: Mapping[str, Array],
    maps: Any,
    convolution: str,
    normalisation: str,
    **options: int,
) -> Any:
    """A convolution and its batch normalisation, folded into one convolution with a bias."""
    scale, shift, mean, variance = (
        state[f"{normalisation}.{vector}"]
        for vector in ("weight", "bias", "running_mean", "running_var")
    )
    scale = scale / np.sqrt(variance + _EPSILON)
    weight = state[f"{convolution}.weight"] * scale[:, None, None, None]
    bias = (shift - mean * scale)[None, :, None, None]
    return ops.add(_convolution(ops, maps, weight, **options), ops.constant(bias))


def _convolution(
    ops: Any, maps: Any, weight: Array, stride: int = 1, padding: int = 0, groups: int = 1
) -> Any:
    """A convolution by weights (out, in / groups, h, w)."""
    options = [stride] * 2, [padding] * 2, [padding] * 2, [1, 1]
    if groups == 1:  # a constant made here: left to the operation, an array becomes a list first
        return ops.convolution(maps, ops.constant(weight), *options)
    grouped = weight.reshape(groups, -1, *weight.shape[1:])
    return ops.group_convolution(maps, ops.constant(grouped), *options)
