"""The legends below the maps: a colour scale, and what the marks mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup

from geoloc_core.display.colours import (
    CHOSEN,
    LIGHT,
    NO_PHOTOS,
    PROBABILITY,
    WHOLE,
    Shading,
)
from geoloc_core.display.formats import percent
from geoloc_core.display.html.render import render
from geoloc_core.display.maps.cells_layer import Shade
from geoloc_core.display.maps.marks import estimate_symbol, truth_symbol

_TICKS = (0.0, 0.01, 0.05, 0.2, 0.5, 1.0)


class _Key(NamedTuple):
    """A line of a legend: a mark, which is an SVG or a box in a CSS style, and its text."""

    text: str
    symbol: str = ""
    style: str = ""


def legend(
    estimates: Mapping[str, str],
    truth_label: str | None,
    set_level: float | None,
    outlined: str = "chosen cell",
    *,
    certain: bool = True,
    shading: Shading = WHOLE,
) -> Markup:
    """The legend of `maps.layers.prediction_layer`.

    `estimates` give the colour of each by what it is called; `truth_label` where there is a star,
    `set_level` where a prediction set has its border; `outlined` says which cell is outlined; the
    marks of what is not `certain` are hollow; `shading` is the cells' scale.
    """
    keys = [
        _Key(label, symbol=estimate_symbol(colour, hollow=not certain))
        for label, colour in estimates.items()
    ]
    if truth_label is not None:
        keys.append(_Key(truth_label, symbol=truth_symbol()))
    keys.append(_Key(outlined, style=f"border:3px solid {CHOSEN}"))
    if set_level is not None:
        dashes = "border:2px dashed currentColor"
        keys.append(_Key(f"{percent(set_level)} prediction set", style=dashes))
    ends = [tick for tick in _TICKS if tick < shading.end] + [shading.end]
    ticks = [(100 * sqrt(tick / shading.end), f"{100 * tick:.0f}") for tick in ends]
    return _drawn("Probability of a cell, %", shading.stops, ticks, keys)


def accuracy_legend() -> Markup:
    """The legend of `maps.accuracy.accuracy_layer`."""
    keys = [
        _Key("no photos", style=f"background:{NO_PHOTOS}"),
        _Key("chosen cell", style=f"border:3px solid {CHOSEN}"),
        _Key("predicted as", style=f"height:5px;background:{CHOSEN}"),
    ]
    ticks = [(share, str(share)) for share in (0, 50, 100)]
    return _drawn("Accuracy in a cell, %", PROBABILITY, ticks, keys)


def scale(shade: Shade, values: pd.Series[float]) -> Markup:
    """The legend of `maps.data_set.cells_layer`: the colours from none to the largest value."""
    ticks = [(0, "0"), (100, shade.number(float(values.max())))]
    return _drawn(shade.label, LIGHT, ticks, ())


def _drawn(
    title: str,
    stops: Sequence[str],
    ticks: Sequence[tuple[float, str]],
    keys: Sequence[_Key],
) -> Markup:
    """A legend: the ramp through the `stops`, its ticks at so many per cent, and its keys."""
    return render("legend.html", title=title, stops=stops, ticks=ticks, keys=keys)
