"""Everything that may be wrong with a data set, row by row, and how `--fix` cures each kind."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.check.copies import ALIKE, APART, COPIES, SPREAD, alike, copies, spread_panoramas
from geoloc_core.check.names import SPELLING, spellings
from geoloc_core.data.filling import (
    CELLS,
    ELSEWHERE,
    HEADINGS,
    NO_PLACE,
    NOWHERE,
    TWICE,
    UNKNOWN_FOLDS,
    Fault,
    cells_of,
    fault,
)
from geoloc_core.data.folds import FOLD
from geoloc_core.data.manifest import looks_swapped
from geoloc_core.data.table import shown
from geoloc_core.geography.grid import article_grid

MISSING, BROKEN = "missing files", "broken files"
SWAPPED, OUTSIDE = "latitude and longitude swapped", "places outside India"
WRONG_CELLS, TORN = "wrong cells", "one panorama in two folds"

CURES = {
    ELSEWHERE: "dropped",
    TWICE: "dropped but for the first",
    MISSING: "dropped",
    BROKEN: "dropped",
    NO_PLACE: "dropped",
    NOWHERE: "dropped, unless swapped",
    SWAPPED: "swapped back",
    OUTSIDE: "dropped",
    COPIES: "dropped but for the first",
    APART: "dropped: which place is right is not known",
    SPREAD: "dropped: which place is right is not known",
    HEADINGS: "heading emptied",
    CELLS: "cell computed from the place",
    WRONG_CELLS: "cell computed from the place",
    UNKNOWN_FOLDS: "fold computed from the panorama",
    ALIKE: "put into the panorama of the other",
    TORN: "put into the fold of most of its images",
    SPELLING: "given the most frequent spelling",
}
"""What `--fix` does with the rows of each kind of fault, in the order in which they are told."""

DROPPED = frozenset(kind for kind, cure in CURES.items() if cure.startswith("dropped"))


def faults_in(frame: pd.DataFrame, of_rows: list[Fault], seen: pd.DataFrame) -> list[Fault]:
    """The faults of a manifest, in the order of `CURES`.

    frame and of_rows as from `filled`, seen as from `look_at`, a row each.
    """
    in_range = frame["latitude"].abs().le(90) & frame["longitude"].abs().le(180)
    swapped = looks_swapped(frame)
    cells = cells_of(frame, article_grid())
    nonsense = _is_one_of(of_rows, CELLS, len(frame))
    found = [
        *of_rows,
        *fault(
            MISSING,
            ~seen["there"] & ~_is_one_of(of_rows, ELSEWHERE, len(frame)),
            lambda row: f"{shown(frame['file'][row])} is missing",
        ),
        *fault(
            BROKEN,
            seen["wrong"] != "",
            lambda row: f"{shown(frame['file'][row])}: {seen['wrong'][row].rstrip('.')}",
        ),
        *fault(SWAPPED, swapped, lambda row: f"{_at(frame, row)} would lie in India if swapped"),
        *fault(
            OUTSIDE,
            in_range & (cells < 0) & ~swapped,
            lambda row: f"{_at(frame, row)} is not in India",
        ),
        *copies(frame, seen),
        *spread_panoramas(frame),
        *fault(
            WRONG_CELLS,
            (cells != frame["cell"]) & in_range & ~nonsense,
            lambda row: f"{_at(frame, row)} lies in cell {cells[row]}, not {frame['cell'][row]}",
        ),
        *alike(frame, seen),
        *_torn(frame),
        *spellings(frame),
    ]
    return sorted(found, key=lambda each: list(CURES).index(each.kind))


def most_frequent_fold(frame: pd.DataFrame) -> pd.Series[str]:
    """The fold of most images of each row's panorama."""
    folds = frame.groupby("panorama")[FOLD].agg(lambda of: of.value_counts().index[0])
    return frame["panorama"].map(folds)


def _torn(frame: pd.DataFrame) -> list[Fault]:
    if FOLD not in frame:  # by a hash of the panorama, which tears none
        return []
    torn = frame.groupby("panorama")[FOLD].transform("nunique") > 1
    return fault(
        TORN,
        torn,
        lambda row: (
            f"{shown(frame['file'][row])} is in the fold {frame[FOLD][row]}, other images "
            f"of the panorama {shown(frame['panorama'][row])} are in another"
        ),
    )


def _is_one_of(faults: list[Fault], kind: str, count: int) -> NDArray[np.bool_]:
    found = np.zeros(count, bool)
    for each in faults:
        if each.kind == kind:
            found[each.rows] = True
    return found


def _at(frame: pd.DataFrame, row: int) -> str:
    place = f"{frame['latitude'][row]:.4g}, {frame['longitude'][row]:.4g}"
    return f"{shown(frame['file'][row])} at {place}"
