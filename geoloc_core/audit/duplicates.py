"""Test 8, first part: images of the held-out fold that the training fold holds already.

A fault of the data set, not of the network: the finding warns, and takes no part in the verdict.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.audit.comparison import compare
from geoloc_core.audit.findings import Finding
from geoloc_core.audit.words import overlaps
from geoloc_core.data.folds import groups_of
from geoloc_core.images.likeness import NEAR

EXAMPLES = 10
PAIRS = 2**24  # compared at a time


def duplicates(
    held_out: pd.DataFrame, training: pd.DataFrame, fingerprints: pd.DataFrame
) -> Finding:
    """Look for held-out images among the training images of a data set.

    Frames hold file, panorama, uploader, cell, latitude and longitude in degrees; fingerprints as
    from `survey`. A near-duplicate is a training image of the same cell whose scene, the suspect
    region painted over, has a hash at most `NEAR` bits away. Control: how many would have one if
    training images of the same cell were as often alike as those of other cells, which cannot show
    the same place.
    """
    ours, theirs = (fingerprints.loc[part["file"]] for part in (held_out, training))
    cells = held_out["cell"].to_numpy(), training["cell"].to_numpy()
    near, by_chance, nearest = match(ours["code"].to_numpy(), theirs["code"].to_numpy(), *cells)
    exact = ours["digest"].isin(theirs["digest"])
    place = [_places(part) for part in (held_out, training)]
    same_place = (place[0].isin(place[1]) & held_out["latitude"].notna()).to_numpy()

    finding = compare(
        groups_of(held_out, "uploader"),
        test="duplicates",
        number=8,
        value=near,
        control=by_chance,
        unit="share",
        threshold=None,
        details={
            "byte for byte": int(exact.sum()),
            "same place": int(same_place.sum()),
            "same panorama": int(held_out["panorama"].isin(training["panorama"]).sum()),
            "bits that may differ": NEAR,
            "examples": [
                {
                    "held out": str(held_out["file"].iloc[row]),
                    "training": str(training["file"].iloc[nearest[row]]),
                }
                for row in np.flatnonzero(near)[:EXAMPLES]
            ],
        },
    )
    warning = {"warning": overlaps(finding.details)}
    return replace(finding, details=warning | finding.details)


def match(
    held_out: NDArray[np.uint64],
    training: NDArray[np.uint64],
    held_out_cells: NDArray[np.int64],
    training_cells: NDArray[np.int64],
    pairs: int = PAIRS,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """For each held-out hash (m,): match, chance of one, and the nearest training hash, all (m,).

    A match, 0 or 1, is one of the same cell. With a share p of matches among the training images
    of other cells, n of the same cell hold one with a chance of 1 - (1 - p)^n. So many `pairs` are
    compared at a time.
    """
    near, chance = np.zeros(len(held_out)), np.zeros(len(held_out))
    nearest = np.zeros(len(held_out), np.int64)
    if not len(training):
        return near, chance, nearest
    step = max(1, pairs // len(training))
    for start in range(0, len(held_out), step):
        rows = slice(start, start + step)
        bits = np.bitwise_count(held_out[rows, None] ^ training[None, :])
        same = held_out_cells[rows, None] == training_cells[None, :]
        alike = bits <= NEAR
        near[rows] = (alike & same).any(axis=1)
        number, others = same.sum(axis=1), np.maximum((~same).sum(axis=1), 1)
        chance[rows] = 1 - (1 - (alike & ~same).sum(axis=1) / others) ** number
        nearest[rows] = np.where(same, bits, 65).argmin(axis=1)
    return near, chance, nearest


def _places(frame: pd.DataFrame) -> pd.Series[Any]:
    """Where each image was taken, to a metre."""
    degrees = frame[["latitude", "longitude"]].round(5)
    return degrees["latitude"].astype(str) + " " + degrees["longitude"].astype(str)
