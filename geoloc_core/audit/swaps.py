"""For test 3: the homes of uploaders, and whose name, or nobody's, is put into each image."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
from numpy.random import Generator

ENOUGH = 5  # panoramas in the training fold: a network learns only names that it has met often

_SYLLABLE = (list("bdfghjklmnprstvyz"), list("aeiou"))


def homes(training: pd.DataFrame) -> pd.DataFrame:
    """Each uploader's home: the commonest cell of their panoramas, the first one of equals.

    Takes a manifest with the columns uploader, panorama and cell; gives, by uploader in the order
    of names, home, panoramas (their number) and share (how many of them lie at home).
    """
    taken = training[training["uploader"] != ""].drop_duplicates(["uploader", "panorama"])
    counts = pd.crosstab(taken["uploader"], taken["cell"])
    number = counts.sum(axis=1)
    return pd.DataFrame(
        {
            "home": counts.idxmax(axis=1),
            "panoramas": number,
            "share": counts.max(axis=1) / number,
        }
    )


def draw_swaps(images: pd.DataFrame, training: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Draw for each image whose name is put in; its file and the seed alone settle it.

    Takes rows of a manifest, and the training fold's. Gives, row by row: home, the image's own
    uploader's (-1 if the training fold does not know them); swapped, an uploader at home in
    `target`, neither the image's cell nor `home`; same_cell, another uploader at home in `home`;
    unknown, a name that nobody bears. Where there is no such uploader, the name is "" and `target`
    is -1. Drawn are uploaders
    with at least `ENOUGH` training panoramas, rather those who took most of them at home: the name
    of someone who travels promises no cell.
    """
    people = homes(training)
    known = people[people["panoramas"] >= ENOUGH]
    taken = {*training["uploader"], *images["uploader"]}

    def drawn(candidates: pd.DataFrame, random: Generator) -> str:
        """One of the candidates."""
        if candidates.empty:
            return ""
        chances = candidates["share"] / candidates["share"].sum()
        return str(random.choice(candidates.index, p=chances))

    rows = []
    for file, uploader, cell in images[["file", "uploader", "cell"]].itertuples(index=False):
        random = image_random(file, seed)
        home = people["home"].get(uploader, -1)
        swapped = drawn(known[~known["home"].isin([cell, home])], random)
        same_cell = drawn(known[(known["home"] == home) & (known.index != uploader)], random)
        rows.append(
            {
                "home": int(home),
                "swapped": swapped,
                "target": int(people["home"].get(swapped, -1)),
                "same_cell": same_cell,
                "unknown": _name_of_nobody(taken, random),
            }
        )
    return pd.DataFrame(rows, index=images.index)


def image_random(purpose: str, seed: int) -> Generator:
    """Chance for one purpose, the same whichever other images are audited."""
    digest = hashlib.sha256(f"{seed} {purpose}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8]))


def _name_of_nobody(taken: set[str], random: Generator) -> str:
    """Two words of random syllables: no uploader's name, and no part of one on purpose."""
    while True:
        words = [
            "".join(random.choice(letters) for _ in range(syllables) for letters in _SYLLABLE)
            for syllables in random.integers(2, 5, size=2)
        ]
        name = " ".join(words).title()
        if name not in taken:
            return name
