"""What is known without a network: four baselines, on the same images as the networks.

Each gives probabilities for every image of a fold, kept as `Predictions` whose logits are their
logarithms. An image's mean colour and its uploader's other images are the two cheapest cues; the
prior of the training fold stands behind both, as one pseudo-count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree
from tqdm import tqdm

from geoloc_core.evaluation.metrics import negative_log_likelihood
from geoloc_core.evaluation.predictions import (
    Predictions,
    PredictionsError,
    images_of,
    in_half_precision,
    read_predictions,
    write_predictions,
)
from geoloc_core.geography.grid import Grid
from geoloc_core.images.credit_line import Pixels
from geoloc_core.training.batches import Fold, read_folds, read_pixels

NEIGHBOURS = (1, 3, 10, 30, 100, 300)  # the choice of k

Shares = NDArray[np.float64]
Read = Callable[[Path], Pixels]


def baselines(
    data: Path, grid: Grid, split: str, *, progress: bool, read: Read = read_pixels
) -> dict[str, Predictions]:
    """The baselines by name, for each image of the fold `split` of the data set in `data`.

    `read` reads an image. Raises `ManifestError` if the data set cannot be read.
    """
    folds, fingerprint = read_folds(data, grid)
    train, held_out = images_of(data, folds["train"]), images_of(data, folds[split])
    prior = training_prior(train["cell"].to_numpy(), len(grid))
    wanted = dict.fromkeys(("train", "validation", split))
    colours = {name: mean_colours(folds[name], progress, read) for name in wanted}
    known = colours["train"], folds["train"].cells
    k = best_neighbours(known, (colours["validation"], folds["validation"].cells), prior)
    probabilities = {
        "uniform": np.full((len(held_out), len(grid)), 1 / len(grid)),
        "training_prior": np.tile(prior, (len(held_out), 1)),
        "mean_colour": nearest_neighbours(known, colours[split], k, prior),
        "uploader": uploader_lookup(train, held_out["uploader"], prior),
    }
    return {
        name: in_half_precision(
            Predictions(
                frame=held_out,
                logits=np.log(shares).astype(np.float32),
                novelty=np.zeros(len(held_out), np.float32),
                model=name,
                trained_mask="none",
                mask="none",
                split=split,
                views=1,
                temperature=1.0,
                data_fingerprint=fingerprint,
                grid_fingerprint=grid.fingerprint,
            )
        )
        for name, shares in probabilities.items()
    }


def training_prior(cells: NDArray[np.int64], n: int) -> Shares:
    """The share (n,) of each cell among the training images' `cells`, each cell seen once more.

    Laplace's rule of succession: no cell is impossible.
    """
    counts = np.bincount(cells, minlength=n) + 1.0
    return np.asarray(counts / counts.sum())


def mean_colours(fold: Fold, progress: bool, read: Read) -> Shares:
    """The mean red, green and blue (m, 3) of a fold's images."""
    paths = tqdm(fold.paths, "mean colours", unit=" images", disable=not progress)
    return np.array([read(path).mean(axis=(0, 1)) for path in paths])


def nearest_neighbours(
    known: tuple[Shares, NDArray[np.int64]], colours: Shares, k: int, prior: Shares
) -> Shares:
    """Probabilities (m, n): how the cells of the k training images nearest in colour are shared.

    `known` are the training images' colours (t, 3) and cells (t,); `colours` (m, 3).
    """
    _, rows = KDTree(known[0]).query(colours, k=[*range(1, min(k, len(known[0])) + 1)])
    cells = known[1][rows]
    counts = np.zeros((len(colours), len(prior)))
    np.add.at(counts, (np.arange(len(colours))[:, None], cells), 1)
    return _with_prior(counts, prior)


def best_neighbours(
    known: tuple[Shares, NDArray[np.int64]],
    validation: tuple[Shares, NDArray[np.int64]],
    prior: Shares,
) -> int:
    """The k of `NEIGHBOURS` with the lowest NLL on the validation fold's colours and cells."""
    colours, cells = validation
    nll = [
        negative_log_likelihood(nearest_neighbours(known, colours, k, prior), cells).mean()
        for k in NEIGHBOURS
    ]
    return NEIGHBOURS[int(np.argmin(nll))]


def uploader_lookup(train: pd.DataFrame, uploaders: pd.Series[str], prior: Shares) -> Shares:
    """Probabilities (m, n): where each uploader's training images lie, the prior for strangers.

    `train` has the columns uploader and cell; an uploader "" is nobody.
    """
    named = train[train["uploader"] != ""]
    names = pd.Index(named["uploader"].unique())
    counts = np.zeros((len(names) + 1, len(prior)))  # the last row stays empty, for strangers
    np.add.at(counts, (names.get_indexer(named["uploader"]), named["cell"]), 1)
    return _with_prior(counts[names.get_indexer(uploaders)], prior)


def kept_baselines(
    path: Path, data: Path, grid: Grid, split: str, *, progress: bool, read: Read = read_pixels
) -> dict[str, Predictions]:
    """The `baselines` that `path` keeps, made and written there if it keeps none of these images.

    Raises `ManifestError` or `PredictionsError` if the data set or the file cannot be read.
    """
    if path.is_file():
        kept = read_baselines(path)
        of = {(one.data_fingerprint, one.grid_fingerprint, one.split) for one in kept.values()}
        if of == {(read_folds(data, grid)[1], grid.fingerprint, split)}:
            return kept
    made = baselines(data, grid, split, progress=progress, read=read)
    write_baselines(path, made)
    return made


def write_baselines(path: Path, by_name: Mapping[str, Predictions]) -> None:
    """Write baselines as the predictions of one file, told apart by the column `baseline`."""
    one = next(iter(by_name.values()))
    frames = [each.frame.assign(baseline=name) for name, each in by_name.items()]
    joined = replace(
        one,
        model="baselines",
        frame=pd.concat(frames, ignore_index=True),
        logits=np.concatenate([each.logits for each in by_name.values()]),
        novelty=np.concatenate([each.novelty for each in by_name.values()]),
    )
    write_predictions(path, joined)


def read_baselines(path: Path) -> dict[str, Predictions]:
    """Read what `write_baselines` wrote. Raises `PredictionsError`."""
    joined = read_predictions(path)
    if "baseline" not in joined.frame:
        raise PredictionsError(f"{path} does not hold baselines.")
    return {
        str(name): replace(
            joined,
            model=str(name),
            frame=part.drop(columns="baseline").reset_index(drop=True),
            logits=joined.logits[part.index],
            novelty=joined.novelty[part.index],
        )
        for name, part in joined.frame.groupby("baseline", sort=False)
    }


def _with_prior(counts: Shares, prior: Shares) -> Shares:
    return np.asarray((counts + prior) / (counts.sum(axis=1, keepdims=True) + 1))
