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

from geoloc_core.display.colours import CHART_INK, CHOSEN, DIAGONAL, FAINT_GRID, PROBABILITY
from geoloc_core.evaluation.confusion import row_shares
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.sphere import haversine_km

Entries = Literal["counts", "shares"]
Scale = Literal["linear", "log"]
Theme = Literal["light", "dark"]
PICK = "pick"

_STEP = 11  # pixels an entry
_RAMP = {"light": PROBABILITY, "dark": PROBABILITY[5::-1]}  # what is most stands out most


def matrix_data(matrix: NDArray[np.int64]) -> pd.DataFrame:
    """What `matrix_chart` colours: one row an entry of the matrix (n, n) that holds photos.

    Columns: truth, answer, images, share (of the row).
    """
    truth, answer = np.nonzero(matrix)
    return pd.DataFrame(
        {
            "truth": truth.astype(np.int16),
            "answer": answer.astype(np.int16),
            "images": matrix[truth, answer],
            "share": row_shares(matrix)[truth, answer].astype(np.float32),
        }
    )


def matrix_chart(
    matrix: NDArray[np.int64],
    grid: Grid,
    names: Sequence[str],
    order: Sequence[int],
    *,
    entries: Entries,
    scale: Scale,
    chosen: tuple[int, int],
    theme: Theme = "light",
) -> dict[str, Any]:
    """The chart of a matrix (n, n) over `grid`, its cells of these `names`, in `order`.

    It is to be given the `matrix_data`. Hovering names both cells of an entry, how many photos it
    holds and the km between the cells; a click on an entry makes the selection `PICK`, which holds
    truth and answer and starts as `chosen`.
    """
    columns = {
        "field": "answer",
        "type": "ordinal",
        "scale": {"domain": list(order)},
        "title": "Predicted cell",
        "axis": _axis("top"),
    }
    rows = {**columns, "field": "truth", "title": "True cell", "axis": _axis("left")}
    squares = {
        "mark": {"type": "rect", "aria": False},
        "encoding": {
            "x": columns,
            "y": rows,
            "color": _colour(matrix_data(matrix), entries, scale, theme),
        },
    }
    row, column = {"y": rows}, {"x": columns}
    ink = CHART_INK[theme]
    return {
        "background": "transparent",
        "autosize": "pad",
        "usermeta": {"embedOptions": {"renderer": "canvas"}},  # as SVG it is an element an entry
        "width": {"step": _STEP},
        "height": {"step": _STEP},
        "params": _facts(matrix, grid, names),
        "layer": [
            squares,
            _diagonal(order, {**row, **column}),
            _picked("answer", column),
            _picked("truth", row),
            _every_entry(len(order), {"x": columns, "y": rows}, chosen),
        ],
        "config": {
            "view": {"stroke": FAINT_GRID},
            "axis": {"labelColor": ink, "titleColor": ink, "titleFontSize": 12},
            "legend": {"labelColor": ink, "titleColor": ink, "titleFontSize": 12},
        },
    }


def _colour(data: pd.DataFrame, entries: Entries, scale: Scale, theme: Theme) -> dict[str, Any]:
    """The entries' colours and their legend."""
    field, title, form = {
        "counts": ("images", "Photos", "d"),
        "shares": ("share", "Share of the true cell's photos", "%"),
    }[entries]
    held = data[field]
    least, most = (float(held.min()), float(held.max())) if len(held) else (1.0, 1.0)
    # a scale needs two ends, and the least entry must not look like an empty one
    ends = [0, most] if scale == "linear" else [least / 2, most]
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"type": scale, "domain": ends, "range": list(_RAMP[theme])},
        "legend": {
            "title": title,
            "format": form,
            "orient": "bottom",
            "gradientLength": 260,
            "gradientThickness": 9,
            "tickCount": 5,
        },
    }


def _facts(matrix: NDArray[np.int64], grid: Grid, names: Sequence[str]) -> list[dict[str, Any]]:
    """What hovering says, as the chart's parameters: by cell, or row by row of the matrix."""
    km = haversine_km(grid.centroids[:, None], grid.centroids[None, :])
    facts = {
        "names": list(names),
        "photos": matrix.ravel().tolist(),
        "all": matrix.sum(axis=1).tolist(),
        "km": np.rint(km).astype(int).ravel().tolist(),
    }
    return [{"name": name, "value": value} for name, value in facts.items()]


def _every_entry(n: int, encoding: dict[str, Any], chosen: tuple[int, int]) -> dict[str, Any]:
    """An unseen square at each of n x n entries, which answers to the mouse.

    The browser counts them off: as data they would take longer to arrive than to draw.
    """
    pick = {
        "name": PICK,
        "select": {"type": "point", "fields": ["truth", "answer"], "on": "click, touchend"}
        | {"toggle": False, "clear": False},
        "value": [{"truth": chosen[0], "answer": chosen[1]}],
    }
    tooltip = (
        "{'True cell': names[datum.truth], 'Predicted': names[datum.answer],"
        " 'Photos': photos[datum.entry] + ' of ' + all[datum.truth],"
        " 'Distance': format(km[datum.entry], ',') + ' km'}"
    )
    return {
        "data": {"sequence": {"start": 0, "stop": n * n, "as": "entry"}},
        "transform": [
            {"calculate": f"floor(datum.entry / {n})", "as": "truth"},
            {"calculate": f"datum.entry % {n}", "as": "answer"},
        ],
        "params": [pick],
        # no description for every square: the page's lists and tables say what they would
        "mark": {
            "type": "rect",
            "fillOpacity": 0,
            "cursor": "pointer",
            "aria": False,
            "tooltip": {"expr": tooltip},
        },
        "encoding": encoding,
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
        "grid": True,
        "gridColor": FAINT_GRID,
        "bandPosition": 0,
        "domain": False,
    }


def _diagonal(order: Sequence[int], encoding: dict[str, Any]) -> dict[str, Any]:
    """A border around each entry of correct predictions."""
    return {
        "data": {"sequence": {"start": 0, "stop": len(order), "as": "truth"}},
        "transform": [{"calculate": "datum.truth", "as": "answer"}],
        "mark": {"type": "rect", "fill": None, "stroke": DIAGONAL, "strokeWidth": 0.7}
        | {"aria": False},
        "encoding": encoding,
    }


def _picked(field: Literal["truth", "answer"], encoding: dict[str, Any]) -> dict[str, Any]:
    """A border around the picked entry's row or column."""
    picked = f"{PICK}.{field} ? {PICK}.{field}[0] : -1"
    return {
        "data": {"values": [{}]},
        "transform": [{"calculate": picked, "as": field}, {"filter": f"datum.{field} >= 0"}],
        "mark": {"type": "rect", "fill": None, "stroke": CHOSEN, "strokeWidth": 1.6, "aria": False},
        "encoding": encoding,
    }
