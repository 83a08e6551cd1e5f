import numpy as np
import pytest

from geoloc_core.evaluation.metrics import expected_calibration_error, sureness
from geoloc_core.evaluation.reliability import reliability_bins
from tests.evaluation.made import made_predictions


def test_bins_against_a_count_by_hand():
    probabilities = np.array([[0.4, 0.6], [0.58, 0.42], [0.05, 0.95], [1.0, 0.0]])
    bins = reliability_bins(probabilities, np.array([1, 1, 1, 0]))
    assert bins["low"].tolist() == pytest.approx([8 / 15, 14 / 15])
    assert bins["high"].tolist() == pytest.approx([9 / 15, 1])
    assert bins["images"].tolist() == [2, 2]
    assert bins["confidence"].tolist() == pytest.approx([0.59, 0.975])
    assert bins["accuracy"].tolist() == [0.5, 1]


def test_the_bins_gaps_make_the_calibration_error():
    predictions = made_predictions()
    probabilities, cells = predictions.probabilities, predictions.cells
    bins = reliability_bins(probabilities, cells)
    gaps = (bins["accuracy"] - bins["confidence"]).abs() @ bins["images"] / len(cells)
    once = np.ones((1, len(cells)), np.int64)
    assert bins["images"].sum() == len(cells)
    assert gaps == pytest.approx(
        expected_calibration_error(sureness(probabilities, cells), once)[0]
    )


def test_weights_are_as_if_rows_were_repeated() -> None:
    random = np.random.default_rng(4)
    probabilities = random.dirichlet(np.full(58, 0.05), 40)
    cells = random.integers(0, 58, 40)
    times = random.integers(1, 4, 40)
    again = np.repeat(np.arange(40), times)
    found = reliability_bins(probabilities, cells, times.astype(float))
    repeated = reliability_bins(probabilities[again], cells[again])
    columns = ["low", "high", "confidence", "accuracy"]
    np.testing.assert_allclose(found[columns], repeated[columns])
    assert found["images"].sum() == 40
