from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geoloc_core.evaluation.baselines import (
    NEIGHBOURS,
    baselines,
    best_neighbours,
    kept_baselines,
    nearest_neighbours,
    read_baselines,
    training_prior,
    uploader_lookup,
)
from geoloc_core.evaluation.predictions import PredictionsError, write_predictions
from geoloc_core.geography.grid import article_grid
from geoloc_core.training.batches import read_folds, read_pixels
from tests.evaluation.made import made_predictions

PRIOR = np.array([0.5, 0.3, 0.2])


def test_the_prior_counts_each_cell_once_more() -> None:
    np.testing.assert_allclose(training_prior(np.array([0, 0, 2]), 4), [3 / 7, 1 / 7, 2 / 7, 1 / 7])


@pytest.mark.parametrize("k", [1, 3, 50])
def test_nearest_neighbours_against_a_loop(k: int) -> None:
    random = np.random.default_rng(5)
    colours, cells = random.uniform(0, 255, (20, 3)), random.integers(0, 3, 20)
    asked = random.uniform(0, 255, (7, 3))
    given = nearest_neighbours((colours, cells), asked, k, PRIOR)
    for colour, shares in zip(asked, given, strict=True):
        nearest = sorted(range(20), key=lambda i, c=colour: np.linalg.norm(colours[i] - c))[:k]
        counts = [sum(cells[i] == cell for i in nearest) for cell in range(3)]
        by_hand = [(counts[c] + PRIOR[c]) / (len(nearest) + 1) for c in range(3)]
        np.testing.assert_allclose(shares, by_hand)


def test_the_number_of_neighbours_is_what_the_validation_fold_likes() -> None:
    random = np.random.default_rng(1)
    cells = random.integers(0, 3, 600)
    apart = cells[:, None] * 80.0 + random.normal(0, 1, (600, 3))
    mixed = random.uniform(0, 255, (600, 3))
    likes = {}
    for name, colours in (("apart", apart), ("mixed", mixed)):
        known, asked = (colours[:400], cells[:400]), (colours[400:], cells[400:])
        nll = {
            k: -np.log(nearest_neighbours(known, asked[0], k, PRIOR)[range(200), asked[1]]).mean()
            for k in NEIGHBOURS
        }
        likes[name] = best_neighbours(known, asked, PRIOR)
        assert nll[likes[name]] == min(nll.values())
    assert likes["mixed"] > 30


def test_the_uploader_look_up_by_hand() -> None:
    train = pd.DataFrame({"uploader": ["a", "a", "b", "", "a"], "cell": [0, 0, 2, 1, 1]})
    given = uploader_lookup(train, pd.Series(["b", "a", "stranger", ""]), PRIOR)
    np.testing.assert_allclose(given[0], (np.array([0, 0, 1]) + PRIOR) / 2)
    np.testing.assert_allclose(given[1], (np.array([2, 1, 0]) + PRIOR) / 4)
    np.testing.assert_allclose(given[2], PRIOR)
    np.testing.assert_allclose(given[3], PRIOR)


def test_baselines_of_a_data_set(fake_data: Path) -> None:
    grid = article_grid()
    given = baselines(fake_data, grid, "test", progress=False)
    fold = read_folds(fake_data, grid)[0]["test"]
    right = {
        name: (one.probabilities.argmax(axis=1) == fold.cells).mean() for name, one in given.items()
    }
    assert list(given) == ["uniform", "training_prior", "mean_colour", "uploader"]
    assert right["mean_colour"] == 1  # the fake images' colours tell the cell
    assert right["uploader"] < 0.6  # their uploaders do not
    for one in given.values():
        assert one.frame["file"].tolist() == [path.name for path in fold.paths]
        np.testing.assert_allclose(one.probabilities.sum(axis=1), 1)
    np.testing.assert_allclose(given["uniform"].probabilities, 1 / 58)


def test_baselines_are_made_once(fake_data: Path, tmp_path: Path) -> None:
    read = []

    def counted(path: Path) -> np.ndarray:
        read.append(path)
        return read_pixels(path)

    kept = partial(kept_baselines, progress=False, read=counted)
    path = tmp_path / "baselines.parquet"
    grid = article_grid()
    first = kept(path, fake_data, grid, "validation")
    images = len(read)
    again = kept(path, fake_data, grid, "validation")
    assert len(read) == images > 0
    assert list(again) == list(first)
    for name, one in first.items():
        np.testing.assert_array_equal(again[name].logits, one.logits)
        pd.testing.assert_frame_equal(again[name].frame, one.frame)
        assert again[name].model == name
    kept(path, fake_data, grid, "test")
    assert len(read) > images
    assert read_baselines(path)["uniform"].split == "test"


def test_a_file_without_baselines_is_said(tmp_path: Path) -> None:
    write_predictions(tmp_path / "baselines.parquet", made_predictions())
    with pytest.raises(PredictionsError, match="baselines"):
        read_baselines(tmp_path / "baselines.parquet")
