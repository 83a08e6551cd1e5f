"""The pairs of a scan: an image, a donor's image whose content is put in, and the control's.

A donor's image was taken away from its uploader's home cell, so that its scene cannot name that
cell: if the prediction travels there, something but the scene has told who took it. The control is
an image of the same cell by somebody else who lives elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    beside = nearest_others(named, away, NEAREST, elsewhere=True)
    controls = dict(zip(away.index.tolist(), beside, strict=True))
    controls = {row: files for row, files in controls.items() if files}
    return Donors(away.loc[list(controls)], controls, everyone)


def nearest_others(
    images: pd.DataFrame, to: pd.DataFrame, count: int, *, elsewhere: bool = False
) -> list[list[str]]:
    """For each row of `to` the files of so many `images` of its cell by others, the nearest first.

    Where the table has no places, any of them. With `elsewhere` the others live in another cell.
    """
    placed = {"latitude", "longitude"} <= set(images)
    images = images.sample(frac=1, random_state=0)
    by_cell = dict(list(images.groupby("cell")))
    found: list[list[str]] = [[]] * len(to)
    for cell, places in to.reset_index(drop=True).groupby("cell"):
        here = by_cell.get(cell)
        if here is None:
            continue
        km = np.zeros((len(places), len(here)))
        if placed:
            of, theirs = (t[["latitude", "longitude"]].to_numpy(float) for t in (places, here))
            km = np.nan_to_num(haversine_km(of[:, None], theirs[None]))
        for column in ("uploader", "home") if elsewhere else ("uploader",):
            same = places[column].to_numpy()[:, None] == here[column].to_numpy()[None]
            km[same] = np.inf
        order = np.argsort(km, axis=1, kind="stable")[:, :count]
        files = here["file"].to_numpy(str)
        for row, nearest, away in zip(places.index, order, km, strict=True):
            found[int(str(row))] = files[nearest[np.isfinite(away[nearest])]].tolist()
    return found


def sample(table: pd.DataFrame, count: int, seed: int = 0) -> pd.DataFrame:
    """At most so many images of the test fold, of as many panoramas as there are, shuffled."""
    test = table[table[FOLD] == "test"]
    test = test.iloc[np.random.default_rng(seed).permutation(len(test))]
    turn = test.groupby("panorama").cumcount().sort_values(kind="stable")
    return test.loc[turn.index[:count]]


def draw_pairs(donors: Donors, test: pd.DataFrame, count: int, seed: int = 0) -> pd.DataFrame:
    """Draw so many pairs on images of the `test` fold, which take turns.

    Columns: file, cell and uploader of the image; donor and control, files; donor_uploader; target,
    the donor's home, neither the image's cell nor its uploader's home. Donors take turns, and so do
    each one's images, so that nobody's weigh more. Fewer come back where no donor fits.
    """
    random = np.random.default_rng(seed)
    test = donors.everyone.loc[test.index]
    if donors.images.empty or test.empty:
        return pd.DataFrame(columns=_PAIR)
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
        donor, file = queues[name].next()
        fitting = [other for other in donors.controls[donor] if other != image["file"]]
        if not fitting:
            continue
        rows.append(
            {
                "file": image["file"],
                "cell": int(image["cell"]),
                "uploader": image["uploader"],
                "donor": file,
                "donor_uploader": name,
                "control": str(random.choice(fitting)),
                "target": queues[name].home,
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
        files = shuffled.loc[turn.index, "file"]
        self._order = [(int(str(row)), str(file)) for row, file in files.items()]
        self.home, self._next = int(images["home"].iloc[0]), 0

    def next(self) -> tuple[int, str]:
        """The row and the file of the next image."""
        self._next += 1
        return self._order[(self._next - 1) % len(self._order)]
