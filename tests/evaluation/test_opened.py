"""A file that somebody uploads is opened if `pata evaluate` wrote it, and else refused in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from geoloc_core.evaluation import opened
from geoloc_core.evaluation.opened import opened_predictions
from geoloc_core.evaluation.predictions import Predictions, PredictionsError, write_predictions
from geoloc_core.geography.grid import article_grid
from tests.evaluation.made import made_predictions


def own(**changed: object) -> Predictions:
    made = made_predictions()
    frame = made.frame.assign(heading=np.nan, collection="", credible_level=0.9)
    return replace(made, frame=frame, split="photographs", **changed)


def content(predictions: Predictions, folder: Path) -> bytes:
    path = folder / "own.parquet"
    write_predictions(path, predictions)
    return path.read_bytes()


def test_what_evaluate_wrote_is_opened(tmp_path: Path) -> None:
    wrote = own(model="../../<b>mine")
    predictions, grid = opened_predictions(content(wrote, tmp_path))
    assert grid is article_grid()
    assert predictions.model == wrote.model
    np.testing.assert_array_equal(predictions.logits, wrote.logits)
    assert predictions.frame["file"].tolist() == wrote.frame["file"].tolist()


def with_column(name: str, value: object) -> Predictions:
    return replace(own(), frame=own().frame.assign(**{name: value}))


@pytest.mark.parametrize(
    "wrong",
    [
        replace(own(), split="train"),
        replace(own(), mask="<script>"),
        replace(own(), temperature=0.0),
        replace(own(), temperature="1"),
        replace(own(), logits=np.full_like(own().logits, np.nan)),
        replace(own(), logits=own().logits[:, :40]),
        with_column("cell", 58),
        with_column("cell", 1.5),
        with_column("latitude", 95.0),
        with_column("credible_level", 0.0),
        with_column("panorama", 3),
        replace(own(), frame=own().frame.drop(columns="credible_level")),
        replace(own(), model=7),
        replace(own(), frame=own().frame[:0], logits=own().logits[:0], novelty=own().novelty[:0]),
    ],
)
def test_what_it_did_not_write_is_refused(wrong: Predictions, tmp_path: Path) -> None:
    with pytest.raises(PredictionsError, match="is no evaluation"):
        opened_predictions(content(wrong, tmp_path))


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), path)
    for bad in (b"", b"no parquet", path.read_bytes(), content(own(), tmp_path)[:-50]):
        with pytest.raises(PredictionsError, match="is no evaluation"):
            opened_predictions(bad)


def test_other_cells_and_too_much_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PredictionsError, match="over cells other than"):
        opened_predictions(content(own(grid_fingerprint="0" * 64), tmp_path))
    for limit in ("MOST_BYTES", "MOST_PHOTOGRAPHS"):
        with monkeypatch.context() as patch:
            patch.setattr(opened, limit, 40)
            with pytest.raises(PredictionsError, match="larger than"):
                opened_predictions(content(own(), tmp_path))
