"""Networks in ONNX files, through OpenVINO: the package `onnx` is not needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc_core.models.adapters.card import LARGEST_SIDE, Card, Told
from geoloc_core.models.adapters.files import digest_of, first_line
from geoloc_core.models.adapters.framing import tensor_of
from geoloc_core.models.adapters.network import Network, plain_scores
from geoloc_core.models.engines import Scores
from geoloc_core.models.openvino_graph import import_openvino, openvino_core
from geoloc_core.models.tensors import CheckpointError


def onnx_network(path: Path, told: Told) -> Network:
    """The network in an ONNX file with one image going in and one row of classes coming out.

    Size and layout are those of its input where it fixes them; an input of 8-bit numbers takes
    images as they are. Raises `CheckpointError`, in words.
    """
    openvino = import_openvino()
    try:
        model = openvino_core().read_model(path)
        output = _output_of(model, path.name)
        taken = _input_of(model, path.name)
        fixed = _fixed(taken, path.name)
        layout, size = _layout(fixed, Card(**told), told, path.name)
        card = replace(Card(**told), layout=layout, size=size)
        given, batch = taken.get_element_type(), fixed[0]
        sides = [size[0], size[1], 3] if layout == "NHWC" else [3, size[0], size[1]]
        model = openvino.Model([output], model.get_parameters(), path.stem)
        model.reshape([batch, *sides])
        raw = given == openvino.Type.u8
        steps = openvino.preprocess.PrePostProcessor(model)
        steps.input().tensor().set_element_type(given if raw else openvino.Type.f32)
        steps.output().tensor().set_element_type(openvino.Type.f32)
        hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        compiled = openvino_core().compile_model(steps.build(), "CPU", hints)
    except RuntimeError as error:
        raise CheckpointError(
            f"{path.name} holds no ONNX network that OpenVINO can run: {first_line(error)}"
        ) from error

    def run(pixels: NDArray[np.uint8]) -> Scores:
        tensor: NDArray[Any] = tensor_of(pixels, card)
        if raw:
            tensor = pixels if card.layout == "NHWC" else pixels.transpose(0, 3, 1, 2)
        request = compiled.create_infer_request()  # one's own: no thread shares it
        step = len(tensor) if batch < 0 else batch
        parts = []
        for start in range(0, len(tensor), step):
            part = np.ascontiguousarray(tensor[start : start + step])
            missing = 0 if batch < 0 else batch - len(part)
            filled = np.concatenate([part, part[:1].repeat(missing, axis=0)]) if missing else part
            (numbers,) = request.infer([filled]).values()
            parts.append(np.array(numbers[: len(part)]))
        return plain_scores(np.concatenate(parts))

    return Network(path.name, run, card, digest_of(path, told))


def _input_of(model: Any, name: str) -> Any:
    if len(model.inputs) != 1:
        raise CheckpointError(
            f"{name} takes {len(model.inputs)} inputs; it must take images alone."
        )
    return model.inputs[0]


def _output_of(model: Any, name: str) -> Any:
    rows = [each for each in model.outputs if each.get_partial_shape().rank.get_length() == 2]
    if len(rows) != 1:
        raise CheckpointError(
            f"{name} gives {len(rows)} outputs with a row of numbers for each image; it must give "
            "one, with a number for each class."
        )
    return rows[0]


def _fixed(taken: Any, name: str) -> list[int]:
    """The four sides of the input, -1 where the file leaves one open."""
    shape = taken.get_partial_shape()
    if shape.rank.is_dynamic or shape.rank.get_length() != 4:
        raise CheckpointError(f"{name} takes {shape}; images are (batch, 3, height, width).")
    return [-1 if side.is_dynamic else int(side.get_length()) for side in shape]


def _layout(fixed: list[int], card: Card, told: Told, name: str) -> tuple[Any, tuple[int, int]]:
    _, first, second, third = fixed
    layout = card.layout
    if "layout" not in told:
        layout = "NHWC" if third == 3 and first != 3 else "NCHW"
    channels, height, width = (third, first, second) if layout == "NHWC" else (first, second, third)
    if channels not in (3, -1):
        raise CheckpointError(f"{name} takes {channels} channels; images have 3.")
    wanted = card.size or (224, 224)
    size = tuple(
        own if own > 0 else side for own, side in zip((height, width), wanted, strict=True)
    )
    if "size" in told and size != card.size:
        raise CheckpointError(
            f"{name} takes {size[1]} by {size[0]} pixels, and its card says otherwise."
        )
    if max(size) > LARGEST_SIDE:
        raise CheckpointError(f"{name} takes images of more than {LARGEST_SIDE} pixels a side.")
    return layout, (size[0], size[1])
