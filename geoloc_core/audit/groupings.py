"""Test 1: does accuracy fall when no uploader has images in two folds?

A network that reads names does well where the names were learned from. To hold out whole uploaders
takes that away. But it also takes something from a network that reads none: people photograph near
home, so with an uploader goes the country around, and perhaps most of a cell's images. The fall
counts only beyond that of a matched control: folds with as many panoramas of each cell as the
uploaders', drawn as close together, whoever took them (`place_folds`). To permute uploaders among
all panoramas would be no control: such groups lie all over the country, so that holding them out
costs next to nothing, and every honest network would be convicted.

The audit fits a linear probe to the network's pooled features. That network has seen the uploaders,
and features that already point to the cell need no name any more, so the probe understates a leak.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import PredefinedSplit, cross_val_predict

from geoloc_core.audit.comparison import compare
from geoloc_core.audit.findings import Finding, unmeasured
from geoloc_core.audit.interval import mean_with_interval
from geoloc_core.audit.words import TITLES
from geoloc_core.data.folds import Group, group_folds, groups_of
from geoloc_core.geography.sphere import haversine_km

FOLDS = 5
DIRECTIONS = 128
IMAGES_A_DIRECTION = 8  # at least, lest the probe fit noise
DRAWS = 10  # of the control's folds

GROUPS: tuple[Group, ...] = ("panorama", "uploader", "both")


def groupings(frame: pd.DataFrame, pooled: NDArray[np.floating[Any]]) -> Finding:
    """Measure how far accuracy falls from folds by panorama to folds by uploader.

    frame: m images with panorama, uploader, cell, latitude and longitude in degrees; pooled
    (m, f): the network's features of each.
    """
    named = frame.loc[frame["uploader"] != "", "uploader"].nunique()
    if min(named, groups_of(frame, "both").max() + 1) < FOLDS:
        words = f"Too few uploaders are known ({named}) to make {FOLDS} folds of them."
        return unmeasured("groupings", 1, TITLES["groupings"], "points", words)
    if frame[["latitude", "longitude"]].isna().any(axis=None):
        words = "The images have no places, so no folds of the same places can stand beside those."
        return unmeasured("groupings", 1, TITLES["groupings"], "points", words)
    cells = frame["cell"].to_numpy(np.int64)
    features = _components(pooled)
    random = np.random.default_rng(0)
    folds = {"nothing": random.permutation(len(frame)) % FOLDS}
    folds |= {group: group_folds(frame, group, FOLDS) for group in GROUPS}
    hits = {name: probe_hits(features, cells, of) for name, of in folds.items()}
    drawn = [place_folds(frame, folds["uploader"], random) for _ in range(DRAWS)]
    hits["places"] = np.mean([probe_hits(features, cells, of) for of in drawn], axis=0)
    uploaders = groups_of(frame, "uploader")
    return compare(
        uploaders,
        test="groupings",
        number=1,
        value=hits["panorama"] - hits["uploader"],
        control=hits["panorama"] - hits["places"],
        unit="points",
        details={
            "source": "a linear probe",
            "folds": FOLDS,
            "accuracy by grouping": {
                name: list(mean_with_interval(of, uploaders)) for name, of in hits.items()
            },
        },
    )


def probe_hits(
    features: NDArray[np.float64], cells: NDArray[np.int64], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Whether a linear classifier fitted to the other folds finds each image's cell: (m,) 0 or 1.

    Features are (m, k), cells and folds (m,). The classifier is a ridge regression onto the cells
    (Hastie et al., "The Elements of Statistical Learning", 4.2), the quickest there is.
    """
    predicted = cross_val_predict(RidgeClassifier(), features, cells, cv=PredefinedSplit(folds))
    return np.asarray(predicted == cells, np.float64)


def place_folds(
    frame: pd.DataFrame, folds: NDArray[np.int64], random: Generator
) -> NDArray[np.int64]:
    """Folds (m,) that hold out as many panoramas of the same places, whoever took them.

    `folds` (m,) are the uploaders'. In each cell, every uploader's panoramas are replaced by as
    many neighbours, those nearest to one drawn from what is left, and these go to that uploader's
    fold: each fold keeps its number of panoramas of each cell.
    """
    frame = frame.assign(fold=folds, group=groups_of(frame, "uploader"))
    panoramas = frame.drop_duplicates("panorama").reset_index(drop=True)
    points = panoramas[["latitude", "longitude"]].to_numpy(np.float64)
    matched = np.empty(len(panoramas), np.int64)
    for _, members in panoramas.groupby("cell"):
        left = members.index.to_numpy()
        parts = [part["fold"].to_numpy() for _, part in members.groupby("group")]
        for part in random.permutation(len(parts)):
            away = haversine_km(points[left], points[random.choice(left)])
            taken = np.argsort(away, kind="stable")[: len(parts[part])]
            matched[left[taken]] = parts[part]
            left = np.delete(left, taken)
    return frame["panorama"].map(pd.Series(matched, panoramas["panorama"])).to_numpy(np.int64)


def _components(pooled: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """The features' first principal components (m, k), each of unit variance."""
    images, features = pooled.shape
    kept = max(1, min(DIRECTIONS, images // IMAGES_A_DIRECTION, features))
    components = PCA(kept, whiten=True, svd_solver="randomized", random_state=0)
    return np.asarray(components.fit_transform(pooled.astype(np.float32)), np.float64)
