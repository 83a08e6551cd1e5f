"""What a data set holds: a row a panorama, a row a cell, the uploaders of a cell, the headings."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.data.folds import split
from geoloc_core.geography.grid import Grid

SECTORS = 16  # of the compass, the first about north


def panoramas(manifest: pd.DataFrame) -> pd.DataFrame:
    """The first row of each panorama, with its fold in the column `fold`."""
    first = manifest.drop_duplicates("panorama").reset_index(drop=True)
    return first.assign(fold=split(first))


def cell_table(manifest: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """One row a cell of the grid that the manifest's cells belong to.

    Its name and area in km²; counts of images, panoramas and known uploaders; panoramas per
    10,000 km²; the most frequent uploader with the share of the cell's panoramas that are theirs
    ("" and 0 where none is known); `known_by_name`, how much a name gives the cell away: of a
    panorama of the cell and another one by the same uploader, how often both lie in it (0 where the
    uploader took no other); panoramas by fold.
    """
    first = panoramas(manifest)
    named = first[first["uploader"] != ""]
    by_uploader = named.groupby(["cell", "uploader"]).size()
    # of equals the first in the alphabet
    commonest = by_uploader.groupby(level="cell").idxmax()

    def counted(rows: pd.DataFrame) -> NDArray[np.int64]:
        cells = rows.loc[rows["cell"] >= 0, "cell"]
        return np.bincount(cells, minlength=len(grid)).astype(np.int64)

    table = pd.DataFrame(grid.frame[["name", "area_km2"]]).reset_index()
    table["images"] = counted(manifest)
    table["panoramas"] = counted(first)
    table["panoramas_per_10000_km2"] = 1e4 * table["panoramas"] / table["area_km2"]
    table["uploaders"] = counted(named.drop_duplicates(["cell", "uploader"]))
    table["commonest_uploader"] = [
        commonest[cell][1] if cell in commonest else "" for cell in table["cell"]
    ]
    most = by_uploader.groupby(level="cell").max().reindex(table["cell"], fill_value=0)
    table["commonest_share"] = most.to_numpy() / table["panoramas"].clip(lower=1)
    here = by_uploader.reset_index(name="here")
    taken = here["uploader"].map(named.groupby("uploader").size()).astype(float)
    elsewhere = taken - 1  # another one, anywhere
    together = here["here"] * (here["here"] - 1) / elsewhere.clip(lower=1)
    by_name = together.groupby(here["cell"]).sum().reindex(table["cell"], fill_value=0)
    table["known_by_name"] = by_name.to_numpy(float) / table["panoramas"].clip(lower=1)
    for fold in ("train", "validation", "test"):
        table[fold] = counted(first[first["fold"] == fold])
    return table


def uploaders_of(first: pd.DataFrame, cell: int) -> pd.DataFrame:
    """The known uploaders of a cell, busiest first: panoramas in it (`here`) and in all (`all`).

    `first` has one row a panorama.
    """
    named = first[first["uploader"] != ""]
    here = named[named["cell"] == cell].groupby("uploader").size().rename("here")
    everywhere = named.groupby("uploader").size().rename("all")
    table = here.to_frame().join(everywhere).reset_index()
    return table.sort_values(["here", "uploader"], ascending=[False, True], ignore_index=True)


def sectors(headings: pd.Series[float]) -> NDArray[np.int64]:
    """How many headings (degrees clockwise from north) fall into each sector of the compass."""
    numbers = np.rint(headings.to_numpy() * SECTORS / 360).astype(np.int64) % SECTORS
    return np.bincount(numbers, minlength=SECTORS)
