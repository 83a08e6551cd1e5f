"""Test 5: what the uploader tells without any image, and whether the network says the same.

An uploader's commonest training cell is a prediction by itself. That it is often right is a
property of the data set: there is something to read, and a network that reads nothing must not be
blamed for it. Nor is agreement with the look-up a sign, where both are right. What tells is the
images that someone took away from home: there the look-up is wrong, and only a network that goes
by the uploader says the home cell. Most who leave home stay near, where scenes look alike and
honest networks err the same way; so each such image is held against its neighbours in the same
cell by others, and counts as far as the home cell is said of it more often than of them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import entropy

from geoloc_core.audit.comparison import compare
from geoloc_core.audit.findings import Finding, unmeasured
from geoloc_core.audit.words import TITLES
from geoloc_core.data.association import theils_u, theils_u_by_chance
from geoloc_core.data.folds import groups_of
from geoloc_core.evaluation.bootstrap import Counts, cluster_interval
from geoloc_core.geography.sphere import haversine_km

NEIGHBOURS = 3  # panoramas that an image away from home is held against
LEAST_IMAGES, LEAST_UPLOADERS = 20, 5


def lookup(frame: pd.DataFrame, manifest: pd.DataFrame) -> Finding:
    """Measure how often the uploader alone gives the cell: what there is to read.

    frame: the audited images with panorama, uploader, cell and home, the uploader's commonest
    training cell (-1: unknown); manifest: all images of the data set with panorama, uploader and
    cell. The control gives everyone the home of an uploader drawn from all. Takes no part in the
    verdict.
    """
    cells, homes = frame["cell"].to_numpy(), frame["home"].to_numpy()
    # what shuffling the uploaders gives on the average of all shuffles
    by_chance = (homes[None, :] == cells[:, None]).mean(axis=1)
    taken = manifest[manifest["uploader"] != ""].drop_duplicates("panorama")
    return compare(
        groups_of(frame, "uploader"),
        test="lookup",
        number=5,
        value=(homes == cells).astype(np.float64),
        control=by_chance,
        unit="share",
        threshold=None,
        details={"Theil's U (cell given uploader)": _association(taken)},
    )


def agreement(frame: pd.DataFrame, predicted: NDArray[np.int64]) -> Finding:
    """Measure how often the network says home of images taken elsewhere.

    frame: m images with panorama, uploader, home (-1: unknown), cell, latitude and longitude in
    degrees; predicted (m,): the network's likeliest cell.
    """
    frame = frame.reset_index(drop=True)
    if frame[["latitude", "longitude"]].isna().any(axis=None):
        words = "The images have no places, so nothing tells which others lie beside them."
        return unmeasured("agreement", 5, TITLES["agreement"], "share", words)
    beside = said_of_neighbours(frame, predicted)
    away = np.flatnonzero(np.isfinite(beside))
    uploaders = groups_of(frame, "uploader")[away]
    number = len(np.unique(uploaders))
    if len(away) < LEAST_IMAGES or number < LEAST_UPLOADERS:
        words = (
            f"Only {len(away)} images by {number} uploaders were taken outside the uploader's home "
            "cell with images by others beside them: too few to compare."
        )
        return unmeasured("agreement", 5, TITLES["agreement"], "share", words)
    return compare(
        uploaders,
        test="agreement",
        number=5,
        value=(predicted[away] == frame["home"].to_numpy()[away]).astype(np.float64),
        control=beside[away],
        unit="share",
    )


def said_of_neighbours(frame: pd.DataFrame, predicted: NDArray[np.int64]) -> NDArray[np.float64]:
    """How often each uploader's home is said of the nearest images of the same cell by others.

    (m,) shares, for images taken away from home; NaN for all others, and where nobody else's
    lie beside. Others are those with another home; `NEIGHBOURS` panoramas are looked at.
    """
    shares = np.full(len(frame), np.nan)
    away = frame[(frame["home"] >= 0) & (frame["home"] != frame["cell"])]
    for _, taken in away.groupby("panorama"):
        here = taken.iloc[0]
        others = frame[(frame["cell"] == here["cell"]) & (frame["home"] != here["home"])]
        km = haversine_km(
            others[["latitude", "longitude"]].to_numpy(np.float64),
            here[["latitude", "longitude"]].to_numpy(np.float64),
        )
        nearest = others["panorama"].iloc[np.argsort(km, kind="stable")].unique()[:NEIGHBOURS]
        beside = others.index[others["panorama"].isin(nearest)]
        if len(beside):
            shares[taken.index] = (predicted[beside] == here["home"]).mean()
    return shares


def _association(taken: pd.DataFrame) -> dict[str, float | list[float]]:
    """Theil's U of panoramas' cells given their uploaders, with its interval, and corrected.

    Few panoramas by each make U large by chance. Corrected is the share of what chance leaves,
    (U - chance) / (1 - chance), as for the adjusted mutual information.
    """
    if taken.empty:
        return {}
    cells, uploaders = taken["cell"].to_numpy(), taken["uploader"].to_numpy()
    u, chance = theils_u(cells, uploaders), theils_u_by_chance(cells, uploaders)
    table = pd.crosstab(uploaders, cells).to_numpy()
    return {
        "measured": [u, *cluster_interval(table, np.arange(len(table)), drawn_theils_u)],
        "by chance": chance,
        "corrected": (u - chance) / (1 - chance) if chance < 1 else 0.0,
    }


def drawn_theils_u(table: NDArray[np.float64], counts: Counts) -> NDArray[np.float64]:
    """Theil's U (r,) of cells given uploaders in drawings (r, u) of uploaders.

    table (u, n): panoramas by uploader and cell. What uploaders leave open is the mean entropy of
    theirs, weighted by how many they took.
    """
    drawn = counts @ table
    open_without = entropy(drawn, axis=1)
    left = counts @ (table.sum(axis=1) * entropy(table, axis=1)) / drawn.sum(axis=1)
    settled = np.ones(len(counts))
    np.divide(left, open_without, out=settled, where=open_without > 0)
    return np.asarray(1 - settled, np.float64)
