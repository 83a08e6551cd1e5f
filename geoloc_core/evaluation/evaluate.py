"""Scoring a model on a fold of a data set, in the way that the page predicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from geoloc_core.evaluation.scores import all_scores
from geoloc_core.files import write_whole
from geoloc_core.model.data import Fold, read_folds, read_pixels
from geoloc_core.model.predictor import Prediction, Predictor
from geoloc_core.photos.attribution import Mask


def evaluate(
    data: Path,
    model: str,
    *,
    mask: Mask | None = None,
    split: str = "test",
    views: int = 1,
    progress: bool = True,
) -> dict[str, Any]:
    """Score a model on the fold `split` of the data set in `data`.

    `model` as for `Predictor`; `mask` is the model's own if left out; `views` pictures of a
    panorama (1 to 4) make one prediction. Gives the scores beside what they were measured on.
    Raises `ManifestError` or `CheckpointError`, in words.
    """
    predictor = Predictor(model)
    checkpoint = predictor.checkpoint
    folds, fingerprint = read_folds(data, checkpoint.grid)
    fold = folds[split]
    groups = grouped_views(fold, views)
    predictions = [
        predictor.predict([read_pixels(fold.paths[row]) for row in rows], mask)
        for rows in tqdm(groups, unit=" predictions", disable=not progress)
    ]
    first = np.array([rows[0] for rows in groups])
    return {
        "model": model,
        "trained_mask": checkpoint.mask,
        "mask": predictions[0].mask,
        "split": split,
        "views": views,
        "data_fingerprint": fingerprint,
        "grid_fingerprint": checkpoint.grid.fingerprint,
        "scores": _scores(predictions, fold.cells[first], fold.points[first]),
    }


def grouped_views(fold: Fold, views: int) -> list[list[int]]:
    """The fold's rows in groups of at most `views` pictures of one panorama."""
    by_panorama: dict[str, list[int]] = {}
    for row, panorama in enumerate(fold.panoramas):
        by_panorama.setdefault(panorama, []).append(row)
    return [
        rows[start : start + views]
        for rows in by_panorama.values()
        for start in range(0, len(rows), views)
    ]


def write_evaluation(path: Path, evaluation: dict[str, Any]) -> None:
    """Write what `evaluate` gave as JSON, whole or not at all."""
    text = json.dumps(evaluation, indent=2) + "\n"
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def _scores(
    predictions: list[Prediction], cells: NDArray[np.int64], points: NDArray[np.float64]
) -> dict[str, float]:
    probabilities = np.stack([prediction.probabilities for prediction in predictions])
    estimates = {
        name: np.array([prediction.points[name] for prediction in predictions])
        for name in predictions[0].points
    }
    return all_scores(probabilities, cells, points, estimates) | {
        "unfamiliar": float(np.mean([prediction.unfamiliar for prediction in predictions])),
    }
