"""Wrong answers, the worst first, and how many of them are forgivable.

A mistake is forgivable where the answer touches the true cell or has the same climate.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.dataset.simulation.covariates import SOUTH, STEP, WEST, covariates_at, layers
from geoloc_core.evaluation.confusion import cell_accuracy, row_shares
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.lookup import covering
from geoloc_core.geography.sphere import haversine_km

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

    Columns: truth, answer, pictures, share (of the true cell's pictures), km between the centroids,
    neighbours and same_climate. Ties go to the larger share, then to the lower numbers.
    """
    wrong = matrix * ~np.eye(len(grid), dtype=bool)
    truth, answer = np.nonzero(wrong)
    frame = pd.DataFrame(
        {
            "truth": truth,
            "answer": answer,
            "pictures": wrong[truth, answer],
            "share": row_shares(matrix)[truth, answer],
            "km": haversine_km(grid.centroids[truth], grid.centroids[answer]),
            "neighbours": neighbouring(grid)[truth, answer],
            "same_climate": same_climate(grid)[truth, answer],
        }
    )
    ranked = frame.sort_values(["pictures", "share"], ascending=False, kind="stable")
    return ranked.reset_index(drop=True)


def cell_table(matrix: NDArray[np.int64], grid: Grid) -> pd.DataFrame:
    """One row a cell: its climate, its pictures, how many of them are right, and their share."""
    return pd.DataFrame(
        {
            "cell": range(len(grid)),
            "climate": cell_climates(grid),
            "pictures": matrix.sum(axis=1),
            "right": np.diag(matrix),
            "accuracy": cell_accuracy(matrix),
        }
    )


def forgivable_mistakes(matrix: NDArray[np.int64], grid: Grid) -> pd.DataFrame:
    """How many wrong answers are forgivable, beside what chance would forgive.

    One row a reason: a neighbour, the same climate, either, neither. Columns: reason, pictures,
    share (of the mistakes), by_chance: the share if the same answers were dealt out regardless of
    the picture (rows and columns independent). Shares are NaN where there is no mistake.
    """
    wrong = ~np.eye(len(grid), dtype=bool)
    touch, alike = neighbouring(grid), same_climate(grid) & wrong
    reasons = {
        "neighbouring cell": touch,
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
                    "pictures": int(matrix[where].sum()),
                    "share": float(matrix[where].sum() / mistakes),
                    "by_chance": float(chance[where].sum() / dealt),
                }
                for reason, where in reasons.items()
            ]
        )
