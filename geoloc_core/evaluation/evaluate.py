"""Scoring a model on a fold of a data set or on photographs of one's own, as the page predicts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc_core.cluster.load import loader
from geoloc_core.cluster.spread import Spread, chunks_of, gathered, here
from geoloc_core.data.manifest import ManifestError, read_manifest
from geoloc_core.data.own_photos import OwnPhotosError
from geoloc_core.data.table import PARQUET
from geoloc_core.evaluation.balanced import regions_of
from geoloc_core.evaluation.baselines import baselines, kept_baselines
from geoloc_core.evaluation.bootstrap import REPLICATES, SHARE
from geoloc_core.evaluation.photographs import left_out_words, level_of, predict_photographs
from geoloc_core.evaluation.predictions import (
    PHOTOGRAPHS,
    Predictions,
    images_of,
    in_half_precision,
    together,
    write_predictions,
)
from geoloc_core.evaluation.reliability import reliability_bins
from geoloc_core.evaluation.scores import score_predictions, weights_of
from geoloc_core.files import write_whole
from geoloc_core.geography.grid import Grid
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.adapters.choice import Choice
from geoloc_core.models.checkpoint import PROMISE
from geoloc_core.models.ood import novelty_score
from geoloc_core.models.predictor import Predictor
from geoloc_core.text import terminal_safe
from geoloc_core.training.batches import manifest_fingerprint, read_folds, read_pixels

LEARNED = (
    "The model learned from these very photographs, so these scores flatter it: its card tells how "
    "it scored on those that it had not seen."
)
_BATCH = 4  # images an engine takes at a time


def evaluate(
    data: Path,
    model: str | Choice,
    *,
    mask: Mask | None = None,
    views: int = 1,
    out: Path | None = None,
    progress: bool = True,
    load: Callable[[str | Choice], Predictor] = Predictor,
    spread: Spread = here,
) -> dict[str, Any]:
    """Score a model on the test fold of the data set in `data`, beside the baselines.

    A folder without manifest.parquet holds photographs of one's own (see `predict_photographs`):
    all are scored that have a place on the grid, as `scores.weighed` says, beside a uniform guess,
    and what was left out is in the result: "left_out" by reason, "left_out_words" as a sentence.
    But of those that the model was trained on, the test fold alone is scored.

    `model` as for `Predictor`, which `load` makes of it; `spread` shares the images out to workers
    that must see model and data under the same paths; `mask` is the model's own if left out;
    `views` images of a panorama (1 to 4) make one prediction. With `out`, predictions go to
    `out`.parquet, the result to `out`.json, and the baselines are kept beside them in
    baselines.parquet. Gives what `evaluation` gives. Raises `ManifestError`, `CheckpointError`,
    or `PredictionsError`, in words.
    """
    predictor = load(model)
    if (data / PARQUET).is_file() or _was_trained_on(predictor, data):
        result, predictions = _evaluate_fold(predictor, data, mask, views, out, progress, spread)
    else:
        result, predictions = _evaluate_photographs(predictor, data, mask, views, progress, spread)
    if out is not None:
        write_predictions(out.with_name(f"{out.name}.parquet"), predictions)
        write_evaluation(out.with_name(f"{out.name}.json"), result)
    return result


def _was_trained_on(predictor: Predictor, data: Path) -> bool:
    try:
        manifest = read_manifest(data)
    except ManifestError:  # places in the files, perhaps: nothing that can be trained on
        return False
    return manifest_fingerprint(manifest) == predictor.checkpoint.data_fingerprint


def _evaluate_fold(
    predictor: Predictor,
    data: Path,
    mask: Mask | None,
    views: int,
    out: Path | None,
    progress: bool,
    spread: Spread,
) -> tuple[dict[str, Any], Predictions]:
    grid = predictor.checkpoint.grid
    predictions = predict_fold(
        predictor, data, mask, "test", views, progress=progress, spread=spread
    )
    if out is None:
        known = baselines(data, grid, "test", progress=progress)
    else:
        kept = out.parent / "baselines.parquet"
        known = kept_baselines(kept, data, grid, "test", progress=progress)
    level = level_of(predictor.checkpoint, views)
    told = predictions.frame.assign(credible_level=level)
    return evaluation(predictions, grid, level, known), replace(predictions, frame=told)


def _evaluate_photographs(
    predictor: Predictor,
    data: Path,
    mask: Mask | None,
    views: int,
    progress: bool,
    spread: Spread,
) -> tuple[dict[str, Any], Predictions]:
    if views != 1:
        raise OwnPhotosError("Photographs without a manifest are predicted one by one: views is 1.")
    predictions, left_out = predict_photographs(
        predictor, data, mask, progress=progress, spread=spread
    )
    checkpoint = predictor.checkpoint
    uniform = replace(predictions, logits=np.zeros_like(predictions.logits))
    result = evaluation(predictions, checkpoint.grid, level_of(checkpoint), {"uniform": uniform})
    learned = predictions.data_fingerprint == checkpoint.data_fingerprint
    told = {reason: {"photographs": len(of), "first": of[0]} for reason, of in left_out.items()}
    words = left_out_words(left_out)
    facts = {"left_out": told, "left_out_words": words, "learned_from_these": learned}
    return result | facts, predictions


def predict_fold(
    predictor: Predictor,
    data: Path,
    mask: Mask | None,
    split: str,
    views: int,
    *,
    fold_of: NDArray[np.str_] | None = None,
    progress: bool = True,
    spread: Spread = here,
) -> Predictions:
    """Predict the fold `split` ("train", "validation" or "test") of the data set in `data`.

    `mask` is the model's own if left out; `views` images of a panorama make one prediction;
    `fold_of`: see `read_folds`; `spread` as in `evaluate`. Logits are in half precision,
    as they are kept. Raises `ManifestError`, in words.
    """
    checkpoint = predictor.checkpoint
    mask = checkpoint.mask if mask is None else mask
    folds, fingerprint = read_folds(data, checkpoint.grid, fold_of)
    fold = folds[split]
    chunks = chunks_of([path.absolute() for path in fold.paths])
    scored = gathered(
        spread(loader(predictor, spread), partial(_score_images, mask), chunks),
        list(map(len, chunks)),
        progress,
    )
    logits, novelty = zip(*scored, strict=True)
    single = Predictions(
        frame=images_of(data, fold),
        logits=np.concatenate(logits),
        novelty=np.concatenate(novelty),
        model=Path(predictor.model).stem,
        trained_mask=checkpoint.mask,
        mask=mask,
        split=split,
        views=1,
        temperature=checkpoint.temperature,
        data_fingerprint=fingerprint,
        grid_fingerprint=checkpoint.grid.fingerprint,
    )
    return in_half_precision(together(single, views))


def _score_images(
    mask: Mask, predictor: Predictor, paths: Sequence[Path]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Logits (m, n) and novelty (m,) of m images of a data set. Raises `ManifestError`."""
    logits, novelty = [], []
    for start in range(0, len(paths), _BATCH):
        batch = [read_pixels(path) for path in paths[start : start + _BATCH]]
        scores = predictor.score_photos(batch, mask)
        logits.append(scores.logits)
        novelty.append(novelty_score(predictor.checkpoint.novelty, scores.pooled))
    return np.concatenate(logits), np.concatenate(novelty)


def evaluation(
    predictions: Predictions,
    grid: Grid,
    conformal_level: float,
    known: Mapping[str, Predictions],
) -> dict[str, Any]:
    """What was measured of predictions over `grid`, beside what it was measured on.

    `conformal_level` as for `score_predictions`; `known` are the `baselines` of the same fold, of
    single images. Raises ValueError if grid or images are others.
    """
    if predictions.grid_fingerprint != grid.fingerprint:
        raise ValueError("the predictions are over another grid")
    beside = {name: together(baseline, predictions.views) for name, baseline in known.items()}
    if any(not one.frame["file"].equals(predictions.frame["file"]) for one in beside.values()):
        raise ValueError("the baselines are of other images")
    return {
        "model": predictions.model,
        "trained_mask": predictions.trained_mask,
        "mask": predictions.mask,
        "split": predictions.split,
        "views": predictions.views,
        "data_fingerprint": predictions.data_fingerprint,
        "grid_fingerprint": predictions.grid_fingerprint,
        "temperature": predictions.temperature,
        "credible_promise": PROMISE,
        "credible_level": conformal_level,
        "predictions": len(predictions.frame),
        "panoramas": int(predictions.frame["panorama"].nunique()),
        "interval": {"share": SHARE, "replicates": REPLICATES, "over": "panoramas"},
        **score_predictions(predictions, grid, conformal_level),
        # no calibration fold was kept for them, so their cells hold the promise in probability
        "baselines": {name: score_predictions(one, grid, PROMISE) for name, one in beside.items()},
        **(_of_photographs(predictions, grid) if predictions.split == PHOTOGRAPHS else {}),
    }


def _of_photographs(predictions: Predictions, grid: Grid) -> dict[str, Any]:
    """What is said of one's own photographs alone: how they weigh, and the reliability diagram."""
    weights = weights_of(predictions, grid)
    bins = reliability_bins(predictions.probabilities, predictions.cells, weights)
    return {
        "weights": "each region the same, each place within it the same",
        "surest_by": "confidence, the probability of the likeliest cell",
        "regions": len(np.unique(regions_of(grid)[predictions.cells])),
        "interval": {"share": SHARE, "replicates": REPLICATES, "over": "places"},
        "reliability": [
            {name: float(f"{value:.6g}") for name, value in row.items()}
            for row in bins.to_dict("records")
        ],
    }


def write_evaluation(path: Path, result: dict[str, Any]) -> None:
    """Write what `evaluation` gave as JSON, a score or a curve's point a line, whole or not."""
    text = json.dumps(result, indent=1)
    text = re.sub(r"[\[{][^\[\]{}]*[\]}]", lambda inner: " ".join(inner[0].split()), text) + "\n"
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def scores_text(result: dict[str, Any]) -> str:
    """The scores that `evaluate` gave as lines for a reader, and the baselines' accuracy."""
    lines = [
        f"{name:32}{score['value']:>10.4g}   {score['low']:.4g} to {score['high']:.4g}"
        for name, score in result["scores"].items()
    ]
    known = [
        f"top_1 of {name:23}{each['scores']['top_1']['value']:>10.4g}"
        for name, each in result["baselines"].items()
    ]
    return "\n".join([*lines, *known, *_sentences(result)])


def _sentences(result: dict[str, Any]) -> list[str]:
    """What a reader must know of the scores of photographs of one's own."""
    if result.get("split") != PHOTOGRAPHS:
        return []
    sentences = [
        f"{result['predictions']} photographs of {result['panoramas']} places in "
        f"{result['regions']} regions: {result['weights']}. "
        "mean_rank: 0 is best, a uniform guess 0.5; the surest quarter by confidence.",
        terminal_safe(result["left_out_words"]),
    ]
    return [*sentences, LEARNED] if result["learned_from_these"] else sentences
