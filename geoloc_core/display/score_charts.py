"""Charts of how good the networks are: reliability, doubt withheld, errors in km."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import altair as alt
import pandas as pd

from geoloc_core.evaluation.committed import Curve
from geoloc_core.evaluation.scores import RADII_KM

Chart = TypeVar("Chart", alt.Chart, alt.LayerChart)

_INK = "#4d5864"
_ENDS_KM = (10, 3000)
_NETWORKS = ("#1a6f8a", "#e8552d", "#8fbecb", "#f0a88f", "#7a1f7d")
_BASELINES = ("#14202e", "#6b7480", "#9aa1a8", "#c2b58f", "#b9b4a6")


def reliability_chart(bins: Mapping[str, pd.DataFrame]) -> alt.LayerChart:
    """Accuracy against confidence, one line for each of `bins` (see `reliability_bins`).

    On the diagonal a model is right as often as it says.
    """
    data = pd.concat([frame.assign(line=line) for line, frame in bins.items()])
    share = alt.Scale(domain=[0, 1])
    colour = alt.Color(
        "line:N",
        title=None,
        scale=alt.Scale(domain=list(bins), range=["#1a6f8a", "#c2b58f"]),
        legend=alt.Legend(orient="top"),
    )
    base = alt.Chart(data).encode(
        x=alt.X("confidence:Q", scale=share, title="The network says: this sure", axis=_percent()),
        y=alt.Y("accuracy:Q", scale=share, title="It is right this often", axis=_percent()),
        color=colour,
    )
    points = base.mark_circle(opacity=0.9).encode(
        size=alt.Size("pictures:Q", scale=alt.Scale(range=[25, 350]), legend=None),
        tooltip=[
            alt.Tooltip("line:N", title="Probabilities"),
            alt.Tooltip("confidence:Q", title="Says", format=".0%"),
            alt.Tooltip("accuracy:Q", title="Right", format=".0%"),
            alt.Tooltip("pictures:Q", title="Photos"),
        ],
    )
    diagonal = (
        alt.Chart(pd.DataFrame({"confidence": [0, 1], "accuracy": [0, 1]}))
        .mark_line(color=_INK, strokeDash=[4, 4], strokeWidth=1)
        .encode(x="confidence:Q", y="accuracy:Q")
    )
    return _plain(alt.layer(diagonal, base.mark_line(strokeWidth=1.5), points))


def withholding_chart(curves: Mapping[str, Curve]) -> alt.Chart:
    """Accuracy against the share of photos answered, one line a curve of `withholding_curves`."""
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
            x=alt.X("answered:Q", scale=share, title="Photos answered", axis=_percent()),
            y=alt.Y("right:Q", scale=share, title="Right among these", axis=_percent()),
            color=_lines(curves, _NETWORKS),
            tooltip=[
                alt.Tooltip("line:N", title="Who"),
                alt.Tooltip("answered:Q", title="Answered", format=".0%"),
                alt.Tooltip("right:Q", title="Right", format=".0%"),
            ],
        )
    )
    return _plain(chart)


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
    colours = [*_NETWORKS[: len(networks)], *_BASELINES[: len(baselines)]]
    across = alt.X(
        "km:Q",
        scale=alt.Scale(type="log", domain=list(_ENDS_KM), nice=False),
        axis=alt.Axis(values=[10, *RADII_KM], format=",d", grid=False),
        title="Distance between the estimate and the true place, km",
    )
    lines = (
        alt.Chart(data)
        .mark_line(strokeWidth=2, clip=True)
        .encode(
            x=across,
            y=alt.Y(
                "share:Q", scale=alt.Scale(domain=[0, 1]), title="Photos within", axis=_percent()
            ),
            color=_lines(curves, colours),
            strokeDash=alt.when("datum.baseline")
            .then(alt.value([5, 3]))
            .otherwise(alt.value([1, 0])),
            tooltip=[
                alt.Tooltip("line:N", title="Who"),
                alt.Tooltip("km:Q", title="Within km", format=",.0f"),
                alt.Tooltip("share:Q", title="Photos", format=".0%"),
            ],
        )
    )
    marks = (
        alt.Chart(pd.DataFrame({"km": RADII_KM}))
        .mark_rule(color="#dcd8cb")
        .encode(x=alt.X("km:Q", scale=alt.Scale(type="log")))
    )
    return _plain(alt.layer(marks, lines))


def _percent() -> alt.Axis:
    return alt.Axis(format="%", tickCount=5, gridColor="#ebe8de")


def _lines(curves: Mapping[str, Curve], colours: Sequence[str]) -> alt.Color:
    """A colour a curve, and the legend below."""
    return alt.Color(
        "line:N",
        title=None,
        scale=alt.Scale(domain=list(curves), range=list(colours[: len(curves)])),
        legend=alt.Legend(orient="bottom", columns=2, labelLimit=300, symbolType="stroke"),
    )


def _plain(chart: Chart) -> Chart:
    """The look of the pages."""
    return (
        chart.properties(height=340)
        .configure_view(stroke="#dcd8cb")
        .configure_axis(labelColor=_INK, titleColor=_INK, titleFontWeight="normal")
        .configure_legend(labelColor=_INK, titleColor=_INK)
    )
