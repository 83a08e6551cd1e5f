"""Which cells are taken for which: the confusion matrix, and orders to read it in.

A matrix is (n, n), a row the true cell, a column the answer.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.evaluation.predictions import Predictions
from geoloc_core.geography.grid import Grid


def answers(predictions: Predictions) -> NDArray[np.int64]:
    """The likeliest cell (m,) of each prediction; ties go to the lower number."""
    return np.asarray(predictions.logits.argmax(axis=1), dtype=np.int64)


def confusion_matrix(predictions: Predictions) -> NDArray[np.int64]:
    """How many predictions of each true cell went to each answer."""
    cells = predictions.logits.shape[1]
    pairs = predictions.cells * cells + answers(predictions)
    return np.bincount(pairs, minlength=cells**2).reshape(cells, cells).astype(np.int64)


def row_shares(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each entry as a share of its row; zeros where a cell has no predictions."""
    totals = matrix.sum(axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(totals, 1), dtype=np.float64)


def cell_accuracy(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """The share of right answers (n,) of each true cell, NaN where it has no predictions."""
    shares = np.diag(row_shares(matrix)).copy()
    shares[matrix.sum(axis=1) == 0] = np.nan
    return shares


def images_of_entry(predictions: Predictions, truth: int, answer: int | None) -> NDArray[np.int64]:
    """The rows of `predictions` in an entry, in a whole row where `answer` is None, surest first.

    Ties go to the earlier row.
    """
    held = predictions.cells == truth
    if answer is not None:
        held &= answers(predictions) == answer
    rows = np.flatnonzero(held)
    confidence = predictions.probabilities[rows].max(axis=1)
    return rows[np.argsort(-confidence, kind="stable")]


def matrix_table(matrix: NDArray[np.int64]) -> pd.DataFrame:
    """The counts as a table, the true cell in its first column and a column for each answer."""
    table = pd.DataFrame(matrix)
    table.columns = [str(cell) for cell in table.columns]
    table.insert(0, "true cell", range(len(matrix)))
    return table


def article_order(grid: Grid) -> list[int]:
    """The cells as the article numbers them: column by column from the south-west."""
    return list(range(len(grid)))


def west_to_east(grid: Grid) -> list[int]:
    """The cells by the longitude of their centroids."""
    return [int(cell) for cell in np.argsort(grid.centroids[:, 1], kind="stable")]


def cluster_order(matrix: NDArray[np.int64]) -> list[int]:
    """The cells so that those whose images get like answers stand side by side.

    Hierarchical clustering by average linkage under the Hellinger distance of the rows' shares,
    its leaves turned so that neighbours are closest (Bar-Joseph et al., 2001).
    """
    # takes longer to import than all the rest, and the other orders do without
    from scipy.cluster.hierarchy import leaves_list, linkage

    roots = np.sqrt(row_shares(matrix))
    tree = linkage(roots, method="average", metric="euclidean", optimal_ordering=True)
    return [int(cell) for cell in leaves_list(tree)]
