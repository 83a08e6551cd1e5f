"""Cross-validation: every image is predicted by a network that has seen nothing of its group.

Each round leaves a checkpoint and the predictions of the fold that it held out. What is there is
not made again, and a round belongs to the process that has locked it: so an interrupted run goes
on, and further processes started in the same way take the rounds that nobody is at.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from geoloc_core.data.folds import Group, round_folds
from geoloc_core.data.manifest import read_manifest
from geoloc_core.errors import UserError
from geoloc_core.evaluation.bootstrap import REPLICATES, SHARE, cluster_counts
from geoloc_core.evaluation.evaluate import predict_fold, write_evaluation
from geoloc_core.evaluation.predictions import (
    Predictions,
    in_half_precision,
    read_predictions,
    write_predictions,
)
from geoloc_core.evaluation.scores import errors_km, metrics_of, value_of, with_interval
from geoloc_core.geography.grid import Grid, article_grid
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.predictor import Predictor
from geoloc_core.training.batches import manifest_fingerprint
from geoloc_core.training.loop import train
from geoloc_core.training.recipe import Recipe


class CrossvalError(UserError):
    """A cross-validation that cannot be done; the message is the sentence to show."""


def predict_round(
    checkpoint: Path,
    data: Path,
    fold_of: NDArray[np.str_],
    number: int,
    progress: bool,
    load: Callable[[Path], Predictor] = Predictor,
) -> Predictions:
    """Predict the images that round `number` held out, with the predictor that `load` makes.

    The frame has two columns more: fold, and credible_level, the share of probability that the
    round's cells of the prediction set hold.
    """
    predictor = load(checkpoint)
    given = predict_fold(predictor, data, None, "test", 1, fold_of=fold_of, progress=progress)
    level = predictor.checkpoint.conformal[0]
    return replace(given, frame=given.frame.assign(fold=number, credible_level=level))


def crossval(
    data: Path,
    out: Path,
    *,
    mask: Mask,
    recipe: Recipe,
    init: str | None = None,
    group: Group = "panorama",
    folds: int = 10,
    progress: bool = True,
    fit: Callable[..., object] = train,
    predict: Callable[..., Predictions] = predict_round,
) -> dict[str, Any] | None:
    """Cross-validate on the data set in `data`, into the folder `out`.

    `fit` trains as `train` does, each time from the weights `init`; `predict` predicts as
    `predict_round` does.
    Each round leaves fold-00.safetensors and fold-00.parquet there; in the end crossval.parquet
    holds the predictions of all images and crossval.json what was measured of them, which is
    returned. None while other processes are at some rounds: the last one writes the end. Raises
    `ManifestError`, or `CrossvalError` if there are too few groups, several devices, or results in
    `out` of other data or settings.
    """
    if "LOCAL_RANK" in os.environ or torch.cuda.device_count() > 1:
        raise CrossvalError(
            "One process trains a round on one device: start the command once for each GPU, each "
            "time with its CUDA_VISIBLE_DEVICES, and without torchrun."
        )
    manifest = read_manifest(data)
    if group != "panorama" and (manifest["uploader"] == "").all():
        raise CrossvalError(
            f"Grouping by uploader needs a column uploader in the manifest of {data}."
        )
    try:
        rounds = [round_folds(manifest, group, folds, number) for number in range(folds)]
    except ValueError as error:
        raise CrossvalError(f"No cross-validation grouped by {group}: {error}") from error
    settings = {
        "group": group,
        "folds": folds,
        "mask": mask,
        "recipe": recipe.as_dict(),
        **({"init": init} if init else {}),
        "pictures_seen_a_fold": sum(stage.images for stage in recipe.stages),
        "data_fingerprint": manifest_fingerprint(manifest),
        "grid_fingerprint": article_grid().fingerprint,
    }
    _keep_settings(out / "settings.json", settings)
    kept = [out / f"fold-{number:02d}.parquet" for number in range(folds)]
    for number, (fold_of, path) in enumerate(zip(rounds, kept, strict=True)):
        with _locked(path.with_suffix(".lock")) as mine:
            if progress:
                what = "" if mine else " is in the hands of another process"
                tqdm.write(f"fold {number}, of 0 to {folds - 1}{what}", file=sys.stderr)
            if mine:
                checkpoint = path.with_suffix(".safetensors")
                if not checkpoint.is_file():
                    path.unlink(missing_ok=True)  # predictions of a network that is gone
                    given = {"recipe": recipe, "init": init, "fold_of": fold_of}
                    fit(data, mask, checkpoint, **given, progress=progress)
                if not path.is_file():
                    held_out = predict(checkpoint, data, fold_of, number, progress)
                    write_predictions(path, held_out)
    if not all(path.is_file() for path in kept):
        return None
    predictions = replace(
        out_of_fold([read_predictions(path) for path in kept]),
        data_fingerprint=manifest_fingerprint(manifest),
    )
    result = settings | report(predictions, article_grid())
    write_predictions(out / "crossval.parquet", predictions)
    write_evaluation(out / "crossval.json", result)
    return result


def out_of_fold(rounds: Sequence[Predictions]) -> Predictions:
    """The predictions of all rounds as one, each round's logits divided by its temperature."""
    together = replace(
        rounds[0],
        frame=pd.concat([each.frame for each in rounds], ignore_index=True),
        logits=np.concatenate([each.logits / each.temperature for each in rounds]),
        novelty=np.concatenate([each.novelty for each in rounds]),
        model="crossval",
        split="out of fold",
        temperature=1.0,
    )
    return in_half_precision(together)


def report(predictions: Predictions, grid: Grid) -> dict[str, Any]:
    """What is measured of `out_of_fold` predictions.

    "scores" by name: value, low and high over all predictions (see `score_predictions`), the value
    in each fold, and the mean and standard deviation (of a sample) of those.
    """
    levels = predictions.frame["credible_level"].to_numpy()
    fold_of = predictions.frame["fold"].to_numpy()
    folds = [np.flatnonzero(fold_of == fold) for fold in range(fold_of.max() + 1)]
    drawn = cluster_counts(predictions.panoramas)
    scores: dict[str, dict[str, Any]] = {}
    metrics = metrics_of(predictions, grid, levels, errors_km(predictions, grid))
    for name, metric in metrics.items():
        if name.endswith("_unscaled"):  # the temperature is in the logits
            continue
        values, statistic = metric
        of_folds = [value_of((values[rows], statistic)) for rows in folds]
        scores[name] = {
            **with_interval(metric, drawn),
            "mean": round(float(np.mean(of_folds)), 6),
            "std": round(float(np.std(of_folds, ddof=1)), 6),
            "folds": of_folds,
        }
    return {
        "predictions": len(fold_of),
        "predictions_a_fold": [len(rows) for rows in folds],
        "panoramas": int(predictions.frame["panorama"].nunique()),
        "interval": {"share": SHARE, "replicates": REPLICATES, "over": "panoramas"},
        "scores": scores,
    }


def report_text(result: dict[str, Any]) -> str:
    """The scores that `crossval` gave as lines for a reader."""
    return "\n".join(
        f"{name:32}{of['value']:>10.4g}   {of['low']:.4g} to {of['high']:.4g}"
        f"   folds {of['mean']:.4g} ± {of['std']:.4g}"
        for name, of in result["scores"].items()
    )


def _keep_settings(path: Path, settings: dict[str, Any]) -> None:
    """Write the settings to `path`; raises `CrossvalError` if it holds others."""
    if path.is_file() and json.loads(path.read_text(encoding="utf-8")) != settings:
        raise CrossvalError(
            f"{path.parent} holds a cross-validation of other data or with other settings. "
            "Give another --out."
        )
    write_evaluation(path, settings)


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Lock the file at `path` unless somebody has, and say which; ends with block or process."""
    with path.open("w") as file:
        mine = True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mine = False
        yield mine
