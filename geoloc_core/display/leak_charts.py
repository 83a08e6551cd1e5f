"""Pieces of HTML of the Leakage page: bars of both networks, shares, ways gone, answers.

A number's source stands beside it: measured before and committed, or computed on the spot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from geoloc_core.display.charts import likeliest
from geoloc_core.display.label_places import Place
from geoloc_core.display.map_layers import percent
from geoloc_core.display.text import plain_text
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.model.predictor import Prediction

POINT = "geometric_median"
"""The estimate that the page follows: it lies in one place where a mean lies between two."""


class Measured(NamedTuple):
    """A share in [0, 1] and, where it is known, its 95 % interval."""

    value: float
    low: float | None = None
    high: float | None = None


def duel(
    title: str, rows: Mapping[str, Mapping[str, Measured]], source: str, names: Mapping[str, str]
) -> str:
    """Shares of both networks as pairs of bars: by label, then by "unmasked" and "masked".

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
        f'<small class="pata-source">{plain_text(source)}, committed</small>{key}</p>'
        f"<div>{drawn}</div></div>"
    )


def share_bars(shares: Mapping[str, float]) -> str:
    """Shares in [0, 1] that were computed on the spot, a bar each."""
    drawn = "".join(_bars(label, _bar("now", Measured(share))) for label, share in shares.items())
    return f'<div class="pata-duel"><div>{drawn}</div></div>'


def answer(prediction: Prediction, names: Sequence[str], truth: Place | None) -> str:
    """What a network says: its likeliest cell, how sure it is, and how far off the estimate is."""
    top = likeliest(prediction.probabilities, 1)[0]
    lines = f"<b>{plain_text(names[top])}</b>{percent(float(prediction.probabilities[top]))} sure"
    if truth is not None:
        right = prediction.grid.cell_of(*truth) == top
        off = _kilometres(prediction.points[POINT], truth)
        verdict = "right cell" if right else "wrong cell"
        lines += f' · <i class="pata-{verdict[:5]}">{verdict}</i> · {off} from the true place'
    return f'<p class="pata-answer">{lines}</p>'


def way(before: Prediction, after: Prediction, goal: Place, label: str) -> str:
    """How far from a goal the estimate was and is, and how likely the goal's cell was and is."""
    cell = before.grid.cell_of(*goal)
    lines = [
        (f"Distance to {label}", *(_kilometres(p.points[POINT], goal) for p in (before, after)))
    ]
    if cell is not None:
        shares = (percent(float(p.probabilities[cell])) for p in (before, after))
        lines.append((f"Probability of the cell of {label}", *shares))
    drawn = "".join(
        f"<dt>{plain_text(what)}</dt><dd><span>{was}</span> → <b>{now}</b></dd>"
        for what, was, now in lines
    )
    return f'<dl class="pata-way">{drawn}</dl>'


def moved(before: Prediction, after: Prediction) -> str:
    """How far the estimate went, where there is no goal to measure from."""
    went = _kilometres(before.points[POINT], after.points[POINT])
    return f'<p class="pata-answer">The estimate moved by {went}.</p>'


def just_now() -> str:
    """The tag of a number of this picture."""
    return '<small class="pata-source pata-now">computed just now</small>'


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
