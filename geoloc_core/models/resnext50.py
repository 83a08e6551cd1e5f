"""The default backbone in numbers: ResNeXt-50 32x4d (Xie et al., 2017) under torchvision's names.

`openvino_graph` builds it from these, so that predicting need not import torch.
"""

from __future__ import annotations

from collections.abc import Iterator

from geoloc_core.models.tensors import Layout

RESNEXT50 = "resnext50_32x4d"
GROUPS = 32
BLOCKS = (3, 4, 6, 3)  # bottleneck blocks in layer1 to layer4
HEAD = "fc"
_STEM = 64  # channels that enter layer1
_WIDTH = 128  # channels inside a block of layer1; each later layer has twice as many


def resnext50_layout(cells: int) -> Layout:
    """The layout of the network with `cells` classes."""
    shapes: dict[str, tuple[int, ...]] = {}
    for convolution, normalisation, shape in _convolutions():
        shapes[f"{convolution}.weight"] = shape
        for vector in ("weight", "bias", "running_mean", "running_var"):
            shapes[f"{normalisation}.{vector}"] = shape[:1]
    features = 2 * _WIDTH << len(BLOCKS) - 1
    return Layout(shapes | {f"{HEAD}.weight": (cells, features), f"{HEAD}.bias": (cells,)}, HEAD)


def _convolutions() -> Iterator[tuple[str, str, tuple[int, int, int, int]]]:
    """Every convolution with its batch normalisation: both names, the weights' shape."""
    yield "conv1", "bn1", (_STEM, 3, 7, 7)
    channels = _STEM
    for layer, blocks in enumerate(BLOCKS, start=1):
        width = _WIDTH << (layer - 1)
        for block in range(blocks):
            prefix = f"layer{layer}.{block}"
            yield f"{prefix}.conv1", f"{prefix}.bn1", (width, channels, 1, 1)
            yield f"{prefix}.conv2", f"{prefix}.bn2", (width, width // GROUPS, 3, 3)
            yield f"{prefix}.conv3", f"{prefix}.bn3", (2 * width, width, 1, 1)
            if block == 0:
                shape = (2 * width, channels, 1, 1)
                yield f"{prefix}.downsample.0", f"{prefix}.downsample.1", shape
            channels = 2 * width
