"""Formulas over the layers: how likely each spot of a raster is, in words a reader can check.

A formula is arithmetic on layers and numbers with the functions below, such as
`rise(elevation, 3000, 400) * state("Ladakh", "Sikkim")`. It is read by Python's own parser, and
nothing that is not named here is carried out.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Values = NDArray[np.float64]
_OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Mult: operator.mul,
    ast.Pow: operator.pow,
}


def functions(states: NDArray[np.str_], latitude: Values, longitude: Values) -> dict[str, Any]:
    """The functions of formulas over spots, each (m,).

    rise, fall: a logistic step up or down at a value, over a width; near: exp(-distance / scale);
    state: 1 in any of the states named; the rest: 1 on that side of a degree, at it north and east.
    """
    return {
        "rise": lambda layer, at, width: expit((layer - at) / width),
        "fall": lambda layer, at, width: expit((at - layer) / width),
        "near": lambda distance, scale: np.exp(-np.maximum(distance, 0) / scale),
        "state": lambda *names: np.isin(states, names).astype(float),
        "north_of": lambda degrees: (latitude >= degrees).astype(float),
        "east_of": lambda degrees: (longitude >= degrees).astype(float),
        "west_of": lambda degrees: (longitude < degrees).astype(float),
    }


def evaluate(formula: str, layers: Mapping[str, Values], known: Mapping[str, Any]) -> Values:
    """The value (m,) of a formula at each spot; `layers` (m,) and `known` functions by name.

    Raises ValueError, with the formula, where it says what is not known here.
    """
    try:
        return np.asarray(_value(ast.parse(formula, mode="eval").body, layers, known), float)
    except (SyntaxError, KeyError, TypeError) as error:
        raise ValueError(f"the formula {formula!r} cannot be read: {error}") from error


def _value(node: ast.expr, layers: Mapping[str, Values], known: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return layers[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, layers, known)
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_value(left, layers, known), _value(right, layers, known))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return known[name](*(_value(each, layers, known) for each in args))
    raise TypeError(f"{ast.unparse(node)} has no meaning in a formula")
