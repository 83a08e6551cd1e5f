"""What stands below the photo: the most likely cells, the estimated and the known place."""

from __future__ import annotations

import streamlit as st

from geoloc_core.catalogue import PHOTO_MODELS, SHIPPED
from geoloc_core.data.subject import Subject
from geoloc_core.display.colours import shading
from geoloc_core.display.formats import kilometres, percent
from geoloc_core.display.html.bars import bars, likeliest
from geoloc_core.display.html.headline import error_km
from geoloc_core.geography.estimators import ESTIMATORS
from geoloc_core.geography.place_names import cell_names, degrees_text, place_name
from geoloc_core.models.predictor import Prediction
from geoloc_core.text import plain_markdown
from pages.common.ask import Views
from pages.common.views import views_in_words

MOST = 3


def show_numbers(
    subject: Subject,
    views: Views,
    prediction: Prediction,
    place: tuple[float, float] | None,
    point: str,
) -> None:
    """The numbers and how they were made; for a guess no distance, which would mean nothing."""
    names = cell_names(prediction.grid)
    top = likeliest(prediction.probabilities, MOST)
    certain = prediction.in_distribution
    st.html(bars(prediction.probabilities, names, top, shading(prediction)))
    estimate = place_words(prediction.points[point])
    made = f"{views_in_words(views)}, {ESTIMATORS[point].title.lower()}"
    lines = [f"{'Estimated' if certain else 'Guessed'} place: {estimate} ({made})"]
    if subject.place is not None and place is None:
        lines.append("This photo says it was taken outside India.")
    elif place is not None:
        known = f"{subject.place_label}: {place_words(place)}"
        if certain:
            known += f", {kilometres(error_km(prediction, place, point))} from the estimate"
        lines.append(known)
    elif subject.uploaded:
        lines.append("The file does not say where it was taken.")
    if subject.uploaded and prediction.model not in SHIPPED:
        lines.append(promise_words(prediction))
    if subject.uploaded and subject.place is not None:
        lines.append("GPS in the file is used for this comparison only.")
    st.caption("  \n".join(lines))


def promise_words(prediction: Prediction) -> str:
    """How far a model of real photographs can be trusted, as a sentence."""
    cells = prediction.prediction_set
    known = PHOTO_MODELS.get(prediction.model)
    if cells is None:
        return known.caution if known else "This network promises no prediction set."
    areas = prediction.grid.frame["area_km2"].to_numpy()
    return (
        f"The {percent(prediction.promise or 0)} prediction set is {len(cells)} of "
        f"{len(prediction.grid)} cells, {percent(float(areas[list(cells)].sum() / areas.sum()))} "
        "of the area. It holds for "
        + ("photos of sights and scenery in India." if known else "photos like its training's.")
    )


def place_words(place: tuple[float, float]) -> str:
    """A place's name and its latitude and longitude, as Markdown."""
    latitude, longitude = place
    named = place_name(latitude, longitude)
    where = degrees_text(latitude, longitude)
    return f"{plain_markdown(named)}, {where}" if named else where
