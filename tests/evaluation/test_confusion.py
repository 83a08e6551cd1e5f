from dataclasses import replace

import numpy as np
import pytest

from geoloc_core.evaluation.confusion import (
    answers,
    article_order,
    cell_accuracy,
    cluster_order,
    confusion_matrix,
    images_of_entry,
    matrix_table,
    row_shares,
    west_to_east,
)
from geoloc_core.geography.grid import article_grid
from tests.evaluation.made import made_predictions

MATRIX = np.array([[6, 2, 0], [0, 0, 0], [1, 1, 2]])


def test_the_matrix_counts_every_prediction_once_in_its_row_and_column():
    predictions = made_predictions()
    slow = np.zeros((58, 58), int)
    for logits, cell in zip(predictions.logits, predictions.frame["cell"], strict=True):
        best = 0
        for candidate in range(58):
            if logits[candidate] > logits[best]:
                best = candidate
        slow[cell, best] += 1
    assert confusion_matrix(predictions).tolist() == slow.tolist()
    assert slow.sum() == len(predictions.frame)


def test_ties_go_to_the_lower_number():
    predictions = made_predictions()
    level = replace(predictions, logits=np.zeros_like(predictions.logits))
    assert (answers(level) == 0).all()


def test_shares_and_accuracy_of_a_cell_without_images():
    assert row_shares(MATRIX).tolist() == [[0.75, 0.25, 0], [0, 0, 0], [0.25, 0.25, 0.5]]
    accuracy = cell_accuracy(MATRIX)
    assert accuracy[[0, 2]].tolist() == [0.75, 0.5]
    assert np.isnan(accuracy[1])


def test_an_entry_holds_its_images_surest_first_and_a_row_all_of_them():
    predictions = made_predictions()
    matrix = confusion_matrix(predictions)
    confidence = predictions.probabilities.max(axis=1)
    truth = int(matrix.sum(axis=1).argmax())
    found = []
    for answer in range(58):
        rows = images_of_entry(predictions, truth, answer)
        assert len(rows) == matrix[truth, answer]
        assert (np.diff(confidence[rows]) <= 0).all()
        found.extend(rows.tolist())
    whole = images_of_entry(predictions, truth, None)
    assert sorted(found) == sorted(whole.tolist())
    assert set(predictions.frame["cell"].iloc[whole]) == {truth}
    assert (np.diff(confidence[whole]) <= 0).all()


def test_the_table_has_a_row_a_truth_and_a_column_an_answer():
    table = matrix_table(MATRIX)
    assert list(table) == ["true cell", "0", "1", "2"]
    assert table.iloc[2].tolist() == [2, 1, 1, 2]


def test_orders_hold_every_cell_once_and_run_as_they_say():
    grid = article_grid()
    assert article_order(grid) == list(range(58))
    west = west_to_east(grid)
    assert sorted(west) == list(range(58))
    assert (np.diff(grid.centroids[west, 1]) >= 0).all()


def test_clusters_stand_together_in_the_order():
    kinds = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2])
    matrix = np.where(kinds[:, None] == kinds[None, :], 20, 1) + np.eye(9, dtype=int)
    order = cluster_order(matrix)
    assert sorted(order) == list(range(9))
    assert (np.diff(kinds[order]) != 0).sum() == 2


def test_cells_without_images_do_not_stop_the_clustering():
    matrix = np.zeros((4, 4), int)
    matrix[1] = [0, 5, 5, 0]
    assert sorted(cluster_order(matrix)) == [0, 1, 2, 3]


@pytest.mark.parametrize("scale", [1, 7])
def test_clusters_depend_on_shares_alone(scale):
    matrix = np.random.default_rng(4).integers(0, 9, (12, 12))
    assert cluster_order(matrix) == cluster_order(scale * matrix)
