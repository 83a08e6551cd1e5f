from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from geoloc_core.evaluation.baselines import read_baselines
from geoloc_core.evaluation.evaluate import (
    evaluate,
    evaluation,
    predict_fold,
    scores_text,
    write_evaluation,
)
from geoloc_core.evaluation.predictions import Predictions, read_predictions
from geoloc_core.geography.grid import article_grid
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.engines import Scores
from geoloc_core.models.ood import Novelty
from geoloc_core.training.batches import read_folds
from tests.evaluation.made import made_predictions

COLOURS = np.array([[200, 60, 60], [60, 200, 60], [60, 60, 200], [190, 190, 60]])
CELLS = (5, 14, 24, 36)


class ByColour:
    """Stands in for a predictor: knows the cells of the fake data's colours, but one."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.batches: list[int] = []
        self.checkpoint = SimpleNamespace(
            grid=article_grid(),
            mask="crop",
            size=32,
            temperature=0.5,
            conformal=(0.9, 0.8, 0.7, 0.6),
            novelty=Novelty(
                np.zeros(3), np.eye(3)[:1], np.ones(1), noise_variance=1.0, threshold=1.0
            ),
        )

    def score_photos(self, photos: list[np.ndarray], mask: str) -> Scores:
        return self.score(np.stack([preprocess(photo, mask, 32) for photo in photos]))

    def score(self, pixels: np.ndarray) -> Scores:
        assert pixels.shape[1:] == (32, 32, 3)
        self.batches.append(len(pixels))
        colours = pixels.mean(axis=(1, 2))
        kinds = np.abs(COLOURS[None] - colours[:, None]).sum(axis=2).argmin(axis=1)
        logits = np.zeros((len(pixels), 58), np.float32)
        cells = np.where(kinds == 0, 0, np.array(CELLS)[kinds])  # the first is never known
        logits[np.arange(len(pixels)), cells] = 4
        return Scores(logits, np.zeros((len(pixels), 58, 1, 1)), colours.astype(np.float32))


def baselines_of(predictions: Predictions) -> dict[str, Predictions]:
    return {"uniform": replace(predictions, logits=np.zeros_like(predictions.logits))}


@pytest.mark.parametrize("views", [1, 2])
def test_a_known_predictor_on_the_test_fold(fake_data: Path, tmp_path: Path, views: int) -> None:
    fold = read_folds(fake_data, article_grid())[0]["test"]
    known = float(np.mean(fold.cells != CELLS[0]))
    out = tmp_path / "results" / "by.colour"
    given = evaluate(
        fake_data, "somewhere/m.pt", views=views, out=out, progress=False, load=ByColour
    )
    scores = given["scores"]
    assert given["model"] == "m"
    assert given["mask"] == given["trained_mask"] == "crop"
    assert given["predictions"] == len(fold) // views
    assert given["panoramas"] == len(fold) // 2
    assert given["credible_level"] == (0.9, 0.8)[views - 1]
    assert scores["top_1"]["value"] == pytest.approx(known, rel=1e-5)
    assert scores["top_1"]["low"] < known < scores["top_1"]["high"]
    assert scores["likeliest_cell_within_25_km"]["value"] == pytest.approx(known, rel=1e-5)
    assert given["grid_fingerprint"] == article_grid().fingerprint
    assert given["baselines"]["mean_colour"]["scores"]["top_1"]["value"] == 1
    assert given["baselines"]["uniform"]["scores"]["top_1"]["value"] == pytest.approx(1 / 58, 1e-4)

    folder = out.parent
    assert json.loads((folder / "by.colour.json").read_text()) == given
    kept = read_predictions(folder / "by.colour.parquet")
    level = given["credible_level"]
    baselines = read_baselines(folder / "baselines.parquet")
    assert evaluation(kept, article_grid(), level, baselines) == given


def test_nothing_is_written_unasked(
    fake_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert evaluate(fake_data, "m", progress=False, load=ByColour)["scores"]
    assert list(tmp_path.iterdir()) == []


def test_predictions_of_a_fold_are_in_its_order(fake_data: Path) -> None:
    predictor = ByColour("m")
    fold = read_folds(fake_data, article_grid())[0]["validation"]
    given = predict_fold(predictor, fake_data, "none", "validation", 1, progress=False)
    assert (given.mask, given.split, given.views) == ("none", "validation", 1)
    assert given.frame["file"].tolist() == [path.name for path in fold.paths]
    assert given.cells.tolist() == fold.cells.tolist()
    assert set(given.frame["uploader"]) <= {f"uploader {number}" for number in range(7)}
    assert sum(predictor.batches) == len(fold)
    likeliest = np.where(fold.cells == CELLS[0], 0, fold.cells)
    assert given.logits.argmax(axis=1).tolist() == likeliest.tolist()
    assert (given.novelty > 0).all()


def test_other_images_and_other_grids_are_refused() -> None:
    predictions = made_predictions()
    judged = partial(evaluation, grid=article_grid(), conformal_level=0.9)
    with pytest.raises(ValueError, match="other images"):
        judged(predictions, known=baselines_of(made_predictions(panoramas=5)))
    with pytest.raises(ValueError, match="another grid"):
        judged(replace(predictions, grid_fingerprint="f" * 64), known={})


def test_a_score_takes_one_line_of_json(tmp_path: Path) -> None:
    predictions = made_predictions()
    given = evaluation(predictions, article_grid(), 0.9, baselines_of(predictions))
    write_evaluation(tmp_path / "scores.json", given)
    text = (tmp_path / "scores.json").read_text()
    assert json.loads(text) == given
    (line,) = [line for line in text.splitlines() if line.startswith('  "top_1"')]
    assert '"low"' in line
    assert '"high"' in line
    assert len(scores_text(given).splitlines()) == len(given["scores"]) + 1
