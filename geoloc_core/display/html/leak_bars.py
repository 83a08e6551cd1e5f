"""Pieces of HTML of the Leakage page: bars of both networks, shares, predictions, moves.

A number's source stands beside it: from the evaluation or audit that ships, or live.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from geoloc_core.display.maps.label_places import Place
from geoloc_core.display.maps.layers import percent
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.models.predictor import Prediction
from geoloc_core.text import plain_text


class Measured(NamedTuple):
    """A share in [0, 1] and, where it is known, its 95 % interval."""

    value: float
    low: float | None = None
    high: float | None = None


def duel(
    title: str, rows: Mapping[str, Mapping[str, Measured]], source: str, names: Mapping[str, str]
) -> str:
    """Shares of both networks as pairs of bars: by label, then by model.

    `source` says over what they were measured, `names` what people call the networks.
    """
    shown = {network: None for networks in rows.values() for network in networks}
    key = "".join(
        f'<span class="pata-key pata-{network}">{plain_text(names[network])}</span>'
        for network in shown
    )
    drawn = "".join(
        _bars(label, *(_bar(network, share) for network, share in networks.items()))
        for label, networks in rows.items()
    )
    return (
        f'<div class="pata-duel"><p><b>{plain_text(title)}</b>'
        f'<small class="pata-source">{plain_text(source)}</small>{key}</p>'
        f"<div>{drawn}</div></div>"
    )


def predicted(
    prediction: Prediction, names: Sequence[str], goal: Place | None, goal_label: str, point: str
) -> str:
    """The predicted cell, its probability, and how far the estimate `point` is from a goal."""
    top = prediction.predicted_cell
    share = percent(float(prediction.probabilities[top]))
    lines = f"<b>{plain_text(names[top])}</b>, {share}"
    if goal is not None:
        off = _kilometres(prediction.points[point], goal)
        lines += f"<br><b>{off}</b> from {plain_text(goal_label)}"
    return f'<p class="pata-answer">{lines}</p>'


def moved(before: Prediction, after: Prediction, point: str) -> str:
    """How far the estimate `point` went."""
    went = _kilometres(before.points[point], after.points[point])
    return f'<p class="pata-answer">Moved {went}</p>'


def _bars(label: str, *bars: str) -> str:
    return f"<dl><dt>{plain_text(label)}</dt>{''.join(bars)}</dl>"


def _bar(network: str, share: Measured) -> str:
    interval, between = "", ""
    if share.low is not None and share.high is not None:
        left, wide = 100 * share.low, 100 * (share.high - share.low)
        interval = f'<u style="left:{left:.1f}%;width:{wide:.1f}%"></u>'
        between = f"<small>{left:.0f} to {100 * share.high:.0f}</small>"
    return (
        f'<dd class="pata-{network}"><div><i style="width:{100 * share.value:.1f}%"></i>{interval}'
        f"</div><span><b>{percent(share.value)}</b>{between}</span></dd>"
    )


def _kilometres(here: Place, there: Place) -> str:
    return f"{float(haversine_km(here, there)):,.0f} km"
