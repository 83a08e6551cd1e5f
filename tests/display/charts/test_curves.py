import json

import numpy as np
import pandas as pd
import pytest

from geoloc_core.display.charts.curves import error_chart, reliability_chart, withholding_chart


def rows(chart, layer):
    return chart["datasets"][chart["layer"][layer]["data"]["name"]]


def test_each_set_of_bins_is_a_line_beside_the_diagonal():
    bins = pd.DataFrame(
        {
            "low": [0.4],
            "high": [0.5],
            "images": [7],
            "confidence": [0.45],
            "accuracy": [0.3],
        }
    )
    chart = reliability_chart({"calibrated": bins, "before": bins}).to_dict()
    assert [row["line"] for row in rows(chart, 2)] == ["calibrated", "before"]
    assert rows(chart, 2)[0]["images"] == 7
    assert rows(chart, 0) == [
        {"confidence": 0, "accuracy": 0},
        {"confidence": 1, "accuracy": 1},
    ]


def test_networks_and_baselines_are_lines_of_different_kinds():
    curve = np.array([[12.5, 0.0], [640.0, 1.0]])
    chart = error_chart({"network": curve}, {"uniform": curve + np.array([100, 0])}).to_dict()
    lines = rows(chart, 1)
    assert [(row["line"], row["km"], row["share"], row["baseline"]) for row in lines] == [
        ("network", 12.5, 0, False),
        ("network", 640, 1, False),
        ("uniform", 112.5, 0, True),
        ("uniform", 740, 1, True),
    ]
    assert [row["km"] for row in rows(chart, 0)] == [25, 200, 750, 2500]


def test_accuracy_among_the_answered_is_a_line_a_network():
    curve = np.array([[0.5, 0.9], [1.0, 0.6]])
    chart = withholding_chart({"a": curve, "b": curve / 2}).to_dict()
    (lines,) = chart["datasets"].values()
    assert [(row["line"], row["answered"], row["right"]) for row in lines] == [
        ("a", 0.5, 0.9),
        ("a", 1, 0.6),
        ("b", 0.25, 0.45),
        ("b", 0.5, 0.3),
    ]
    colours = chart["encoding"]["color"]["scale"]
    assert colours["domain"] == ["a", "b"]
    assert len(set(colours["range"])) == 2


@pytest.mark.parametrize("networks", [{}, {"network": np.array([[1.0, 1.0]])}])
def test_nothing_is_loaded_from_anywhere(networks):
    chart = error_chart(networks, {"uniform": np.array([[1.0, 1.0]])}).to_dict()
    del chart["$schema"]
    assert "http" not in json.dumps(chart)
