from __future__ import annotations

import math

import numpy as np
import pytest

from geoloc_core.models.scene.formula import evaluate, functions

LAYERS = {"elevation": np.array([0.0, 3000.0]), "coast": np.array([0.0, 20.0])}
KNOWN = functions(np.array(["Goa", "Ladakh"]), np.array([15.0, 34.0]), np.array([74.0, 77.0]))


def value(formula: str) -> list[float]:
    return evaluate(formula, LAYERS, KNOWN).tolist()


def test_arithmetic_and_functions_have_their_textbook_values() -> None:
    assert value("elevation * 2 + 1") == [1, 6001]
    assert value("rise(elevation, 3000, 400)") == pytest.approx([1 / (1 + math.exp(7.5)), 0.5])
    assert value("fall(elevation, 3000, 400)")[1] == 0.5
    assert value("near(coast, 10)") == pytest.approx([1, math.exp(-2)])
    assert value('state("Goa", "Kerala")') == [1, 0]
    assert value("north_of(20)") == value("east_of(75)") == [0, 1]
    assert value("west_of(75) ** 2") == [1, 0]


@pytest.mark.parametrize(
    "formula",
    [
        "rain",
        "rise(elevation)",
        "elevation.size",
        "__import__('os')",
        "elevation - 1",
        "1 +",
        "x[0]",
    ],
)
def test_what_has_no_meaning_is_refused_with_the_formula(formula: str) -> None:
    with pytest.raises(ValueError, match="cannot be read") as refused:
        value(formula)
    assert repr(formula) in str(refused.value)
