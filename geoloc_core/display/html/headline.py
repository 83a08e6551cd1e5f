"""What a network predicts, in one sentence: the first thing that a visitor reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from geoloc_core.catalogue import title, trained_on
from geoloc_core.display.html.render import render
from geoloc_core.display.maps.placement import Place
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.models.predictor import LITTLE, Prediction

CLEAR = 0.5  # a part of the country with less is not said to be it


@dataclass(frozen=True)
class Told:
    """A prediction as sentences tell it: by whom, the predicted cell, its share of probability.

    `right` whether that is the true cell and `km_off` how far the estimate is from the true place;
    both None where that is not known or not said.
    """

    model: str
    title: str
    cell: str
    share: float
    right: bool | None
    km_off: float | None


def told(
    prediction: Prediction,
    names: Sequence[str],
    truth: Place | None = None,
    point: str | None = None,
) -> Told:
    """The facts of a prediction over cells of these `names`.

    Measured against the true place (latitude, longitude) where it is given, in km from the
    estimate `point` where that is given too.
    """
    cell = prediction.predicted_cell
    return Told(
        model=prediction.model,
        title=title(prediction.model),
        cell=names[cell],
        share=float(prediction.probabilities[cell]),
        right=None if truth is None else prediction.grid.cell_of(*truth) == cell,
        km_off=None if truth is None or point is None else error_km(prediction, truth, point),
    )


def error_km(prediction: Prediction, truth: Place, point: str) -> float:
    """Great-circle distance in km from the estimate `point` to the true place."""
    return float(haversine_km(prediction.points[point], truth))


def verdict(
    prediction: Prediction,
    without: Prediction | None,
    names: Sequence[str],
    truth: Place | None,
    point: str,
) -> Markup:
    """The verdict as HTML.

    `without` is the same network's prediction with the name hidden where `prediction` has it
    visible, or the other way round; None where there is none to compare with. `truth`
    (latitude, longitude) in degrees, where it is known and in India; `point` the estimator.
    """
    return render(
        "headline.html",
        said=told(prediction, names, truth, point),
        without=None if without is None else told(without, names),
        without_km=None if without is None or truth is None else error_km(without, truth, point),
        no_names=prediction.trained_mask != "none",
        change="Hide the name" if prediction.mask == "none" else "Show the name",
    )


def photo_verdict(prediction: Prediction, truth: Place | None, point: str) -> Markup:
    """The verdict on a real photograph, as HTML; arguments as for `verdict`.

    It names parts of the country, since cells are often too fine.
    """
    regions = prediction.regions
    return render(
        "photo_headline.html",
        model=prediction.model,
        title=title(prediction.model),
        regions=regions[:3],
        clear=regions[0][1] >= CLEAR,
        blank=prediction.information is not None and prediction.information < LITTLE,
        km_off=None if truth is None else error_km(prediction, truth, point),
    )


def out_of_distribution(prediction: Prediction) -> Markup:
    """Why nothing is predicted, as HTML."""
    model = prediction.model
    return render(
        "out_of_distribution.html", model=model, title=title(model), trained_on=trained_on(model)
    )
