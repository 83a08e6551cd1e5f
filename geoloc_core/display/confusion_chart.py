"""The confusion matrix as a chart that a click chooses an entry of.

A Vega-Lite specification, written out: to have Altair check one of this size takes longer than to
draw it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.display.colours import CHOSEN, PROBABILITY
from geoloc_core.evaluation.confusion import row_shares
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.sphere import haversine_km

Entries = Literal["counts", "shares"]
Scale = Literal["linear", "log"]
PICK = "pick"

_STEP = 11  # pixels an entry
_PAPER = "#fbfaf6"
_INK = "#4d5864"
_DIAGONAL = "#c9b98c"
_BESIDE = "#ece8dc"


def matrix_data(matrix: NDArray[np.int64], grid: Grid) -> pd.DataFrame:
    """What `matrix_chart` draws: one row an entry of the matrix (n, n) that holds photos.

    Columns: truth, answer, pictures, of (all in the row), share (of the row), km between the cells'
    centroids.
    """
    truth, answer = np.nonzero(matrix)
    km = haversine_km(grid.centroids[truth], grid.centroids[answer])
    return pd.DataFrame(
        {
            "truth": truth.astype(np.int16),
            "answer": answer.astype(np.int16),
            "pictures": matrix[truth, answer],
            "of": matrix.sum(axis=1)[truth],
            "share": row_shares(matrix)[truth, answer].astype(np.float32),
            "km": km.astype(np.float32),
        }
    )


def matrix_chart(
    data: pd.DataFrame,
    names: Sequence[str],
    order: Sequence[int],
    *,
    entries: Entries,
    scale: Scale,
    chosen: tuple[int, int],
) -> dict[str, Any]:
    """The chart of `matrix_data` with its n cells, of these `names`, in `order`.

    Hovering names both cells of an entry that holds photos, elsewhere the true cell; a click on an
    entry makes the selection `PICK`, which holds truth and answer and starts as `chosen`.
    """
    columns = {
        "field": "answer",
        "type": "ordinal",
        "scale": {"domain": list(order)},
        "title": "Answer",
        "axis": _axis("top"),
    }
    rows = {**columns, "field": "truth", "title": "True cell", "axis": _axis("left")}
    pick = {
        "name": PICK,
        "select": {"type": "point", "fields": ["truth", "answer"], "toggle": False, "clear": False},
        "value": [{"truth": chosen[0], "answer": chosen[1]}],
    }
    squares = {
        "params": [pick],
        "transform": [
            {"calculate": "names[datum.truth]", "as": "true_name"},
            {"calculate": "names[datum.answer]", "as": "answer_name"},
            {"calculate": "datum.pictures + ' of ' + datum.of", "as": "photos"},
            {"calculate": "format(datum.km, ',.0f') + ' km'", "as": "apart"},
        ],
        # no description for every square: the page's lists and tables say what they would
        "mark": {"type": "rect", "strokeWidth": 0.7, "cursor": "pointer", "aria": False},
        "encoding": {
            "x": columns,
            "y": rows,
            "color": _colour(data, entries, scale),
            "stroke": {"value": _BESIDE},
            "tooltip": [
                {"field": "true_name", "title": "True"},
                {"field": "answer_name", "title": "Answer"},
                {"field": "photos", "title": "Photos"},
                {"field": "share", "title": "Share", "type": "quantitative", "format": ".1%"},
                {"field": "apart", "title": "Apart"},
            ],
        },
    }
    row, column = {"y": rows}, {"x": columns}
    return {
        "autosize": "pad",
        "usermeta": {"embedOptions": {"renderer": "canvas"}},  # as SVG it is an element an entry
        "width": {"step": _STEP},
        "height": {"step": _STEP},
        "params": [{"name": "names", "value": list(names)}],
        "layer": [
            _cells(order, row, _PAPER, _BESIDE, tooltip="names[datum.truth] + ': no photo here'"),
            _cells(order, column, None, _BESIDE),
            squares,
            _cells(order, {**row, **column}, None, _DIAGONAL),
            _picked(order, "answer", column),
            _picked(order, "truth", row),
        ],
        "config": {
            "view": {"stroke": "#dcd8cb"},
            "axis": {"labelColor": _INK, "titleColor": _INK, "titleFontSize": 12},
            "legend": {"labelColor": _INK, "titleColor": _INK, "titleFontSize": 12},
        },
    }


def _colour(data: pd.DataFrame, entries: Entries, scale: Scale) -> dict[str, Any]:
    """The entries' colours and their legend."""
    field, title, form = {
        "counts": ("pictures", "Photos", "d"),
        "shares": ("share", "Share of the row", "%"),
    }[entries]
    held = data[field]
    least, most = (float(held.min()), float(held.max())) if len(held) else (1.0, 1.0)
    # a scale needs two ends, and the least entry must not look like an empty one
    ends = [0, most] if scale == "linear" else [least / 2, most]
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"type": scale, "domain": ends, "range": list(PROBABILITY)},
        "legend": {
            "title": title,
            "format": form,
            "orient": "bottom",
            "gradientLength": 260,
            "gradientThickness": 9,
            "tickCount": 5,
        },
    }


def _axis(side: Literal["top", "left"]) -> dict[str, Any]:
    """Every cell's number, small enough for an entry's width."""
    return {
        "orient": side,
        "labelFontSize": 8,
        "labelAngle": 0,
        "labelOverlap": False,
        "labelPadding": 3,
        "ticks": False,
        "domain": False,
    }


def _cells(
    order: Sequence[int],
    encoding: dict[str, Any],
    fill: str | None,
    stroke: str,
    tooltip: str | None = None,
) -> dict[str, Any]:
    """One rectangle a cell: all rows, all columns, or the diagonal, as the encoding has it."""
    said = {} if tooltip is None else {"tooltip": {"expr": tooltip}}
    return {
        "data": {"sequence": {"start": 0, "stop": len(order), "as": "truth"}},
        "transform": [{"calculate": "datum.truth", "as": "answer"}],
        "mark": {"type": "rect", "fill": fill, "stroke": stroke, "strokeWidth": 0.7, **said},
        "encoding": encoding,
    }


def _picked(
    order: Sequence[int], field: Literal["truth", "answer"], encoding: dict[str, Any]
) -> dict[str, Any]:
    """A frame around the picked entry's row or column, unseen around all others."""
    picked = f"indexof({PICK}.{field} || [], datum.{field}) >= 0"
    frame = _cells(order, encoding, None, CHOSEN)
    frame["mark"]["strokeWidth"] = 1.6
    frame["encoding"] = {
        **encoding,
        "opacity": {"condition": {"test": picked, "value": 1}, "value": 0},
    }
    return frame
