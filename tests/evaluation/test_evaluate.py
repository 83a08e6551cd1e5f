from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from geoloc_core.evaluation import evaluate as module
from geoloc_core.evaluation.evaluate import evaluate, grouped_views, write_evaluation
from geoloc_core.geography.grid import article_grid
from geoloc_core.model.data import Fold, read_folds

COLOURS = np.array([[200, 60, 60], [60, 200, 60], [60, 60, 200], [190, 190, 60]])
CELLS = (5, 14, 24, 36)


class ByColour:
    """Stands in for a predictor: knows the cells of the fake data's colours, but one."""

    def __init__(self, model: str) -> None:
        self.checkpoint = SimpleNamespace(grid=article_grid(), mask="crop")
        self.views: list[int] = []

    def predict(self, photos: list[np.ndarray], mask: str | None) -> SimpleNamespace:
        colour = np.mean([photo.mean(axis=(0, 1)) for photo in photos], axis=0)
        kind = int(np.abs(COLOURS - colour).sum(axis=1).argmin())
        cell = CELLS[kind] if kind else 0  # the first colour is never known
        probabilities = np.full(58, 0.1 / 57)
        probabilities[cell] = 0.9
        point = tuple(article_grid().centroids[cell])
        return SimpleNamespace(
            probabilities=probabilities,
            points={"weighted_mean": point},
            mask=mask or "crop",
            unfamiliar=kind == 0,
        )


@pytest.mark.parametrize("views", [1, 2])
def test_scores_of_a_known_predictor(fake_data: Path, monkeypatch, views: int) -> None:
    monkeypatch.setattr(module, "Predictor", ByColour)
    fold = read_folds(fake_data, article_grid())[0]["test"]
    known = float(np.mean(fold.cells != CELLS[0]))
    given = evaluate(fake_data, "model", views=views, progress=False)
    assert given["mask"] == given["trained_mask"] == "crop"
    assert given["scores"]["count"] == len(fold) // views
    assert given["scores"]["top_1"] == pytest.approx(known)
    assert given["scores"]["weighted_mean_within_25_km"] == pytest.approx(known)
    assert given["scores"]["unfamiliar"] == pytest.approx(1 - known)
    assert given["grid_fingerprint"] == article_grid().fingerprint


def test_mask_and_split_are_honoured(fake_data: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "Predictor", ByColour)
    given = evaluate(fake_data, "model", mask="none", split="validation", progress=False)
    assert (given["mask"], given["split"]) == ("none", "validation")
    fold = read_folds(fake_data, article_grid())[0]["validation"]
    assert given["scores"]["count"] == len(fold)


def test_views_of_one_panorama_stay_together() -> None:
    fold = Fold((), ("a", "b", "a", "a", "b"), np.zeros(5, np.int64), np.zeros((5, 2)))
    assert grouped_views(fold, 2) == [[0, 2], [3], [1, 4]]
    assert grouped_views(fold, 1) == [[0], [2], [3], [1], [4]]


def test_written_as_json(tmp_path: Path) -> None:
    write_evaluation(tmp_path / "scores.json", {"scores": {"top_1": 0.5}})
    assert json.loads((tmp_path / "scores.json").read_text()) == {"scores": {"top_1": 0.5}}
