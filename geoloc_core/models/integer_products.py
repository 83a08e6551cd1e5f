"""Products of integers in a network from ONNX, as products of floats by weights that stay in int8.

OpenVINO reads MatMulInteger, but keeps its weights in 32 bits and twice: 4.1 GB of memory for 307 MB
of GeoCLIP. Weights that are turned into floats where they are used, it keeps as they are: 1.2 GB.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geoloc_core.models.openvino_graph import import_openvino


def keep_weights_in_int8(model: Any) -> int:
    """Change the `openvino.Model` in place; how many products there were.

    The sums stay whole numbers, which float32 holds exactly up to 2^24 and to 7 digits above.
    """
    import_openvino()
    from openvino import opset13 as ops

    changed = 0
    for node in model.get_ordered_ops():
        weights = _weights(node)
        if weights is None:
            continue
        numbers, zero = weights
        small = ops.convert(ops.constant(numbers), "f32")
        if zero.any():
            small = ops.subtract(small, ops.constant(zero.astype(np.float32)))
        # by 1, since it is by a scale that OpenVINO knows such weights
        small = ops.multiply(small, ops.constant(np.ones((1, numbers.shape[1]), np.float32)))
        product = ops.matmul(ops.convert(node.input_value(0), "f32"), small, False, False)
        node.output(0).replace(ops.convert(product, "i32").output(0))
        changed += 1
    return changed


def _weights(node: Any) -> tuple[Any, Any] | None:
    """The weights (in, out) of a product of integers, and their zero (1 or out); None of others."""
    if node.get_type_name() != "MatMul" or node.get_element_type().get_type_name() != "i32":
        return None
    difference = node.input_value(1).get_node()
    if difference.get_type_name() != "Subtract":
        return None
    constants = []
    for value in difference.input_values():
        wide = value.get_node()
        narrow = wide.input_value(0).get_node() if wide.get_type_name() == "Convert" else wide
        if narrow.get_type_name() != "Constant":
            return None
        constants.append(narrow.data)
    numbers, zero = constants
    return (numbers, zero) if numbers.ndim == 2 else None
