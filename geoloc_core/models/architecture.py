"""The architecture in numbers: ResNeXt-50 32x4d (Xie et al., 2017) under torchvision's names.

`network` builds it in torch, `openvino_graph` in OpenVINO; neither is needed to check a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from geoloc_core.models.tensors import Array, CheckpointError

ARCHITECTURE = "resnext50_32x4d"
FEATURES = 2048
GROUPS = 32
BLOCKS = (3, 4, 6, 3)  # bottleneck blocks in layer1 to layer4
# of each colour channel over images scaled to 0..1, as torchvision's networks take them
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
_STEM = 64  # channels that enter layer1
_WIDTH = 128  # channels inside a block of layer1; each later layer has twice as many


def weight_shapes(cells: int) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor that the network with `cells` classes needs to predict."""
    shapes: dict[str, tuple[int, ...]] = {}
    for convolution, normalisation, shape in _convolutions():
        shapes[f"{convolution}.weight"] = shape
        for vector in ("weight", "bias", "running_mean", "running_var"):
            shapes[f"{normalisation}.{vector}"] = shape[:1]
    return shapes | {"fc.weight": (cells, FEATURES), "fc.bias": (cells,)}


def check_shapes(
    found: Mapping[str, Array], wanted: Mapping[str, tuple[int, ...]], file: str
) -> None:
    """Raise `CheckpointError` unless `found` holds every tensor of `wanted` in its shape."""
    for name, shape in wanted.items():
        if name not in found:
            raise CheckpointError(f"{file} holds no {ARCHITECTURE}: {name} is missing.")
        if found[name].shape != shape:
            raise CheckpointError(
                f"{file} holds no {ARCHITECTURE} of this kind: {name} is "
                f"{found[name].shape}, not {shape}."
            )


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
