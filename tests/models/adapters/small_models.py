"""Small networks as files of every kind, and what torch says of them: the oracle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

SIDE = 40
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Small(nn.Module):
    """A convolution, pooling and a linear layer, or with `probabilities` a softmax after them."""

    def __init__(self, classes: int = 58, *, probabilities: bool = False) -> None:
        super().__init__()
        torch.manual_seed(classes)
        self.convolution = nn.Conv2d(3, 6, 3, stride=2)
        self.head = nn.Linear(6, classes)
        nn.init.normal_(self.head.weight, std=3.0)
        self.probabilities = probabilities

    def forward(self, images: Tensor) -> Tensor:
        features = torch.relu(self.convolution(images)).mean(dim=(2, 3))
        logits = self.head(features)
        return logits.softmax(dim=1) if self.probabilities else logits


def photos(count: int = 3, side: int = SIDE) -> np.ndarray:
    """Images (count, side, side, 3) of coarse noise."""
    coarse = np.random.default_rng(5).integers(0, 256, (count, side // 8, side // 8, 3), np.uint8)
    return coarse.repeat(8, axis=1).repeat(8, axis=2)


def normalised(images: np.ndarray, mean=MEAN, std=STD) -> Tensor:
    """As the textbook has it, in double precision."""
    scaled = (torch.from_numpy(images).double() / 255 - torch.tensor(mean)) / torch.tensor(std)
    return scaled.permute(0, 3, 1, 2).float()


def resized(images: np.ndarray, side: int, way=Image.Resampling.BILINEAR) -> np.ndarray:
    return np.stack([np.asarray(Image.fromarray(one).resize((side, side), way)) for one in images])


def said_by(module: Callable[[Tensor], Tensor], images: np.ndarray, **by: object) -> np.ndarray:
    """The probabilities that a module gives of framed images, called directly."""
    with torch.no_grad():
        logits = module(normalised(images, **by))
    return logits.double().softmax(dim=1).numpy()


def write_onnx(
    path: Path, small: Small, *, batch: int = -1, side: int = SIDE, nhwc: bool = False
) -> Path:
    """`small` as an ONNX file, written message by message: onnx is not installed.

    The wire format of protocol buffers; numbers of fields are those of onnx.proto.
    """
    state = {name: tensor.detach().numpy() for name, tensor in small.state_dict().items()}
    start = "turned" if nhwc else "images"
    nodes = [
        *([_node("Transpose", ["images"], "turned", perm=[0, 3, 1, 2])] if nhwc else []),
        _node("Conv", [start, "convolution.weight", "convolution.bias"], "c", strides=[2, 2]),
        _node("Relu", ["c"], "r"),
        _node("GlobalAveragePool", ["r"], "p"),
        _node("Flatten", ["p"], "f"),
        _node("Gemm", ["f", "head.weight", "head.bias"], "logits", transB=1),
        *([_node("Softmax", ["logits"], "shares")] if small.probabilities else []),
    ]
    sides = [batch, side, side, 3] if nhwc else [batch, 3, side, side]
    graph = b"".join(_field(1, node) for node in nodes)
    graph += _field(2, b"small")
    graph += b"".join(_field(5, _tensor(name, of)) for name, of in state.items())
    graph += _field(11, _value("images", sides))
    output = "shares" if small.probabilities else "logits"
    graph += _field(12, _value(output, [batch, small.head.out_features]))
    path.write_bytes(_number(1, 8) + _field(7, graph) + _field(8, _number(2, 13)))
    return path


def _varint(number: int) -> bytes:
    number &= 2**64 - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _node(kind: str, given: list[str], gives: str, **attributes: int | list[int]) -> bytes:
    node = b"".join(_field(1, name.encode()) for name in given)
    node += _field(2, gives.encode()) + _field(4, kind.encode())
    for name, value in attributes.items():
        attribute = _field(1, name.encode())
        if isinstance(value, int):
            attribute += _number(3, value) + _number(20, 2)
        else:
            attribute += b"".join(_number(8, each) for each in value) + _number(20, 7)
        node += _field(5, attribute)
    return node


def _tensor(name: str, of: np.ndarray) -> bytes:
    sides = b"".join(_number(1, side) for side in of.shape)
    return sides + _number(2, 1) + _field(8, name.encode()) + _field(9, of.tobytes())


def _value(name: str, sides: list[int]) -> bytes:
    shape = b"".join(_field(1, _field(2, b"b") if side < 0 else _number(1, side)) for side in sides)
    return _field(1, name.encode()) + _field(2, _field(1, _number(1, 1) + _field(2, shape)))
