"""Shares as bars: of the likeliest cells, of uploaders, of the folds, of both networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from geoloc_core.display.colours import FOLDS, PROBABILITY, WHOLE, Shading
from geoloc_core.display.formats import count, percent
from geoloc_core.display.html.render import render

_PLAIN = PROBABILITY[4]


class Measured(NamedTuple):
    """A share in [0, 1] and, where it is known, its 95 % interval."""

    value: float
    low: float | None = None
    high: float | None = None


class _Row(NamedTuple):
    """A bar that fills `percent` of its track, what it is of, and its value in words."""

    label: str
    aside: str
    value: str
    percent: float
    colour: str


def likeliest(probabilities: NDArray[np.float64], most: int) -> list[int]:
    """The `most` most probable cells, most likely first; ties go to the lower number."""
    return [int(cell) for cell in np.argsort(-probabilities, kind="stable")[:most]]


def bars(
    probabilities: NDArray[np.float64],
    names: Sequence[str],
    cells: Sequence[int],
    shading: Shading = WHOLE,
) -> Markup:
    """A list of `cells` with their names and probabilities, in the map's colours.

    A whole bar is the end of the scale.
    """
    shares = probabilities[list(cells)]
    colours = shading.colours(shares)
    rows = [
        _Row(names[cell], f"cell {cell}", percent(share), 100 * share / shading.end, colour)
        for cell, share, colour in zip(cells, shares.tolist(), colours, strict=True)
    ]
    return render("bars.html", rows=rows)


def uploader_bars(uploaders: pd.DataFrame, panoramas: int) -> Markup:
    """The uploaders of a cell of so many `panoramas`; a whole bar is all of them."""
    rows = [
        _Row(name, f"of {count(everywhere)} in all", count(here), 100 * here / panoramas, _PLAIN)
        for name, here, everywhere in uploaders.itertuples(index=False)
    ]
    return render("bars.html", rows=rows)


def fold_bar(table: pd.DataFrame) -> Markup:
    """The panoramas of the cell table by fold, as one bar."""
    return render("folds.html", counts={fold: int(table[fold].sum()) for fold in FOLDS})


def duel(
    title: str, rows: Mapping[str, Mapping[str, Measured]], source: str, names: Mapping[str, str]
) -> Markup:
    """Shares of both networks as pairs of bars: by label, then by model.

    `source` says over what they were measured, `names` what people call the networks.
    """
    networks = list(dict.fromkeys(network for shares in rows.values() for network in shares))
    return render(
        "duel.html", title=title, rows=rows, source=source, names=names, networks=networks
    )
