"""Committed results of made-up networks, so that every number on the Confusion page is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from geoloc_core.evaluation.predictions import Predictions, write_predictions
from geoloc_core.geography.grid import Grid, article_grid
from geoloc_core.geography.sphere import haversine_km

HOSTILE = "=Asha `${alert(1)}` <b>"


def held_out(per_cell: int = 6, grid: Grid | None = None) -> pd.DataFrame:
    """Images of `per_cell` panoramas at every centroid of a grid, or of the article's."""
    grid = grid or article_grid()
    return pd.DataFrame(
        [
            {
                "panorama": f"{cell}-{number}",
                "file": f"{cell}-{number}.jpg",
                "heading": 90.0 * (number % 4),
                "uploader": HOSTILE,
                "cell": cell,
                "latitude": latitude,
                "longitude": longitude,
            }
            for cell, (latitude, longitude) in enumerate(grid.centroids.tolist())
            for number in range(per_cell)
        ]
    )


def made_up(
    model: str, frame: pd.DataFrame, kilometres: float, grid: Grid | None = None
) -> Predictions:
    """Predictions that take near cells for one another, the farther the larger `kilometres`."""
    grid = grid or article_grid()
    points = frame[["latitude", "longitude"]].to_numpy()
    km = haversine_km(points[:, None], grid.centroids[None, :])
    noise = np.random.default_rng(1).gumbel(size=km.shape)
    return Predictions(
        frame=frame,
        logits=(noise - km / kilometres).astype(np.float32),
        novelty=np.ones(len(frame), np.float32),
        model=model,
        trained_mask="crop" if model == "masked" else "none",
        mask="crop" if model == "masked" else "none",
        split="test",
        views=1,
        temperature=1.5,
        data_fingerprint="0" * 64,
        grid_fingerprint=grid.fingerprint,
    )


def made_up_scores(predictions: Predictions) -> dict:
    """As much of `evaluation` as the page reads, with numbers that need no bootstrap."""
    shares = np.linspace(0, 1, 11).tolist()
    curve = {
        "km_cumulative": {"weighted_mean": [[1000 * share, share] for share in shares]},
        "accuracy_coverage": [[share, share / 2] for share in shares],
    }
    return {
        "predictions": len(predictions.frame),
        "panoramas": predictions.frame["panorama"].nunique(),
        "scores": {
            "top_1": {"value": 0.25, "low": 0.22, "high": 0.28},
            "weighted_mean_median_km": {"value": 321.0, "low": 300.0, "high": 340.0},
        },
        "curves": curve,
        "baselines": {"uniform": {"curves": curve}, "uploader": {"curves": curve}},
    }


def made_up_crossval() -> dict:
    """A cross-validation whose every score was 0.2 in one fold and 0.4 in the other."""
    score = {"value": 0.3, "low": 0.28, "high": 0.32, "mean": 0.3, "std": 0.1, "folds": [0.2, 0.4]}
    names = ("top_1", "top_5", "within_one_neighbour", "credible_coverage")
    return {
        "group": "both",
        "folds": 2,
        "mask": "none",
        "pictures_seen_a_fold": 1234,
        "scores": dict.fromkeys(names, score),
    }


def make_results(
    directory: Path, frame: pd.DataFrame | None = None, grid: Grid | None = None
) -> None:
    """Results of `masked` and `unmasked`, as `make scores` would lay them out, and of no other."""
    frame = held_out(grid=grid) if frame is None else frame
    for name, kilometres in {"masked": 150.0, "unmasked": 60.0}.items():
        predictions = made_up(name, frame, kilometres, grid)
        write_predictions(directory / f"{name}.parquet", predictions)
        (directory / f"{name}.json").write_text(json.dumps(made_up_scores(predictions)))
