from __future__ import annotations

import math
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geoloc_core.evaluation.predictions import (
    Predictions,
    PredictionsError,
    committed_predictions,
    read_predictions,
    together,
    write_predictions,
)
from tests.evaluation.made import made_predictions


@pytest.fixture
def predictions() -> Predictions:
    return made_predictions()


def test_a_file_gives_back_what_was_written(tmp_path: Path, predictions: Predictions) -> None:
    path = tmp_path / "made.parquet"
    write_predictions(path, predictions)
    back = read_predictions(path)
    pd.testing.assert_frame_equal(back.frame, predictions.frame)
    np.testing.assert_array_equal(back.logits, predictions.logits)
    np.testing.assert_array_equal(back.novelty, predictions.novelty)
    for field in fields(Predictions)[3:]:
        assert getattr(back, field.name) == getattr(predictions, field.name), field.name


def test_logits_lose_less_than_half_precision(tmp_path: Path, predictions: Predictions) -> None:
    path = tmp_path / "made.parquet"
    exact = predictions.logits + np.float32(1e-4)
    write_predictions(path, replace(predictions, logits=exact))
    np.testing.assert_allclose(read_predictions(path).logits, exact, rtol=2**-11, atol=1e-7)


def test_probabilities_are_the_softmax_by_hand(predictions: Predictions) -> None:
    row = [math.exp(float(value) / predictions.temperature) for value in predictions.logits[3]]
    by_hand = [value / sum(row) for value in row]
    np.testing.assert_allclose(predictions.probabilities[3], by_hand, rtol=1e-9)


@pytest.mark.parametrize("views", [1, 2, 3, 4])
def test_views_of_one_panorama_are_averaged_in_order(predictions: Predictions, views: int) -> None:
    shuffled = np.random.default_rng(1).permutation(len(predictions.frame))
    mixed = replace(
        predictions,
        frame=predictions.frame.iloc[shuffled].reset_index(drop=True),
        logits=predictions.logits[shuffled],
        novelty=predictions.novelty[shuffled],
    )
    groups: dict[tuple[str, int], list[int]] = {}
    seen: dict[str, int] = {}
    for row, panorama in enumerate(mixed.frame["panorama"]):
        groups.setdefault((panorama, seen.get(panorama, 0) // views), []).append(row)
        seen[panorama] = seen.get(panorama, 0) + 1
    joined = together(mixed, views)
    assert joined.views == views
    assert len(joined.frame) == len(groups)
    for rows in groups.values():
        (found,) = np.flatnonzero(joined.frame["file"] == mixed.frame["file"][rows[0]])
        np.testing.assert_allclose(
            joined.logits[found], mixed.logits[rows].mean(axis=0), rtol=1e-5, atol=1e-5
        )
        assert joined.novelty[found] == pytest.approx(mixed.novelty[rows].mean(), rel=1e-5)
        assert joined.frame["panorama"][found] == mixed.frame["panorama"][rows[0]]


@pytest.mark.parametrize("content", [None, b"no parquet", b""])
def test_what_is_no_file_of_predictions_is_said(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "bad.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PredictionsError, match=r"bad\.parquet"):
        read_predictions(path)


def test_another_table_is_said(tmp_path: Path, predictions: Predictions) -> None:
    path = tmp_path / "table.parquet"
    predictions.frame.to_parquet(path)
    with pytest.raises(PredictionsError, match="can be read"):
        read_predictions(path)


def test_committed_by_name(tmp_path: Path, predictions: Predictions) -> None:
    assert committed_predictions("masked", tmp_path) is None
    write_predictions(tmp_path / "masked.parquet", predictions)
    found = committed_predictions("masked", tmp_path)
    assert found is not None
    assert found.model == "made"
