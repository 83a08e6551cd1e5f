"""Wrong answers, the worst first, and how many of them are forgivable.

A mistake is forgivable where the answer touches the true cell or has the same climate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.evaluation.confusion import (
    answers,
    cell_accuracy,
    confusion_matrix,
    row_shares,
)
from geoloc_core.evaluation.predictions import Predictions
from geoloc_core.geography.climate import SOUTH, STEP, WEST, covariates_at, layers
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.nearest import covering
from geoloc_core.geography.sphere import haversine_km

FAR_KM = 1000.0  # so far apart, cells seldom look alike
_STRIDE = 2  # a node every 0.2 degree tells the climate of most of a cell well enough


@cache
def cell_climates(grid: Grid) -> tuple[str, ...]:
    """For each cell the Köppen-Geiger class of most of its land, such as "Aw" or "BWh".

    Counted over the nodes of assets/layers in the cell; a sliver without one has its centroid's.
    """
    raster = layers()
    rows, columns = (np.arange(0, size, _STRIDE) for size in raster["climate"].shape)
    nodes = np.stack(
        np.meshgrid(SOUTH + (rows + 0.5) * STEP, WEST + (columns + 0.5) * STEP, indexing="ij"), -1
    ).reshape(-1, 2)
    held: tuple[Counter[str], ...] = tuple(Counter() for _ in grid.cells)
    climates = raster["climates"][raster["climate"][np.ix_(rows, columns)].ravel()]
    for cell, climate in zip(covering(grid.cells, nodes).tolist(), climates.tolist(), strict=True):
        if cell >= 0:
            held[cell][climate] += 1
    return tuple(
        counts.most_common(1)[0][0] if counts else covariates_at(*centroid).climate
        for counts, centroid in zip(held, grid.centroids.tolist(), strict=True)
    )


def neighbouring(grid: Grid) -> NDArray[np.bool_]:
    """Whether two cells touch, (n, n)."""
    touch = np.zeros((len(grid), len(grid)), bool)
    for cell, others in enumerate(grid.neighbours):
        touch[cell, list(others)] = True
    return touch


def same_climate(grid: Grid) -> NDArray[np.bool_]:
    """Whether two cells have the same climate class, (n, n)."""
    climates = np.array(cell_climates(grid))
    return np.asarray(climates[:, None] == climates[None, :], dtype=np.bool_)


def worst_confusions(matrix: NDArray[np.int64], grid: Grid) -> pd.DataFrame:
    """The pairs of cells that were confused, one row each, the most frequent first.

    Columns: truth, answer, images, share (of the true cell's images), km between the centroids,
    neighbours and same_climate. Ties go to the larger share, then to the lower numbers.
    """
    wrong = matrix * ~np.eye(len(grid), dtype=bool)
    truth, answer = np.nonzero(wrong)
    frame = pd.DataFrame(
        {
            "truth": truth,
            "answer": answer,
            "images": wrong[truth, answer],
            "share": row_shares(matrix)[truth, answer],
            "km": haversine_km(grid.centroids[truth], grid.centroids[answer]),
            "neighbours": neighbouring(grid)[truth, answer],
            "same_climate": same_climate(grid)[truth, answer],
        }
    )
    ranked = frame.sort_values(["images", "share"], ascending=False, kind="stable")
    return ranked.reset_index(drop=True)


def telling_confusion(
    predictions: Predictions, grid: Grid, homes: Mapping[str, int]
) -> tuple[int, int]:
    """The confusion to look at first: the true cell and the predicted one.

    Of cells at least `FAR_KM` apart it is the pair with the most images by uploaders at home in
    the predicted cell (`homes`: cell by uploader), which a network that reads names would confuse;
    of equals the most frequent. Without any so far apart it is the most frequent one, without a
    mistake (0, 0).
    """
    worst = worst_confusions(confusion_matrix(predictions), grid)
    if worst.empty:
        return 0, 0
    predicted = answers(predictions)
    home = predictions.frame["uploader"].map(homes).to_numpy(float)
    drawn = pd.DataFrame({"truth": predictions.cells, "answer": predicted})[home == predicted]
    at_home = drawn.value_counts().reindex(
        pd.MultiIndex.from_frame(worst[["truth", "answer"]]), fill_value=0
    )
    far = worst.assign(at_home=at_home.to_numpy())[worst["km"] >= FAR_KM]
    if not far.empty:
        worst = far.sort_values("at_home", ascending=False, kind="stable")
    return int(worst["truth"].iloc[0]), int(worst["answer"].iloc[0])


def cell_table(matrix: NDArray[np.int64], grid: Grid) -> pd.DataFrame:
    """One row a cell: its climate, its images, how many of them are right, and their share."""
    return pd.DataFrame(
        {
            "cell": range(len(grid)),
            "climate": cell_climates(grid),
            "images": matrix.sum(axis=1),
            "right": np.diag(matrix),
            "accuracy": cell_accuracy(matrix),
        }
    )


def forgivable_mistakes(matrix: NDArray[np.int64], grid: Grid) -> pd.DataFrame:
    """How many wrong answers are forgivable, beside what chance would forgive.

    One row a reason: a neighbour, the same climate, either, neither. Columns: reason, images,
    share (of the mistakes), by_chance: the share if the same answers were dealt out regardless of
    the image (rows and columns independent). Shares are NaN where there is no mistake.
    """
    wrong = ~np.eye(len(grid), dtype=bool)
    touch, alike = neighbouring(grid), same_climate(grid) & wrong
    reasons = {
        "adjacent": touch,
        "same climate": alike,
        "either": touch | alike,
        "neither": wrong & ~touch & ~alike,
    }
    chance = np.outer(matrix.sum(axis=1), matrix.sum(axis=0))
    mistakes, dealt = matrix[wrong].sum(), chance[wrong].sum()
    with np.errstate(invalid="ignore"):  # no mistakes, no shares
        return pd.DataFrame(
            [
                {
                    "reason": reason,
                    "images": int(matrix[where].sum()),
                    "share": float(matrix[where].sum() / mistakes),
                    "by_chance": float(chance[where].sum() / dealt),
                }
                for reason, where in reasons.items()
            ]
        )
