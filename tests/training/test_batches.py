from __future__ import annotations

import math
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from geoloc_core.data.folds import split
from geoloc_core.data.manifest import ManifestError, read_manifest, write_manifest
from geoloc_core.geography.grid import article_grid, square_grid
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.training.augmentation import augment
from geoloc_core.training.batches import (
    FEW,
    Fold,
    ImageStream,
    batches,
    epochs,
    few_words,
    read_folds,
    read_pixels,
    sample,
    soft_targets,
    training_names,
)
from geoloc_core.training.recipe import Stage
from tests.patience import LONG


def test_folds_are_those_of_the_data_set(fake_data: Path) -> None:
    folds, _ = read_folds(fake_data, article_grid())
    manifest = read_manifest(fake_data)
    for name, fold in folds.items():
        chosen = manifest[split(manifest) == name]
        assert [path.name for path in fold.paths] == list(chosen["file"])
        assert list(fold.cells) == list(chosen["cell"])
    seen = [set(fold.panoramas) for fold in folds.values()]
    assert len(set.union(*seen)) == sum(map(len, seen))


def test_given_folds_take_the_place_of_the_data_sets_own(fake_data: Path) -> None:
    manifest = read_manifest(fake_data)
    given = np.resize(["test", "train", "validation"], len(manifest))
    folds, fingerprint = read_folds(fake_data, article_grid(), given)
    for name, fold in folds.items():
        assert [path.name for path in fold.paths] == list(manifest["file"][given == name])
    fingerprints = {read_folds(fake_data, article_grid(), np.roll(given, n))[1] for n in range(3)}
    assert fingerprint in fingerprints
    assert len(fingerprints | {read_folds(fake_data, article_grid())[1]}) == 4


def test_labels_follow_the_grid(fake_data: Path) -> None:
    grid = square_grid(6.0)
    folds, _ = read_folds(fake_data, grid)
    for cell, point in zip(folds["test"].cells, folds["test"].points, strict=True):
        assert grid.cell_of(*point) == cell


def test_images_in_no_cell_are_left_out_and_change_the_fingerprint(
    fake_data: Path, tmp_path: Path
) -> None:
    manifest = read_manifest(fake_data)
    _, fingerprint = read_folds(fake_data, article_grid())
    london = manifest.copy()
    london.loc[::2, ["latitude", "longitude"]] = (51.5, 0.0)
    write_manifest(tmp_path, london)
    folds, changed = read_folds(tmp_path, article_grid())
    assert sum(map(len, folds.values())) == len(manifest) // 2
    assert changed != fingerprint


def test_places_that_are_all_swapped_are_told_as_such(fake_data: Path, tmp_path: Path) -> None:
    manifest = read_manifest(fake_data)
    turned = {"latitude": manifest["longitude"], "longitude": manifest["latitude"]}
    write_manifest(tmp_path, manifest.assign(**turned))
    with pytest.raises(ManifestError, match=r"240 of 240 images do not lie .* 240 would with"):
        read_folds(tmp_path, article_grid())


def test_the_names_that_training_may_write_are_those_of_its_uploaders(
    fake_data: Path, tmp_path: Path
) -> None:
    manifest = read_manifest(fake_data)
    of_training = manifest[split(manifest) == "train"]
    assert training_names(fake_data) == tuple(sorted({*of_training["uploader"]}))
    write_manifest(tmp_path, manifest.assign(uploader=""))
    with pytest.raises(ManifestError, match="names no uploader"):
        training_names(tmp_path)


def test_an_empty_fold_is_refused(fake_data: Path, tmp_path: Path) -> None:
    manifest = read_manifest(fake_data)
    write_manifest(tmp_path, manifest[split(manifest) == "train"])
    with pytest.raises(
        ManifestError, match=r"in its validation fold.* in a column fold .*--frozen"
    ):
        read_folds(tmp_path, article_grid())


def test_a_small_validation_fold_is_spoken_of(fake_data: Path) -> None:
    fold = read_folds(fake_data, article_grid())[0]["train"]
    assert few_words(sample(fold, FEW)) == ""
    assert f"has {FEW - 1} images" in few_words(sample(fold, FEW - 1))


def test_soft_targets_against_the_formula() -> None:
    grid = article_grid()
    points = np.array([[26.9, 75.8], [9.9, 76.3]])
    cells = grid.cells_of(points)
    fold = Fold((Path("a"), Path("b")), ("a", "b"), cells, points)
    targets = soft_targets(fold, grid, 125.0).numpy()
    for row, point in enumerate(points):
        km = [float(haversine_km(point, centroid)) for centroid in grid.centroids]
        weights = [math.exp(-(d - min(km)) / 125.0) for d in km]
        np.testing.assert_allclose(targets[row], np.array(weights) / sum(weights), rtol=1e-5)
    assert list(soft_targets(fold, grid, 0).argmax(dim=1)) == list(cells)
    assert soft_targets(fold, grid, 0).max(dim=1).values.tolist() == [1.0, 1.0]


def test_epochs_show_every_image_once_before_any_twice(fake_data: Path) -> None:
    fold = read_folds(fake_data, article_grid())[0]["test"]
    rows = epochs(fold, 2 * len(fold) + 3, seed=1)
    assert sorted(rows[: len(fold)]) == list(range(len(fold)))
    assert sorted(rows[len(fold) : 2 * len(fold)]) == list(range(len(fold)))
    assert list(rows[: len(fold)]) != list(rows[len(fold) : 2 * len(fold)])
    assert list(epochs(fold, 5, seed=1)) == list(rows[:5])


def test_sample_draws_without_repetition(fake_data: Path) -> None:
    fold = read_folds(fake_data, article_grid())[0]["train"]
    drawn = sample(fold, 10)
    assert len(set(drawn.paths)) == len(drawn) == 10
    assert len(sample(fold, 10**6)) == len(fold)
    where = {path: row for row, path in enumerate(fold.paths)}
    assert [fold.cells[where[path]] for path in drawn.paths] == list(drawn.cells)


def test_a_stream_entered_in_the_middle_is_the_same_stream(fake_data: Path) -> None:
    fold = read_folds(fake_data, article_grid())[0]["train"]
    show = partial(augment, stage=Stage("whole", 32, 1, 1.0), mask="crop")
    stream = ImageStream(fold, epochs(fold, 24, seed=4), show, 4, read_pixels)
    whole = [images for images, _ in batches(stream, range(24), 8, workers=0)]
    part = [images for images, _ in batches(stream, range(8, 24), 8, workers=1)]
    assert all(torch.equal(a, b) for a, b in zip(whole[1:], part, strict=True))
    assert not torch.equal(whole[0], whole[1])


def test_a_file_that_is_no_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    with pytest.raises(ManifestError, match=r"broken\.jpg"):
        read_pixels(tmp_path / "broken.jpg")
    with pytest.raises(ManifestError, match=r"absent\.jpg"):
        read_pixels(tmp_path / "absent.jpg")


READ_AFTER_OPENCV_HAS_USED_ITS_THREADS = """
import sys
import time
from functools import partial
from pathlib import Path
import cv2
import numpy as np
from geoloc_core.geography.grid import article_grid
from geoloc_core.training.augmentation import show_plain
from geoloc_core.training.batches import ImageStream, batches, read_folds, read_pixels
from geoloc_core.training.recipe import Stage

cv2.setNumThreads(2)
cv2.GaussianBlur(np.zeros((2000, 2000, 3), np.uint8), (0, 0), 3)
time.sleep(1)  # its threads wait now, which is when a fork hurts
fold = read_folds(Path(sys.argv[1]), article_grid())[0]["train"]
show = partial(show_plain, stage=Stage("whole", 32, 1, 1.0), mask="none")
stream = ImageStream(fold, np.arange(4), show, 0, read_pixels)
print([len(rows) for _, rows in batches(stream, range(4), 2, workers=1)])
"""


def test_a_reader_does_not_wait_for_threads_that_opencv_left_behind(fake_data: Path) -> None:
    read = [sys.executable, "-c", READ_AFTER_OPENCV_HAS_USED_ITS_THREADS, str(fake_data)]
    done = subprocess.run(read, capture_output=True, text=True, timeout=LONG, check=True)
    assert done.stdout == "[2, 2]\n"
