"""What a network predicts, in one sentence: the first thing that a visitor reads."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from geoloc_core.catalogue import title, trained_on
from geoloc_core.display.maps.layers import percent
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.models.predictor import Prediction
from geoloc_core.text import plain_text

Place = tuple[float, float]


def without_tags(html_text: str) -> str:
    """A sentence of this module as plain text."""
    return html.unescape(re.sub(r"<[^>]+>", "", html_text))


def kilometres_off(prediction: Prediction, truth: Place, point: str) -> float:
    """Great-circle distance in km from the estimate `point` to the true place."""
    return float(haversine_km(prediction.points[point], truth))


def verdict(
    prediction: Prediction,
    without: Prediction | None,
    names: Sequence[str],
    truth: Place | None,
    point: str,
) -> str:
    """The verdict as HTML.

    `without` is the same network's prediction with the name hidden where `prediction` has it
    visible, or the other way round; None for a network that was trained without names. `truth`
    (latitude, longitude) in degrees, where it is known and in India; `point` the estimator.
    """
    cell = prediction.predicted_cell
    share = percent(float(prediction.probabilities[cell]))
    said = f"{network_words(prediction)} predicts <b>{plain_text(names[cell])}</b>, {share}"
    if truth is not None:
        right = prediction.grid.cell_of(*truth) == cell
        km = kilometres_off(prediction, truth, point)
        said += f": {'the right cell' if right else 'a wrong cell'}, <b>{km:,.0f} km off</b>"
    return f"{said}. {_without(prediction, without, names, truth, point)}".rstrip()


def out_of_distribution(prediction: Prediction) -> str:
    """Why nothing is predicted, as HTML."""
    return (
        "<b>Out of distribution.</b> "
        f"{network_words(prediction)} was trained on {plain_text(trained_on(prediction.model))} "
        "and has never seen such a photo. Whatever it predicts says nothing about the place."
    )


def _without(
    prediction: Prediction,
    without: Prediction | None,
    names: Sequence[str],
    truth: Place | None,
    point: str,
) -> str:
    """What the name does to it."""
    if without is None:
        return "It was trained without names."
    change = "Hide the name" if prediction.mask == "none" else "Show the name"
    if truth is not None:
        km = kilometres_off(without, truth, point)
        return f"{change} and it is <b>{km:,.0f} km off</b>."
    there = names[without.predicted_cell]
    same = without.predicted_cell == prediction.predicted_cell
    return f"{change} and it {'still ' if same else ''}predicts <b>{plain_text(there)}</b>."


def network_words(prediction: Prediction) -> str:
    """The network's title in its colour, as HTML."""
    model = plain_text(prediction.model)
    return f'<em class="pata-{model}">{plain_text(title(prediction.model))}</em>'
