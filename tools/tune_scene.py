"""Set the numbers that make the answer of `scene` honest, and measure them where they were not set.

`python tools/tune_scene.py DIR [OTHER]`, where DIR/places.csv has a row a photo: file, latitude,
longitude, place, collection. OTHER, of the same form, holds photos of another kind: no number is
set on them, and what ships is measured on them, too.

Five numbers are set: how sharply the classes seen are taken (sharpness), how much they weigh
against the prior (power), how much the look of rendered scenes does (look), the temperature of the
result and the conformal level. They are chosen by the log loss, regions and places balanced, on
half of the collections and measured on the other half, both ways: that is what
assets/evaluation/scene.json holds. What ships, assets/scene/numbers.json, is set on all. No weight
is fitted to a photograph.
"""

from __future__ import annotations

import itertools
import json
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import softmax
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.catalogue import SCENE
from geoloc_core.evaluation.balanced import balanced_scores, balanced_weights, regions_of
from geoloc_core.evaluation.metrics import negative_log_likelihood
from geoloc_core.files import write_whole
from geoloc_core.geography.grid import Grid, article_grid
from geoloc_core.images.photo import read_photo_file
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.checkpoint import MOST_VIEWS, PROMISE, checkpoint_path, load_checkpoint
from geoloc_core.models.scene.engine import scene_engine, scene_head
from geoloc_core.models.scene.head import SceneHead, class_probabilities, score_cells
from geoloc_core.models.scene.knowledge import TABLES
from geoloc_core.paths import ASSETS

OUT = ASSETS / "evaluation" / "scene.json"
SHARPNESS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 1.0)
POWER = (0.5, 0.75, 1.0, 1.25)
LOOK = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
TEMPERATURE = (1.0, 1.1, 1.25)  # from 1: it is never surer than its parts are together

IN_HEAD = ("sharpness", "power", "look")

Numbers = dict[str, float]


def main(folder: Path, other: Path | None) -> None:
    """Tune on each half, measure on the other; then tune on all and write what ships."""
    grid = article_grid()
    photos, pooled = read_photos(folder, grid)
    half = halves(photos["collection"].to_numpy())
    measured = []
    for number in (0, 1):
        numbers = tune(pooled[half != number], photos[half != number], grid)
        kept = half == number
        measured.append(measure(pooled[kept], photos[kept], grid, numbers))
    shipped = tune(pooled, photos, grid)
    result: dict[str, Any] = {"held_out": measured, "shipped": shipped}
    if other is not None:
        others, of_others = read_photos(other, grid)
        result["other"] = measure(of_others, others, grid, shipped)
    text = json.dumps(result, indent=1) + "\n"
    write_whole(OUT, lambda path: path.write_text(text, encoding="utf-8"))
    numbers = {name: shipped[name] for name in (*IN_HEAD, "temperature")}
    kept_text = json.dumps(numbers | {"conformal": [shipped["level"]] * MOST_VIEWS}, indent=1)
    write_whole(
        TABLES / "numbers.json", lambda path: path.write_text(kept_text + "\n", encoding="utf-8")
    )
    print(text)


def measure(
    pooled: NDArray[np.float32], photos: pd.DataFrame, grid: Grid, numbers: Numbers
) -> dict[str, Any]:
    """The scores of photos with these numbers, and what they would be with less."""
    return {
        "photos": len(photos),
        "places": int(photos["place"].nunique()),
        "numbers": numbers,
        "scores": scores(pooled, photos, grid, numbers),
        "without_look": scores(pooled, photos, grid, numbers | {"look": 0.0}),
        "prior_alone": scores(pooled, photos, grid, numbers | {"power": 0.0, "look": 0.0}),
    }


def read_photos(folder: Path, grid: Grid) -> tuple[pd.DataFrame, NDArray[np.float32]]:
    """The photos inside the grid, with their cell, and their pooled features."""
    photos = pd.read_csv(folder / "places.csv")
    photos["cell"] = [grid.cell_of(*p) for p in photos[["latitude", "longitude"]].to_numpy()]
    photos = photos.dropna(subset="cell").astype({"cell": int}).reset_index(drop=True)
    return photos, features(folder, photos["file"])


def features(folder: Path, files: pd.Series[str]) -> NDArray[np.float32]:
    """The pooled features (m, f) of the photos."""
    checkpoint = load_checkpoint(checkpoint_path(SCENE))
    engine = scene_engine(checkpoint)
    return np.concatenate(
        [
            engine(
                preprocess(read_photo_file(folder / file).pixels, "none", checkpoint.size)[None]
            ).pooled
            for file in tqdm(files, unit=" photos")
        ]
    )


def halves(collections: NDArray[Any]) -> NDArray[np.int64]:
    """0 or 1 for each photo: whole collections, the largest first, each to the smaller half."""
    names, sizes = np.unique(collections, return_counts=True)
    taken, half = [0, 0], {}
    for name, size in sorted(zip(names, sizes, strict=True), key=lambda each: -each[1]):
        half[name] = int(np.argmin(taken))
        taken[half[name]] += size
    return np.array([half[name] for name in collections])


def probabilities(pooled: NDArray[np.float32], numbers: Numbers) -> NDArray[np.float64]:
    """The probabilities (m, n) that the model gives with these numbers."""
    head = replace(
        shipped_head(),
        sharpness=numbers["sharpness"],
        power=numbers["power"],
        look=numbers["look"],
    )
    logits = score_cells(head, class_probabilities(head, pooled), pooled)
    return np.asarray(softmax(logits / numbers["temperature"], axis=1))


@cache
def shipped_head() -> SceneHead:
    """The head that ships, whose numbers are the ones to be set."""
    return scene_head(load_checkpoint(checkpoint_path(SCENE)))


def tune(pooled: NDArray[np.float32], photos: pd.DataFrame, grid: Grid) -> Numbers:
    """The numbers of the least log loss, and the level whose sets hold `PROMISE` of the weight."""
    cells = photos["cell"].to_numpy()
    weights = weights_of(photos, grid)
    tried = []
    for values in itertools.product(SHARPNESS, POWER, LOOK):
        at = dict(zip(IN_HEAD, values, strict=True)) | {"temperature": 1.0}
        logits = np.log(probabilities(pooled, at))
        for temperature in TEMPERATURE:
            loss = negative_log_likelihood(softmax(logits / temperature, axis=1), cells)
            tried.append((float(weights @ loss), at | {"temperature": temperature}))
    best = min(tried, key=lambda each: each[0])[1]
    return best | {"level": conformal_level(probabilities(pooled, best), cells, weights)}


def conformal_level(
    found: NDArray[np.float64], cells: NDArray[np.int64], weights: NDArray[np.float64]
) -> float:
    """As `calibration.conformal_level`, for photographs of unequal weight."""
    truth = found[np.arange(len(cells)), cells][:, None]
    ahead = (found * (found > truth)).sum(axis=1)
    order = np.argsort(ahead)
    reached = np.cumsum(weights[order]) >= PROMISE
    return float(ahead[order][reached][0]) + 1e-9


def weights_of(photos: pd.DataFrame, grid: Grid) -> NDArray[np.float64]:
    """The weight (m,) of each photo, regions and places balanced."""
    regions = regions_of(grid)[photos["cell"]]
    weights = balanced_weights(np.ones((1, len(photos))), photos["place"].to_numpy(), regions)
    return np.asarray(weights[0])


def scores(
    pooled: NDArray[np.float32], photos: pd.DataFrame, grid: Grid, numbers: Numbers
) -> dict[str, float]:
    """The balanced scores of photos with these numbers."""
    return balanced_scores(
        probabilities(pooled, numbers),
        photos["cell"].to_numpy(),
        photos[["latitude", "longitude"]].to_numpy(),
        photos["place"].to_numpy(),
        grid,
        level=numbers["level"],
    )


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("Give the folder of the photos and their places.csv, and perhaps one of others.")
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else None)
