from dataclasses import replace

import numpy as np
import pytest

from geoloc_core.evaluation.mistakes import (
    cell_climates,
    cell_table,
    forgivable_mistakes,
    neighbouring,
    same_climate,
    telling_confusion,
    worst_confusions,
)
from geoloc_core.geography.climate import covariates_at
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.sphere import haversine_km
from tests.evaluation.made import made_predictions

GRID = article_grid()


@pytest.fixture(scope="module")
def matrix():
    return np.random.default_rng(7).poisson(0.7, (58, 58))


def test_climates_are_those_that_are_known_of_these_places():
    climates = cell_climates(GRID)
    known = {(27.0, 71.0): "BWh", (10.5, 76.5): "Am", (34.2, 77.5): "ET", (26.0, 91.5): "Cwa"}
    for (latitude, longitude), climate in known.items():
        assert climates[GRID.cell_of(latitude, longitude)] == climate


def test_the_commonest_climate_is_that_of_most_of_a_dense_sample():
    climates = cell_climates(GRID)
    random = np.random.default_rng(2)
    for cell in (6, 24, 42):
        west, south, east, north = GRID.cells[cell].bounds
        points = random.uniform((south, west), (north, east), (1500, 2))
        inside = points[GRID.cells_of(points) == cell]
        classes, counts = np.unique(
            [covariates_at(*point).climate for point in inside], return_counts=True
        )
        assert climates[cell] == classes[counts.argmax()]


def test_neighbours_and_climates_are_mutual_and_no_cell_neighbours_itself():
    touch, alike = neighbouring(GRID), same_climate(GRID)
    assert (touch == touch.T).all()
    assert not touch.diagonal().any()
    assert touch.sum() == sum(len(others) for others in GRID.neighbours)
    assert (alike == alike.T).all()
    assert alike.diagonal().all()


def test_the_worst_confusions_are_all_wrong_pairs_most_frequent_first(matrix):
    worst = worst_confusions(matrix, GRID)
    assert len(worst) == np.count_nonzero(matrix) - np.count_nonzero(matrix.diagonal())
    assert (worst["truth"] != worst["answer"]).all()
    assert (np.diff(worst["images"]) <= 0).all()
    for row in worst.iloc[[0, 40, 700]].itertuples():
        assert row.images == matrix[row.truth, row.answer]
        assert row.share == pytest.approx(row.images / matrix[row.truth].sum())
        places = GRID.centroids[[row.truth, row.answer]]
        assert row.km == pytest.approx(float(haversine_km(*places)))
        assert row.neighbours == (row.answer in GRID.neighbours[row.truth])


def predicting(pairs):
    """Predictions of (true cell, predicted cell, uploader)."""
    truth, predicted, uploaders = zip(*pairs, strict=True)
    made = made_predictions()
    frame = made.frame.iloc[[0] * len(pairs)].reset_index(drop=True)
    frame = frame.assign(cell=truth, uploader=uploaders)
    return replace(
        made,
        frame=frame,
        logits=np.eye(58, dtype=np.float32)[list(predicted)],
        novelty=np.zeros(len(pairs), np.float32),
    )


def test_the_telling_confusion_is_the_far_one_that_follows_the_uploaders():
    near, far, farther = (36, 35, "Bo"), (36, 31, "Asha"), (57, 9, "Bo")
    homes = {"Asha": 31, "Bo": 12}
    pairs = [near] * 5 + [farther] * 3 + [far] * 2
    assert telling_confusion(predicting(pairs), GRID, homes) == (36, 31)
    assert telling_confusion(predicting(pairs), GRID, {}) == (57, 9)
    assert telling_confusion(predicting(pairs[:5]), GRID, homes) == (36, 35)
    assert telling_confusion(predicting([(3, 3, "Bo")]), GRID, homes) == (0, 0)


def test_forgivable_mistakes_against_a_count_by_hand(matrix):
    climates = cell_climates(GRID)
    counted = dict.fromkeys(["adjacent", "same climate", "either", "neither"], 0)
    dealt = dict.fromkeys(counted, 0)
    mistakes = chance = 0
    for truth in range(58):
        for answer in range(58):
            if truth == answer:
                continue
            near = answer in GRID.neighbours[truth]
            alike = climates[truth] == climates[answer]
            by_chance = int(matrix[truth].sum()) * int(matrix[:, answer].sum())
            mistakes += matrix[truth, answer]
            chance += by_chance
            for reason, holds in zip(
                counted, [near, alike, near or alike, not (near or alike)], strict=True
            ):
                counted[reason] += holds * matrix[truth, answer]
                dealt[reason] += holds * by_chance
    table = forgivable_mistakes(matrix, GRID).set_index("reason")
    for reason, count in counted.items():
        assert table["images"][reason] == count
        assert table["share"][reason] == pytest.approx(count / mistakes)
        assert table["by_chance"][reason] == pytest.approx(dealt[reason] / chance)


def test_a_model_that_never_errs_has_nothing_to_forgive():
    table = forgivable_mistakes(np.eye(58, dtype=int), GRID)
    assert (table["images"] == 0).all()
    assert table["share"].isna().all()
    assert worst_confusions(np.eye(58, dtype=int), GRID).empty


def test_the_table_of_cells(matrix):
    table = cell_table(matrix, GRID)
    assert table["images"].tolist() == matrix.sum(axis=1).tolist()
    assert table["right"].tolist() == matrix.diagonal().tolist()
    assert table["climate"].tolist() == list(cell_climates(GRID))
