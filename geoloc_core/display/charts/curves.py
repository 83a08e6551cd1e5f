"""Charts of how good the networks are: calibration, accuracy against coverage, errors in km.

Their colours stand on a light ground and on a dark one; all else is left to the page's theme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from geoloc_core.display.colours import (
    BASELINE_CURVES,
    CALIBRATION_CURVES,
    CHART_LINE,
    NETWORK_CURVES,
)
from geoloc_core.evaluation.committed import Curve
from geoloc_core.evaluation.metrics import RADII_KM

_HEIGHT = 340  # pixels of a chart
_LEGEND = 20  # pixels that its legend adds for each line
_ENDS_KM = (10, 3000)


def reliability_chart(bins: Mapping[str, pd.DataFrame]) -> alt.LayerChart:
    """Accuracy against confidence, one line for each of `bins` (see `reliability_bins`).

    On the diagonal a model is right as often as it says.
    """
    data = pd.concat([table.assign(line=line) for line, table in bins.items()])
    share = alt.Scale(domain=[0, 1])
    colour = alt.Color(
        "line:N",
        title=None,
        scale=alt.Scale(domain=list(bins), range=list(CALIBRATION_CURVES)),
        legend=alt.Legend(orient="top"),
    )
    base = alt.Chart(data).encode(
        x=alt.X("confidence:Q", scale=share, title="Confidence", axis=_percent()),
        y=alt.Y("accuracy:Q", scale=share, title="Accuracy", axis=_percent()),
        color=colour,
    )
    points = base.mark_circle(opacity=0.9).encode(
        size=alt.Size("images:Q", scale=alt.Scale(range=[25, 350]), legend=None),
        tooltip=[
            alt.Tooltip("line:N", title="Probabilities"),
            alt.Tooltip("confidence:Q", title="Confidence", format=".0%"),
            alt.Tooltip("accuracy:Q", title="Accuracy", format=".0%"),
            alt.Tooltip("images:Q", title="Photos"),
        ],
    )
    diagonal = (
        alt.Chart(pd.DataFrame({"confidence": [0, 1], "accuracy": [0, 1]}))
        .mark_line(color=CHART_LINE, strokeDash=[4, 4], strokeWidth=1)
        .encode(x="confidence:Q", y="accuracy:Q")
    )
    layers: alt.LayerChart = alt.layer(diagonal, base.mark_line(strokeWidth=1.5), points)
    return layers.properties(height=_HEIGHT)


def withholding_chart(curves: Mapping[str, Curve]) -> alt.Chart:
    """Accuracy against coverage, one line a curve of `withholding_curves`."""
    data = pd.concat(
        [
            pd.DataFrame(curve, columns=["answered", "right"]).assign(line=line)
            for line, curve in curves.items()
        ]
    )
    share = alt.Scale(domain=[0, 1])
    chart = (
        alt.Chart(data)
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X(
                "answered:Q",
                scale=share,
                title="Coverage: share of photos predicted",
                axis=_percent(),
            ),
            y=alt.Y("right:Q", scale=share, title="Accuracy on these", axis=_percent()),
            color=_lines(curves, NETWORK_CURVES),
            tooltip=[
                alt.Tooltip("line:N", title="Predicted by"),
                alt.Tooltip("answered:Q", title="Coverage", format=".0%"),
                alt.Tooltip("right:Q", title="Accuracy", format=".0%"),
            ],
        )
    )
    return chart.properties(height=_HEIGHT + _LEGEND * len(curves))


def error_chart(networks: Mapping[str, Curve], baselines: Mapping[str, Curve]) -> alt.LayerChart:
    """The share of photos within a distance, one line for each curve (see `error_curves`).

    Networks are drawn solid and baselines dashed; the radii of im2gps are marked.
    """
    curves = {**networks, **baselines}
    data = pd.concat(
        [
            pd.DataFrame(curve, columns=["km", "share"]).assign(
                line=line, baseline=line in baselines
            )
            for line, curve in curves.items()
        ]
    )
    colours = [*NETWORK_CURVES[: len(networks)], *BASELINE_CURVES[: len(baselines)]]
    across = alt.X(
        "km:Q",
        scale=alt.Scale(type="log", domain=list(_ENDS_KM), nice=False),
        axis=alt.Axis(values=[10, *RADII_KM], format=",d", grid=False),
        title="Distance error, km",
    )
    lines = (
        alt.Chart(data)
        .mark_line(strokeWidth=2, clip=True)
        .encode(
            x=across,
            y=alt.Y(
                "share:Q",
                scale=alt.Scale(domain=[0, 1]),
                title="Share of photos within",
                axis=_percent(),
            ),
            color=_lines(curves, colours),
            strokeDash=alt.when("datum.baseline")
            .then(alt.value([5, 3]))
            .otherwise(alt.value([1, 0])),
            tooltip=[
                alt.Tooltip("line:N", title="Predicted by"),
                alt.Tooltip("km:Q", title="Within km", format=",.0f"),
                alt.Tooltip("share:Q", title="Photos", format=".0%"),
            ],
        )
    )
    marks = (
        alt.Chart(pd.DataFrame({"km": RADII_KM}))
        .mark_rule(color=CHART_LINE, opacity=0.5)
        .encode(x=alt.X("km:Q", scale=alt.Scale(type="log")))
    )
    layers: alt.LayerChart = alt.layer(marks, lines)
    return layers.properties(height=_HEIGHT + _LEGEND * len(curves))


def _percent() -> alt.Axis:
    return alt.Axis(format="%", tickCount=5)


def _lines(curves: Mapping[str, Curve], colours: Sequence[str]) -> alt.Color:
    """A colour a curve, and the legend below."""
    return alt.Color(
        "line:N",
        title=None,
        scale=alt.Scale(domain=list(curves), range=list(colours[: len(curves)])),
        legend=alt.Legend(orient="bottom", columns=1, labelLimit=360, symbolType="stroke"),
    )
