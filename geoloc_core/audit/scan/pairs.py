"""The pairs of a scan: an image, a donor's image whose content is put in, and the control's.

A donor's image was taken away from its uploader's home cell, so that its scene cannot name that
cell: if the prediction travels there, something but the scene has told who took it. The control is
an image of the same cell by somebody else who lives elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator

from geoloc_core.audit.swaps import ENOUGH, homes
from geoloc_core.data.folds import FOLD
from geoloc_core.errors import UserError
from geoloc_core.geography.sphere import haversine_km

COLUMNS = ("file", "cell", "uploader", FOLD)
AT_HOME = 0.5  # share of an uploader's images from which on their home is known
NEAREST = 5  # images of a donor's cell, those nearest to it, that a control is drawn from


class ScanError(UserError):
    """A table that cannot be scanned; the message is the sentence to show."""


@dataclass(frozen=True, eq=False)
class Donors:
    """Whose content can be put in.

    images: rows of the table with `home`, taken away from it, an index of their own; controls: for
    each of those rows the files of images that can stand against it, the nearest first; everyone:
    the whole table with `home`, -1 where nobody knows it.
    """

    images: pd.DataFrame
    controls: dict[int, list[str]]
    everyone: pd.DataFrame


def checked(table: pd.DataFrame) -> pd.DataFrame:
    """The table with what the scan needs of it. Raises ScanError, in words, where that lacks.

    Columns: file, cell (the class, 0 to n - 1), uploader ("" where unknown) and fold (train,
    validation, test); used where they are there: panorama, latitude and longitude in degrees.
    """
    lacking = [column for column in COLUMNS if column not in table]
    if lacking:
        raise ScanError(
            f"The table of images lacks the column {', '.join(lacking)}: a scan needs "
            f"{', '.join(COLUMNS)}."
        )
    table = table.reset_index(drop=True)
    return table if "panorama" in table else table.assign(panorama=table["file"])


def find_donors(table: pd.DataFrame) -> Donors:
    """The images that content can be taken from: away from a home that their uploader has.

    Homes are those of the training fold, of uploaders with at least `ENOUGH` panoramas there and
    most of them at home.
    """
    people = homes(table[table[FOLD] == "train"])
    known = people[(people["panoramas"] >= ENOUGH) & (people["share"] > AT_HOME)]["home"]
    everyone = table.assign(home=table["uploader"].map(known).fillna(-1).astype(np.int64))
    named = everyone[everyone["uploader"] != ""]
    away = named[(named["home"] >= 0) & (named["home"] != named["cell"])]
    controls: dict[int, list[str]] = {}
    for number, row in away.iterrows():
        beside = nearest_others(named[named["home"] != row["home"]], row, NEAREST)
        if len(beside):
            controls[int(str(number))] = beside["file"].tolist()
    return Donors(away.loc[list(controls)], controls, everyone)


def nearest_others(images: pd.DataFrame, to: pd.Series[Any], count: int) -> pd.DataFrame:
    """So many images of the same cell by other uploaders, the nearest first.

    Where the table has no places, any of them.
    """
    beside = images[(images["cell"] == to["cell"]) & (images["uploader"] != to["uploader"])]
    if {"latitude", "longitude"} <= set(beside) and not pd.isna(to["latitude"]):
        points = beside[["latitude", "longitude"]].to_numpy(np.float64)
        km = haversine_km(points, to[["latitude", "longitude"]].to_numpy(np.float64))
        return beside.iloc[np.argsort(km, kind="stable")[:count]]
    return beside.sample(min(count, len(beside)), random_state=0)


def draw_pairs(donors: Donors, count: int, images: int, seed: int = 0) -> pd.DataFrame:
    """Draw so many pairs on at most so many images of the test fold.

    Columns: file, cell and uploader of the image; donor and control, files; donor_uploader; target,
    the donor's home, neither the image's cell nor its uploader's home. Donors take turns, and so do
    each one's images, so that nobody's weigh more. Fewer come back where no donor fits.
    """
    random = np.random.default_rng(seed)
    test = donors.everyone[donors.everyone[FOLD] == "test"]
    test = test.iloc[random.permutation(len(test))]
    turn = test.groupby("panorama").cumcount().sort_values(kind="stable")
    test = test.loc[turn.index[:images]]
    if donors.images.empty or test.empty:
        return pd.DataFrame(columns=_PAIR)
    home_of = donors.everyone.set_index("file")["home"]
    queues = {str(name): _Turns(rows, random) for name, rows in donors.images.groupby("uploader")}
    waiting: list[str] = []
    rows = []
    for number in range(count):
        image = test.iloc[number % len(test)]
        if len(waiting) < len(queues):
            waiting += [str(name) for name in random.permutation(list(queues))]
        own = (image["cell"], image["home"])
        fits = (n for n in waiting if n != image["uploader"] and queues[n].home not in own)
        name = next(fits, None)
        if name is None:
            continue
        waiting.remove(name)
        donor = queues[name].next()
        fitting = [file for file in donors.controls[donor] if file != image["file"]]
        if not fitting:
            continue
        rows.append(
            {
                "file": image["file"],
                "cell": int(image["cell"]),
                "uploader": image["uploader"],
                "donor": donors.images.loc[donor, "file"],
                "donor_uploader": name,
                "control": str(random.choice(fitting)),
                "target": int(home_of[donors.images.loc[donor, "file"]]),
            }
        )
    return pd.DataFrame(rows, columns=_PAIR)


_PAIR = ["file", "cell", "uploader", "donor", "donor_uploader", "control", "target"]


class _Turns:
    """One uploader's images away from home, in an order that begins anew at its end.

    Different panoramas come first.
    """

    def __init__(self, images: pd.DataFrame, random: Generator) -> None:
        shuffled = images.iloc[random.permutation(len(images))]
        turn = shuffled.groupby("panorama").cumcount().sort_values(kind="stable")
        self.home, self._order, self._next = int(images["home"].iloc[0]), turn.index, 0

    def next(self) -> int:
        """The row of the next image."""
        row = int(str(self._order[self._next % len(self._order)]))
        self._next += 1
        return row
