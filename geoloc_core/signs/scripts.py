"""The scripts that signs in India are written in, and how often each is seen where.

By state in assets/signs/scripts.csv, from the census and the states' official languages; its
README tells how. From states to cells by the people who live there: signs stand where they do.
"""

from __future__ import annotations

import csv
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from geoloc_core.assets import intact
from geoloc_core.geography.climate import SOUTH, STEP, WEST, layers
from geoloc_core.geography.grid import Grid
from geoloc_core.paths import ASSETS

SCRIPTS = (
    "Devanagari",
    "Bengali-Assamese",
    "Gurmukhi",
    "Gujarati",
    "Odia",
    "Tamil",
    "Telugu",
    "Kannada",
    "Malayalam",
    "Urdu",
    "Latin",
)
NONE = "none"
"""Not text, or a script that the classifier does not know."""
CLASSES = (*SCRIPTS, NONE)

RARE = 0.001
"""Share of the lines that a script has where the table does not list it."""

_NAMED_STATES = 4  # in a sentence
_MOST = 0.3  # of the largest share, from which a state is named
_OFFICES = 1e-3  # post offices per 100 km² at least: a wilderness has signs, too


@cache
def shares_by_state() -> dict[str, dict[str, float]]:
    """By state the share that each script has of the lines on signs there."""
    with intact(ASSETS / "signs" / "scripts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shares = {row["state"]: dict.fromkeys(SCRIPTS, RARE) for row in rows}
    for row in rows:
        shares[row["state"]][row["script"]] = float(row["share"])
    return shares


@lru_cache(maxsize=4)
def script_shares(grid: Grid) -> NDArray[np.float64]:
    """P(script | cell), (scripts, n): the share of a cell's lines in each script of `SCRIPTS`."""
    nodes, cell, people = land_nodes(grid)
    table = shares_by_state()
    names = [str(state).removeprefix("The ") for state in layers()["states"]]
    by_state = np.array([[table[name][script] for name in names] for script in SCRIPTS])
    row, column = np.rint((nodes - (SOUTH, WEST)) / STEP - 0.5).astype(int).T
    shares = by_state[:, layers()["state"][row, column]]
    whole = np.bincount(cell, people, len(grid))
    summed = np.stack([np.bincount(cell, people * share, len(grid)) for share in shares])
    return np.asarray(summed / whole)


@cache
def confusions() -> NDArray[np.float64]:
    """P(told | written), (scripts, scripts): how often the classifier takes one for another.

    Measured by tools/train_scripts.py; what it takes for no writing is missing from a row.
    """
    with intact(ASSETS / "signs" / "confusions.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["written"]: row for row in csv.DictReader(file)}
    return np.array([[float(rows[written][told]) for told in SCRIPTS] for written in SCRIPTS])


def told_shares(grid: Grid) -> NDArray[np.float64]:
    """P(told | cell), (scripts, n): how often a cell's lines are told to be in each script."""
    return np.asarray(confusions().T @ script_shares(grid))


@lru_cache(maxsize=4)
def land_nodes(
    grid: Grid,
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """The layers' nodes in a grid's cells: points (m, 2), cell (m,), post offices around (m,).

    A cell that holds no node has one at its centroid.
    """
    offices = layers()["offices"]
    rows, columns = offices.shape
    points = np.stack(
        np.meshgrid(
            SOUTH + (np.arange(rows) + 0.5) * STEP,
            WEST + (np.arange(columns) + 0.5) * STEP,
            indexing="ij",
        ),
        axis=-1,
    ).reshape(-1, 2)
    cell = grid.cells_of(points)
    bare = np.setdiff1d(np.arange(len(grid)), cell)
    inside = cell >= 0
    nodes = np.concatenate([points[inside], grid.centroids[bare]])
    people = np.maximum(offices.ravel()[inside], _OFFICES)
    return (
        nodes,
        np.concatenate([cell[inside], bare]).astype(np.int64),
        np.concatenate([people, np.ones(len(bare))]),
    )


def where_written(script: str) -> tuple[str, ...]:
    """The states where most lines are in a script, most first; none for Latin, which is everywhere.

    >>> where_written("Tamil")
    ('Tamil Nadu', 'Puducherry')
    """
    if script == "Latin":
        return ()
    shares = {state: by[script] for state, by in shares_by_state().items()}
    most = max(shares.values())
    kept = [state for state in shares if shares[state] >= _MOST * most]
    return tuple(sorted(kept, key=lambda state: -shares[state]))


def script_words(script: str) -> str:
    """What a script says for the map, as "Tamil script: Tamil Nadu, Puducherry"."""
    states = where_written(script)
    if not states:
        return f"{script} script: anywhere in India"
    more = len(states) - _NAMED_STATES
    named = ", ".join(states[:_NAMED_STATES])
    return f"{script} script: {named}" + (f" and {more} more states" if more > 0 else "")
