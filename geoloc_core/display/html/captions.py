"""What the steps of the Leakage page say, as HTML: sentences made from the predictions on show.

`point` is the estimator whose places are measured.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from geoloc_core.audit.residents import Resident
from geoloc_core.display.html.headline import Told, error_km, told
from geoloc_core.display.html.render import render
from geoloc_core.display.maps.placement import Place
from geoloc_core.geography.place_names import cell_names
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.images.credit_line import mask_box
from geoloc_core.models.predictor import Prediction

STAYS_KM = 1.0  # an estimate that moves less stays where it is
ROW_AREA = 1 - mask_box("crop", 256, 256)[1] / 256
_STATES = {
    "as is": "The photo is as it was taken.",
    "blurred": "All of the photo but its credit line is blurred.",
    "blackened": "All of the photo but its credit line is black.",
}


def degraded_words(
    kind: str,
    reader_before: Prediction,
    reader: Prediction,
    honest_before: Prediction,
    honest: Prediction,
    place: Place | None,
) -> Markup:
    """Step 1: what both networks predict from a degraded photo."""
    networks = []
    for before, after in ((reader_before, reader), (honest_before, honest)):
        same = after.predicted_cell == before.predicted_cell
        how = "predicts" if kind == "as is" else "still predicts" if same else "now predicts"
        networks.append((_told(after, place), how))
    return render("captions/degraded.html", state=_STATES[kind], networks=networks)


def heat_words(prediction: Prediction, row_share: float | None) -> Markup:
    """Step 2: where the heat of the predicted cell lies.

    `row_share` of it lies in the credit line; None where that was cropped.
    """
    said = _told(prediction)
    return render("captions/heat.html", said=said, row_share=row_share, row_area=ROW_AREA)


def hidden_words(
    hidden: bool,
    reader_before: Prediction,
    reader: Prediction,
    honest_before: Prediction,
    honest: Prediction,
    place: Place | None,
    point: str,
) -> Markup:
    """Step 3: what becomes of both estimates when the name goes."""
    return render(
        "captions/hidden.html",
        hidden=hidden,
        reader=_told(reader, place, point),
        reader_km=_moved_km(reader_before, reader, point),
        honest=_told(honest),
        honest_km=_moved_km(honest_before, honest, point),
    )


def name_words(
    name: str,
    home: Resident | None,
    reader_before: Prediction,
    reader: Prediction,
    honest_before: Prediction,
    honest: Prediction,
    point: str,
) -> Markup:
    """Step 4: what a written name does to both estimates."""
    return render(
        "captions/name.html",
        name=name,
        home=None if home is None else cell_names(reader.grid)[home.cell],
        at_home=home is not None and reader.predicted_cell == home.cell,
        reader=_told(reader),
        reader_km=_moved_km(reader_before, reader, point),
        honest=_told(honest),
        honest_km=_moved_km(honest_before, honest, point),
    )


def views_words(
    one: Prediction,
    together: Prediction,
    views: int,
    place: Place | None,
    rates: Sequence[float],
    point: str,
) -> Markup:
    """Step 5: one view against all `views` of a place, and how often that helps.

    `rates` are top-1 accuracy by one view and by four, from the evaluation, where both are known.
    """
    return render(
        "captions/views.html",
        one=_told(one, place, point),
        together=_told(together, place, point),
        views=views,
        rates=rates if len(rates) == 2 else (),
    )


def predicted(
    prediction: Prediction, names: Sequence[str], goal: Place | None, goal_label: str, point: str
) -> Markup:
    """The predicted cell, its probability, and how far the estimate `point` is from a goal."""
    cell = prediction.predicted_cell
    return render(
        "answer.html",
        cell=names[cell],
        share=float(prediction.probabilities[cell]),
        km=None if goal is None else error_km(prediction, goal, point),
        goal=goal_label,
    )


def moved(before: Prediction, after: Prediction, point: str) -> Markup:
    """How far the estimate `point` went."""
    return render("moved.html", km=_way_km(before, after, point))


def _told(prediction: Prediction, place: Place | None = None, point: str | None = None) -> Told:
    return told(prediction, cell_names(prediction.grid), place, point)


def _moved_km(before: Prediction, after: Prediction, point: str) -> float | None:
    """How far an estimate goes, None where it stays."""
    km = _way_km(before, after, point)
    return None if km < STAYS_KM else km


def _way_km(before: Prediction, after: Prediction, point: str) -> float:
    return float(haversine_km(before.points[point], after.points[point]))
