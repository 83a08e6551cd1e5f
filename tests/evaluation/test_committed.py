import json

import pytest

from geoloc_core.evaluation.committed import committed_scores, error_curves, withholding_curves
from geoloc_core.evaluation.predictions import PredictionsError


def result(far):
    return {"curves": {"km_cumulative": {"weighted_mean": [[0, 0], [far, 1]]}}}


def test_scores_are_read_where_they_are_committed(tmp_path):
    (tmp_path / "masked.json").write_text(json.dumps(result(5)))
    assert committed_scores("masked", tmp_path) == result(5)
    assert committed_scores("unmasked", tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe"])
def test_scores_that_cannot_be_read_are_answered_in_words(tmp_path, content):
    (tmp_path / "masked.json").write_bytes(content)
    with pytest.raises(PredictionsError, match="does not hold scores"):
        committed_scores("masked", tmp_path)


def test_curves_of_networks_and_of_the_baselines_beside_them():
    results = {"a": result(5) | {"baselines": {"uniform": result(900)}}, "b": result(7)}
    networks, baselines = error_curves(results)
    assert {name: curve.tolist() for name, curve in networks.items()} == {
        "a": [[0, 0], [5, 1]],
        "b": [[0, 0], [7, 1]],
    }
    assert baselines["uniform"].tolist() == [[0, 0], [900, 1]]
    assert error_curves({}) == ({}, {})


def test_accuracy_among_the_answered_is_taken_as_it_was_measured():
    measured = [[0.25, 1.0], [1.0, 0.25]]
    curves = withholding_curves({"a": {"curves": {"accuracy_coverage": measured}}})
    assert curves["a"].tolist() == measured
