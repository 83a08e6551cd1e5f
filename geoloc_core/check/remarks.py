"""What weakens a data set though no row is wrong: few images, no headings, cells of one person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoloc_core.check.names import one_letter_apart
from geoloc_core.data.filling import EXAMPLES, cells_of
from geoloc_core.data.table import shown
from geoloc_core.geography.grid import Grid

LEAST = 20  # images in a cell: below, its accuracy is chance
LEAST_OWNED = 5  # images in a cell, for it to be anyone's
OWNED = 0.9  # share of a cell's images


@dataclass(frozen=True)
class Remark:
    """How many there are of something that a reader should know, and a sentence for the first."""

    kind: str
    count: int
    says: tuple[str, ...]


def remarks_on(frame: pd.DataFrame, grid: Grid) -> list[Remark]:
    """What there is to say of a manifest on a grid, as from `filled`."""
    cells = cells_of(frame, grid)
    sizes = np.bincount(cells[cells >= 0], minlength=len(grid))
    few = [f"Cell {cell} has {sizes[cell]} images." for cell in np.flatnonzero(sizes < LEAST)]
    unheaded = frame["file"][frame["heading"].isna()]
    unnamed = frame["file"][frame["uploader"] == ""]
    pairs = one_letter_apart(frame["uploader"])
    said = {
        f"cells with fewer than {LEAST} images": few,
        "cells that one uploader owns": _owned(frame["uploader"], cells),
        "uploaders' names one letter apart": [
            f"'{shown(one)}' and '{shown(other)}'." for one, other in pairs
        ],
        "images without an uploader": [f"{shown(file)}." for file in unnamed],
        "images without a heading": [f"{shown(file)}." for file in unheaded],
    }
    return [Remark(kind, len(of), tuple(of[:EXAMPLES])) for kind, of in said.items() if of]


def _owned(uploaders: pd.Series[str], cells: np.typing.NDArray[np.int64]) -> list[str]:
    """A sentence for each cell of whose images nearly all are by one named person."""
    if uploaders[uploaders != ""].nunique() < 2:
        return []
    said = []
    for cell, names in uploaders[cells >= 0].groupby(cells[cells >= 0]):
        counts = names[names != ""].value_counts()
        if len(names) >= LEAST_OWNED and len(counts) and counts.iloc[0] >= OWNED * len(names):
            owner = shown(counts.index[0])
            said.append(f"Cell {cell}: '{owner}' took {counts.iloc[0]} of {len(names)} images.")
    return said
