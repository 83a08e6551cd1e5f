"""The confusion matrix as a chart that a click chooses an entry of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import altair as alt
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


def matrix_chart(
    matrix: NDArray[np.int64],
    grid: Grid,
    names: Sequence[str],
    order: Sequence[int],
    *,
    entries: Entries,
    scale: Scale,
    chosen: tuple[int, int],
) -> alt.LayerChart:
    """The matrix (n, n) with its cells in `order`, rows the truth and columns the answers.

    Hovering names both cells of an entry and the km between their centroids; a click on it makes
    the selection `PICK`, which holds truth and answer and starts as `chosen`.
    """
    data = _long(matrix, grid)
    value = {"counts": "pictures", "shares": "share"}[entries]
    positive = data.loc[data["pictures"] > 0, value]
    least, most = (positive.min(), positive.max()) if len(positive) else (1, 1)
    # a scale needs two ends, and the least entry must not look like an empty one
    ends = [0, most] if scale == "linear" else [least / 2, most]
    colour = alt.Color(
        f"{value}:Q",
        scale=alt.Scale(type=scale, domain=ends, range=list(PROBABILITY)),
        legend=alt.Legend(
            title={"counts": "Photos", "shares": "Share of the row"}[entries],
            orient="bottom",
            gradientLength=260,
            gradientThickness=9,
            format="%" if entries == "shares" else "d",
            tickCount=5,
        ),
    )
    columns = alt.X("answer:O", sort=list(order), title="Answer", axis=_axis("top"))
    rows = alt.Y("truth:O", sort=list(order), title="True cell", axis=_axis("left"))
    pick = alt.selection_point(
        name=PICK,
        fields=["truth", "answer"],
        value=[{"truth": chosen[0], "answer": chosen[1]}],
        toggle=False,
        clear=False,
    )
    squares = (
        alt.Chart(data)
        .transform_calculate(
            true_name="names[datum.truth]",
            answer_name="names[datum.answer]",
            photos="datum.pictures + ' of ' + totals[datum.truth]",
            apart="format(datum.km, ',.0f') + ' km'",
        )
        .mark_rect(strokeWidth=0.7, cursor="pointer")
        .encode(
            x=columns,
            y=rows,
            color=alt.when(alt.datum.pictures > 0).then(colour).otherwise(alt.value(_PAPER)),
            stroke=alt.when("datum.truth == datum.answer")
            .then(alt.value(_DIAGONAL))
            .otherwise(alt.value("#ece8dc")),
            tooltip=[
                alt.Tooltip("true_name:N", title="True"),
                alt.Tooltip("answer_name:N", title="Answer"),
                alt.Tooltip("photos:N", title="Photos"),
                alt.Tooltip("share:Q", title="Share", format=".1%"),
                alt.Tooltip("apart:N", title="Apart"),
            ],
        )
        .add_params(pick)
    )
    bands = alt.Chart(pd.DataFrame({"truth": order, "answer": order})).mark_rect(
        fill=None, stroke=CHOSEN, strokeWidth=1.6
    )
    row = bands.encode(y=rows, opacity=_where_picked("truth"))
    column = bands.encode(x=columns, opacity=_where_picked("answer"))
    return (
        alt.layer(squares, column, row)
        .add_params(
            alt.param(name="names", value=list(names)),
            alt.param(name="totals", value=matrix.sum(axis=1).tolist()),
        )
        .properties(width=alt.Step(_STEP), height=alt.Step(_STEP))
        .configure_view(stroke="#dcd8cb")
        .configure_axis(labelColor=_INK, titleColor=_INK, titleFontSize=12)
        .configure_legend(labelColor=_INK, titleColor=_INK, titleFontSize=12)
    )


def _axis(side: Literal["top", "left"]) -> alt.Axis:
    """Every cell's number, small enough for an entry's width."""
    return alt.Axis(
        orient=side,
        labelFontSize=8,
        labelAngle=0,
        labelOverlap=False,
        labelPadding=3,
        ticks=False,
        domain=False,
    )


def _where_picked(field: str) -> alt.When:
    """Opaque for the picked entry's cell and unseen for all others."""
    picked = alt.when(f"indexof({PICK}.{field} || [], datum.{field}) >= 0")
    return picked.then(alt.value(1)).otherwise(alt.value(0))


def _long(matrix: NDArray[np.int64], grid: Grid) -> pd.DataFrame:
    """One row an entry, the true cell first."""
    truth, answer = (axis.ravel() for axis in np.indices(matrix.shape))
    km = haversine_km(grid.centroids[:, None], grid.centroids[None, :])
    return pd.DataFrame(
        {
            "truth": truth.astype(np.int16),
            "answer": answer.astype(np.int16),
            "pictures": matrix.ravel(),
            "share": row_shares(matrix).ravel().astype(np.float32),
            "km": km.ravel().astype(np.float32),
        }
    )
