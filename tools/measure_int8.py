"""Hold the int8 networks against the float ones on the test fold: tools/measure_int8.py DATA

DATA is the data set that they were trained on. Writes assets/evaluation/int8.json; exit status 1
where int8 misses what is asked of it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.catalogue import SHIPPED
from geoloc_core.files import write_whole
from geoloc_core.geography.sphere import fewest_cells
from geoloc_core.images.credit_line import Mask
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.checkpoint import (
    MOST_VIEWS,
    PROMISE,
    Checkpoint,
    checkpoint_path,
    load_checkpoint,
)
from geoloc_core.models.engines import Engine, Scores, int8_engine, joined, openvino_engine
from geoloc_core.models.ood import novelty_score
from geoloc_core.models.predictor import combined_probabilities
from geoloc_core.models.quantised import quantised_form
from geoloc_core.paths import ASSETS
from geoloc_core.training.batches import Fold, read_folds, read_pixels

OUT = ASSETS / "evaluation" / "int8.json"
MOST_TOP_1_POINTS = 0.5  # percentage points that top-1 may differ by
LEAST_CORRELATION = 0.99  # of class activation maps, on average
MASKS: tuple[Mask, ...] = ("none", "crop")


def main(data: Path) -> bool:
    """Measure, write, print; whether int8 keeps what is asked of it under each network's mask."""
    results = [
        measured(checkpoint, data, model, mask)
        for model in SHIPPED
        for checkpoint in [load_checkpoint(checkpoint_path(model))]
        for mask in MASKS
    ]
    asked = {"top_1_points": MOST_TOP_1_POINTS, "cam_correlation": LEAST_CORRELATION}
    text = json.dumps({"asked": asked, "networks": results}, indent=2) + "\n"
    write_whole(OUT, lambda path: path.write_text(text, encoding="utf-8"))
    print(text)
    return all(keeps(result) for result in results if result["mask"] == result["trained_mask"])


def keeps(result: dict[str, Any]) -> bool:
    """Whether accuracy and maps stay, and the prediction sets keep their promise."""
    top_1 = 100 * abs(result["int8"]["top_1"] - result["float"]["top_1"])
    return bool(
        top_1 <= MOST_TOP_1_POINTS
        and result["cam_correlation"]["mean"] >= LEAST_CORRELATION
        and min(result["int8"]["coverage"].values()) >= PROMISE - 0.02
    )


def measured(checkpoint: Checkpoint, data: Path, model: str, mask: Mask) -> dict[str, Any]:
    """Both engines' scores on the test fold under a mask, and how alike their maps are."""
    quantised = quantised_form(checkpoint)
    if quantised is None:
        sys.exit(f"There is no int8 form of these weights of {model}: `make int8` makes it.")
    fold = read_folds(data, checkpoint.grid)[0]["test"]
    engines = openvino_engine(checkpoint, bf16=False), int8_engine(quantised)
    exact, quick = both(engines, fold, mask)
    rows, top = np.arange(len(fold)), exact.logits.argmax(axis=1)
    maps = [scores.activation_maps()[rows, top] for scores in (exact, quick)]
    cams = correlations(*maps)
    evidence = correlations(*(np.maximum(each, 0) for each in maps))
    return {
        "model": model,
        "trained_mask": checkpoint.mask,
        "mask": mask,
        "images": len(fold),
        "same_top_1": round(float((quick.logits.argmax(axis=1) == top).mean()), 4),
        "cam_correlation": summary(cams),
        "evidence_correlation": summary(evidence),
        "float": scored(engines[0].checkpoint, exact, fold),
        "int8": scored(engines[1].checkpoint, quick, fold),
    }


def both(engines: tuple[Engine, Engine], fold: Fold, mask: Mask) -> tuple[Scores, Scores]:
    """The scores of both engines for all images of a fold."""
    made: tuple[list[Scores], list[Scores]] = ([], [])
    size = engines[0].checkpoint.size
    for start in tqdm(range(0, len(fold), MOST_VIEWS), unit=" places"):
        paths = fold.paths[start : start + MOST_VIEWS]
        framed = np.stack([preprocess(read_pixels(path), mask, size) for path in paths])
        for engine, scores in zip(engines, made, strict=True):
            scores.append(engine(framed))
    exact, quick = map(joined, made)
    return exact, quick


def correlations(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float64]:
    """Pearson's correlation of each pair of maps (m, h, w), NaN where one is constant."""
    first, second = (x.reshape(len(x), -1).astype(np.float64) for x in (a, b))
    first, second = (x - x.mean(axis=1, keepdims=True) for x in (first, second))
    with np.errstate(invalid="ignore"):
        norms = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
        shared = (first * second).sum(axis=1) / norms
    return np.asarray(shared, np.float64)


def summary(values: NDArray[np.float64]) -> dict[str, float]:
    """Mean, first percentile and minimum over the maps that are not constant."""
    known = values[~np.isnan(values)]
    figures = {"mean": known.mean(), "percentile_1": np.quantile(known, 0.01), "min": known.min()}
    return {name: round(float(value), 4) for name, value in figures.items()}


def scored(checkpoint: Checkpoint, scores: Scores, fold: Fold) -> dict[str, Any]:
    """Accuracy and calibration of one engine: `coverage` by number of views."""
    novelty = novelty_score(checkpoint.novelty, scores.pooled)
    nll = [
        -np.log(combined_probabilities(logits[None], checkpoint.temperature)[cell])
        for logits, cell in zip(scores.logits, fold.cells, strict=True)
    ]
    figures = {
        "top_1": (scores.logits.argmax(axis=1) == fold.cells).mean(),
        "nll": np.mean(nll),
        "in_distribution": (novelty <= checkpoint.novelty.threshold).mean(),
    }
    coverage = {str(views): covered(checkpoint, scores, fold, views) for views in (1, 2, 4)}
    calibration = {
        "temperature": checkpoint.temperature,
        "conformal": list(checkpoint.conformal),
        "novelty_threshold": checkpoint.novelty.threshold,
    }
    rounded = {name: round(float(value), 4) for name, value in figures.items()}
    return {**rounded, "coverage": coverage, "calibration": calibration}


def covered(checkpoint: Checkpoint, scores: Scores, fold: Fold, views: int) -> float:
    """How often the prediction set of `views` images of a panorama holds the true cell."""
    level = checkpoint.conformal[views - 1]
    held = [
        fold.cells[rows[0]]
        in fewest_cells(combined_probabilities(scores.logits[rows], checkpoint.temperature), level)
        for rows in together(fold, views)
    ]
    return round(float(np.mean(held)), 4)


def together(fold: Fold, views: int) -> Iterator[list[int]]:
    """The fold's rows, `views` of a panorama at a time."""
    rows_of: dict[str, list[int]] = {}
    for row, panorama in enumerate(fold.panoramas):
        rows_of.setdefault(panorama, []).append(row)
    for rows in rows_of.values():
        yield from (rows[i : i + views] for i in range(0, len(rows), views))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Give the data set's folder.")
    sys.exit(0 if main(Path(sys.argv[1])) else 1)
