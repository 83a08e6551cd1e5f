"""Weights that stay in int8: the same numbers as before, of ONNX and of a product made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geoloc_core.models.integer_products import keep_weights_in_int8
from geoloc_core.models.openvino_graph import import_openvino, openvino_core

SMALL = Path(__file__).parents[1] / "assets" / "small_geoclip.onnx"
EXACT = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}


def run(model: Any, inputs: np.ndarray) -> np.ndarray:
    (output,) = openvino_core().compile_model(model, "CPU", EXACT)([inputs]).values()
    return output


def product(numbers: np.ndarray, zero: np.ndarray) -> Any:
    """round(x) times (numbers - zero) in whole numbers, as OpenVINO reads a MatMulInteger."""
    openvino = import_openvino()
    from openvino import opset13 as ops

    x = ops.parameter([-1, len(numbers)], openvino.Type.f32)
    wide = [ops.convert(ops.constant(each), "i32") for each in (numbers, zero)]
    whole = ops.convert(ops.convert(ops.round(x), "i8"), "i32")
    result = ops.matmul(whole, ops.subtract(*wide), False, False)
    return openvino.Model([ops.convert(result, "f32")], [x], "product")


def test_a_quantised_network_gives_the_same() -> None:
    images = np.random.default_rng(5).standard_normal((1, 3, 224, 224)).astype(np.float32)
    model = openvino_core().read_model(SMALL)
    before = run(model, images)
    assert keep_weights_in_int8(model) == SMALL.read_bytes().count(b"MatMulInteger") > 10
    np.testing.assert_allclose(run(model, images), before, rtol=0, atol=1e-6)
    assert keep_weights_in_int8(model) == 0


@pytest.mark.parametrize(
    ("kind", "zero"),
    [
        (np.int8, np.array(0, np.int8)),
        (np.uint8, np.array(128, np.uint8)),
        (np.int8, np.arange(5, dtype=np.int8)),
    ],
    ids=["signed", "unsigned", "a zero for each column"],
)
def test_a_product_is_that_of_the_numbers(kind: type, zero: np.ndarray) -> None:
    random = np.random.default_rng(0)
    limits = np.iinfo(kind)
    numbers = random.integers(limits.min, limits.max + 1, (40, 5)).astype(kind)
    x = random.integers(-128, 128, (3, 40)).astype(np.float32)
    model = product(numbers, zero)
    assert keep_weights_in_int8(model) == 1
    expected = x.astype(int) @ (numbers.astype(int) - zero.astype(int))
    np.testing.assert_array_equal(run(model, x), expected)


def test_what_is_no_product_by_fixed_integers_is_left() -> None:
    openvino = import_openvino()
    from openvino import opset13 as ops

    x = ops.parameter([2, 2], openvino.Type.i32)
    ours = ops.matmul(x, ops.subtract(x, ops.constant(np.int32(1))), False, False)
    floats = ops.matmul(ops.convert(ours, "f32"), np.ones((2, 2), np.float32), False, False)
    assert keep_weights_in_int8(openvino.Model([floats], [x], "other")) == 0
