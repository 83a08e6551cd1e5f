"""From a data set's folder to batches: folds, labels, and streams of images."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import softmax
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from geoloc_core.data.filling import cells_of
from geoloc_core.data.folds import FOLD, FOLDS, split
from geoloc_core.data.manifest import (
    ManifestError,
    outside_words,
    read_manifest,
    warn_of_outside,
)
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.images.credit_line import Pixels
from geoloc_core.images.photo import PhotoError, read_photo

FOLDS_BY_CHANCE = (
    "Panoramas go to folds by chance, 5 % of them to validation and 20 % to test: add more, or "
    "name each image's fold in a column fold (train, validation, test). `pata train --frozen "
    "scene` needs no folds."
)
FEW = 30  # images of validation

Show = Callable[[Pixels, Generator], Pixels]
Read = Callable[[Path], Pixels]


@dataclass(frozen=True, eq=False)
class Fold:
    """m images of a data set; points (m, 2) hold each panorama's latitude and longitude."""

    paths: tuple[Path, ...]
    panoramas: tuple[str, ...]
    cells: NDArray[np.int64]
    points: NDArray[np.float64]

    def __len__(self) -> int:
        """The number of images."""
        return len(self.paths)


def read_folds(
    data: Path, grid: Grid, fold_of: NDArray[np.str_] | None = None
) -> tuple[dict[str, Fold], str]:
    """Read a data set's folds by name ("train", "validation", "test") and its fingerprint.

    `fold_of` names the fold of each image in the manifest; left out, `split` does. An image's
    cell is the one its panorama lies in; images in no cell are left out, with a
    warning. The fingerprint is that of the manifest, given folds being a column of it. Raises
    `ManifestError` if the manifest cannot be read or a fold holds nothing.
    """
    manifest = read_manifest(data)
    if fold_of is not None:
        manifest[FOLD] = fold_of
    points = manifest[["latitude", "longitude"]].to_numpy(dtype=np.float64)
    cells = cells_of(manifest, grid)
    names = split(manifest).to_numpy()
    folds = {}
    for name in FOLDS:
        rows = np.flatnonzero((names == name) & (cells >= 0))
        if not len(rows):
            why = outside_words(manifest, cells) or FOLDS_BY_CHANCE
            raise ManifestError(f"The data set in {data} has no images in its {name} fold. {why}")
        paths = tuple(data / file for file in manifest["file"].iloc[rows])
        panoramas = tuple(manifest["panorama"].iloc[rows].astype(str))
        folds[name] = Fold(paths, panoramas, cells[rows], points[rows])
    warn_of_outside(manifest, cells)
    return folds, manifest_fingerprint(manifest)


def few_words(validation: Fold) -> str:
    """A sentence on a validation fold that is too small to rely on; "" if it is not."""
    if len(validation) >= FEW:
        return ""
    return (
        f"The validation fold has {len(validation)} images, fewer than {FEW}: which weights are "
        "kept, the temperature and the prediction sets hang on them. `pata train --frozen scene` "
        "learns from few photographs and needs no such fold."
    )


def training_points(data: Path) -> NDArray[np.float64]:
    """Latitude and longitude (m, 2) of the training fold's images. Raises `ManifestError`."""
    manifest = read_manifest(data)
    training = manifest.loc[split(manifest) == "train", ["latitude", "longitude"]]
    return training.to_numpy(dtype=np.float64)


def training_names(data: Path) -> tuple[str, ...]:
    """The names of the training fold's uploaders, each once. Raises `ManifestError` if it has none.

    They are what `--mask random-name` writes.
    """
    manifest = read_manifest(data)
    names = sorted({*manifest.loc[split(manifest) == "train", "uploader"]} - {""})
    if not names:
        raise ManifestError(
            f"The data set in {data} names no uploader, and --mask random-name writes uploaders' "
            "names: add a column uploader, or use --mask crop."
        )
    return tuple(names)


def manifest_fingerprint(manifest: pd.DataFrame) -> str:
    """The sha256 of a manifest written as CSV."""
    return hashlib.sha256(manifest.to_csv(index=False).encode()).hexdigest()


def sample(fold: Fold, count: int, seed: int = 0) -> Fold:
    """At most `count` images of a fold, drawn without repetition."""
    rows = np.sort(np.random.default_rng(seed).permutation(len(fold))[:count])
    return Fold(
        tuple(fold.paths[row] for row in rows),
        tuple(fold.panoramas[row] for row in rows),
        fold.cells[rows],
        fold.points[rows],
    )


def soft_targets(fold: Fold, grid: Grid, smoothing_km: float) -> Tensor:
    """Target probabilities (m, n) of each image: y_c ~ exp(-(d(c, x) - min d) / tau).

    d is the distance from the image's point to a cell's centroid, tau = `smoothing_km`
    (haversine label smoothing: PIGEON, Haas et al., 2024). With 0, all weight is on the cell.
    """
    if smoothing_km == 0:
        return torch.nn.functional.one_hot(torch.from_numpy(fold.cells), len(grid)).float()
    distances = haversine_km(fold.points[:, None, :], grid.centroids[None, :, :])
    return torch.from_numpy(softmax(-distances / smoothing_km, axis=1)).float()


def epochs(fold: Fold, count: int, seed: int) -> NDArray[np.int64]:
    """The rows that `count` draws give: every image once in random order, then again."""
    random = np.random.default_rng(seed)
    rounds = -(-count // len(fold))
    orders = [random.permutation(len(fold)) for _ in range(rounds)]
    return np.concatenate(orders)[:count].astype(np.int64)


class ImageStream(Dataset[tuple[NDArray[np.uint8], int]]):
    """The images of a fold in a given order, each read by `read` and shown by `show`.

    Item k is (pixels, row in the fold). What chance decides about it depends on `seed` and k
    alone, so a stream can be entered anywhere, by any process.
    """

    def __init__(
        self, fold: Fold, rows: NDArray[np.int64], show: Show, seed: int, read: Read
    ) -> None:
        """Take the fold's `rows` in order."""
        self.fold, self.rows, self.show, self.seed, self.read = fold, rows, show, seed, read

    def __len__(self) -> int:
        """The number of items."""
        return len(self.rows)

    def __getitem__(self, k: int) -> tuple[NDArray[np.uint8], int]:
        """Give item k: pixels (h, w, 3) and the image's row in the fold."""
        row = int(self.rows[k])
        pixels = self.read(self.fold.paths[row])
        return self.show(pixels, np.random.default_rng((self.seed, k))), row


def read_pixels(path: Path) -> Pixels:
    """Read an image of a data set, as a photograph that is predicted.

    Raises `ManifestError`, naming the file, if it is none.
    """
    try:
        return read_photo(path.read_bytes()).pixels
    except (OSError, PhotoError) as error:
        raise ManifestError(f"{path} cannot be read: {error}") from error


def batches(
    stream: ImageStream, positions: range, batch: int, workers: int
) -> DataLoader[tuple[NDArray[np.uint8], int]]:
    """Batches of uint8 images (b, h, w, 3) and rows (b,) from the stream's `positions`."""
    cv2.setNumThreads(1)  # a forked reader would wait for ever for OpenCV's threads of this process
    return DataLoader(
        stream,
        batch_size=batch,
        sampler=positions,
        num_workers=workers,
        worker_init_fn=_one_thread,
        prefetch_factor=4 if workers else None,
    )


def _one_thread(_worker: int) -> None:
    torch.set_num_threads(1)
