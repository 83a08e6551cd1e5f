"""Test 5: what the uploader tells without any picture, and whether the network says the same.

An uploader's commonest training cell is a prediction by itself. That it is often right is a
property of the data set: there is something to read, and a network that reads nothing must not be
blamed for it. Nor is agreement with the look-up a sign, where both are right. What tells is the
pictures that someone took away from home: there the look-up is wrong, and only a network that goes
by the uploader says the home cell. Most who leave home stay near, where scenes look alike and
honest networks err the same way; so each such picture is held against its neighbours in the same
cell by others, and counts as far as the home cell is said of it more often than of them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.audit.estimate import estimate
from geoloc_core.audit.findings import Finding, unmeasured
from geoloc_core.dataset.association import theils_u, theils_u_by_chance
from geoloc_core.dataset.folds import groups_of
from geoloc_core.evaluation.bootstrap import cluster_interval, of_rows
from geoloc_core.geography.sphere import haversine_km

THRESHOLD = 0.05
NEIGHBOURS = 3  # panoramas that a picture away from home is held against
LEAST_PICTURES, LEAST_UPLOADERS = 20, 5

AGREEMENT = "Agreement with the look-up where the look-up is wrong"


def lookup(frame: pd.DataFrame, manifest: pd.DataFrame) -> Finding:
    """Measure how often the uploader alone gives the cell: what there is to read.

    frame: the audited pictures with panorama, uploader, cell and home, the uploader's commonest
    training cell (-1: unknown); manifest: all pictures of the data set with panorama, uploader and
    cell. The control gives everyone the home of an uploader drawn from all. Takes no part in the
    verdict.
    """
    cells, homes = frame["cell"].to_numpy(), frame["home"].to_numpy()
    uploaders = groups_of(frame, "uploader")
    right = (homes == cells).astype(np.float64)
    # what shuffling the uploaders gives on the average of all shuffles
    by_chance = (homes[None, :] == cells[:, None]).mean(axis=1)
    taken = manifest[manifest["uploader"] != ""].drop_duplicates("panorama")
    return Finding(
        "lookup",
        5,
        "The uploader's commonest cell, no picture seen",
        *estimate(right, uploaders),
        *estimate(by_chance, uploaders),
        threshold=None,
        leaks=None,
        unit="share",
        words=(
            f"The uploader alone gives the cell of {right.mean():.1%} of the pictures, against "
            f"{by_chance.mean():.1%} with the uploaders shuffled: this says what there is to read, "
            "not that the network reads it."
        ),
        details={
            "excess": list(estimate(right - by_chance, uploaders)),
            "Theil's U (cell given uploader)": _association(taken),
            "uploaders": int(taken["uploader"].nunique()),
        },
    )


def agreement(frame: pd.DataFrame, predicted: NDArray[np.int64]) -> Finding:
    """Measure how often the network says home of pictures taken elsewhere.

    frame: m pictures with panorama, uploader, home (-1: unknown), cell, latitude and longitude in
    degrees; predicted (m,): the network's likeliest cell.
    """
    frame = frame.reset_index(drop=True)
    control = said_of_neighbours(frame, predicted)
    away = np.flatnonzero(np.isfinite(control))
    uploaders = frame["uploader"].to_numpy()[away]
    number = len(np.unique(uploaders))
    if len(away) < LEAST_PICTURES or number < LEAST_UPLOADERS:
        words = (
            f"Only {len(away)} pictures by {number} uploaders were taken away from home and beside "
            "others: too few to tell whom the network follows."
        )
        return unmeasured("agreement", 5, AGREEMENT, "share", words)
    says_home = (predicted[away] == frame["home"].to_numpy()[away]).astype(np.float64)
    control = control[away]
    excess = estimate(says_home - control, uploaders)
    leaks = excess[1] > THRESHOLD
    return Finding(
        "agreement",
        5,
        AGREEMENT,
        *estimate(says_home, uploaders),
        *estimate(control, uploaders),
        threshold=THRESHOLD,
        leaks=leaks,
        unit="share",
        words=(
            f"Of pictures taken away from the uploader's home cell the network says that cell in "
            f"{says_home.mean():.1%}, of pictures beside them by others in {control.mean():.1%}: "
            + ("it follows the uploader." if leaks else "it does not follow the uploader.")
        ),
        details={
            "excess": list(excess),
            "pictures away from home": len(away),
            "their uploaders": number,
        },
    )


def said_of_neighbours(frame: pd.DataFrame, predicted: NDArray[np.int64]) -> NDArray[np.float64]:
    """How often each uploader's home is said of the nearest pictures of the same cell by others.

    (m,) shares, for pictures taken away from home; NaN for all others, and where nobody else's
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
    """Theil's U of panoramas' cells given their uploaders, with its interval and corrected.

    Few panoramas an uploader make U large by chance. Corrected is the share of what chance leaves,
    (U - chance) / (1 - chance), as for the adjusted mutual information.
    """
    cells, uploaders = taken["cell"].to_numpy(), taken["uploader"].to_numpy()
    if not len(taken):
        return {}
    u, chance = theils_u(cells, uploaders), theils_u_by_chance(cells, uploaders)
    interval = cluster_interval(
        cells, uploaders, of_rows(lambda rows: theils_u(cells[rows], uploaders[rows]))
    )
    return {
        "measured": [u, *interval],
        "by chance": chance,
        "corrected": (u - chance) / (1 - chance) if chance < 1 else 0.0,
    }
