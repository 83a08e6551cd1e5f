"""Small pieces of HTML beside the map: its legend and the bars of the likeliest cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from geoloc_core.display.colours import (
    CHOSEN,
    GUESS,
    PROBABILITY,
    probability_colours,
    probability_position,
)
from geoloc_core.display.maps.layers import percent
from geoloc_core.display.maps.marks import estimate_symbol, truth_symbol
from geoloc_core.text import plain_text

_TICKS = (0.0, 0.01, 0.05, 0.2, 0.5, 1.0)


def likeliest(probabilities: NDArray[np.float64], count: int) -> list[int]:
    """The `count` most probable cells, most likely first; ties go to the lower number."""
    return [int(cell) for cell in np.argsort(-probabilities, kind="stable")[:count]]


def legend(
    estimates: Mapping[str, str],
    truth_label: str | None,
    set_level: float | None,
    outlined: str = "chosen cell",
    *,
    certain: bool = True,
) -> str:
    """The map's legend: the colour scale and the marks of `map_layers.prediction_layer`.

    `estimates` give the colour of each by what it is called; `truth_label` where there is a star,
    `set_level` where a prediction set has its border; `outlined` says which cell is outlined.
    """
    ticks = "".join(
        f'<span style="left:{100 * probability_position(tick):.1f}%">{100 * tick:.0f}</span>'
        for tick in _TICKS
    )
    marks = [
        (_image(estimate_symbol(colour, hollow=not certain)), label)
        for label, colour in estimates.items()
    ]
    if truth_label is not None:
        marks.append((_image(truth_symbol()), truth_label))
    marks.append((f'<i style="border:3px solid {CHOSEN}"></i>', outlined))
    if set_level is not None:
        dashes = '<i style="border:2px dashed currentColor"></i>'
        marks.append((dashes, f"{100 * set_level:.0f} % prediction set"))
    stops = ",".join(PROBABILITY if certain else GUESS)
    listed = "".join(f"<li>{mark}{plain_text(text)}</li>" for mark, text in marks)
    return (
        '<div class="pata-legend"><div class="pata-scale">'
        "<b>Probability of a cell, %</b>"
        f'<div style="background:linear-gradient(90deg,{stops})"></div>'
        f"<p>{ticks}</p></div><ul>{listed}</ul></div>"
    )


def bars(
    probabilities: NDArray[np.float64],
    names: Sequence[str],
    cells: Sequence[int],
    *,
    certain: bool = True,
) -> str:
    """A list of `cells` with their names and probabilities; a whole bar is certainty.

    In the map's colours, grey where they are a guess.
    """
    colours = probability_colours(probabilities, certain=certain)
    rows = "".join(
        f"<li><span>{plain_text(names[cell])}<small>cell {cell}</small></span>"
        f"<b>{percent(float(probabilities[cell]))}</b>"
        f'<div><i style="width:{100 * probabilities[cell]:.1f}%;'
        f'background:{colours[cell]}"></i></div></li>'
        for cell in cells
    )
    return f'<ol class="pata-bars">{rows}</ol>'


def _image(symbol: str) -> str:
    """An SVG as a picture: Streamlit drops inline SVG from HTML."""
    return f'<img alt="" src="data:image/svg+xml,{quote(symbol)}">'
