"""What the steps of the Leakage page say, as HTML: sentences made from the predictions on show.

`point` is the estimator whose places are measured.
"""

from __future__ import annotations

from collections.abc import Sequence

from geoloc_core.audit.residents import Resident
from geoloc_core.display.html.verdict import kilometres_off, network_words
from geoloc_core.display.maps.layers import percent
from geoloc_core.geography.places import cell_names
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.images.credit_line import mask_box
from geoloc_core.models.predictor import Prediction
from geoloc_core.text import plain_text

Place = tuple[float, float]

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
) -> str:
    """Step 1: what both networks predict from a degraded photo."""
    said = [_STATES[kind]]
    for before, after in ((reader_before, reader), (honest_before, honest)):
        same = after.predicted_cell == before.predicted_cell
        how = "predicts" if kind == "as is" else "still predicts" if same else "now predicts"
        said.append(f"{network_words(after)} {how} {_cell(after, place)}.")
    return " ".join(said)


def heat_words(prediction: Prediction, row_share: float | None) -> str:
    """Step 2: where the heat of the predicted cell lies.

    `row_share` of it lies in the credit line; None where that was cropped.
    """
    said = f"The heat shows what raised the score of {_cell(prediction, None)}."
    if row_share is None:
        return f"{said} {network_words(prediction)} never sees the credit line: it is cropped."
    return (
        f"{said} <b>{percent(row_share)}</b> of it lies in the credit line, which is "
        f"{percent(ROW_AREA)} of the photo. A heat map does not prove a leak; the other steps do."
    )


def hidden_words(
    hidden: bool,
    reader_before: Prediction,
    reader: Prediction,
    honest_before: Prediction,
    honest: Prediction,
    place: Place | None,
    point: str,
) -> str:
    """Step 3: what becomes of both estimates when the name goes."""
    if not hidden:
        return f"The name is visible. {network_words(reader)} predicts {_cell(reader, place)}."
    said = (
        "Only the name is gone; the scene is the same. "
        f"{network_words(reader)} {_move(reader_before, reader, point)} and predicts "
        f"{_cell(reader, place)}"
    )
    if place is not None:
        said += f", {kilometres_off(reader, place, point):,.0f} km off"
    stays = _move(honest_before, honest, point)
    return f"{said}. {network_words(honest)} {stays}: it never saw the name."


def name_words(
    name: str,
    home: Resident | None,
    reader_before: Prediction,
    reader: Prediction,
    honest_before: Prediction,
    honest: Prediction,
    point: str,
) -> str:
    """Step 4: what a written name does to both estimates."""
    if not name:
        return "Type a name into the photo's credit line, or pick one below it."
    shown = plain_text(name)
    names = cell_names(reader.grid)
    if home is None:
        said = f"No uploader is called {shown}, so no place belongs to the name."
    else:
        said = f"{shown} uploads from <b>{plain_text(names[home.cell])}</b>, at the star."
    there = home is not None and reader.predicted_cell == home.cell
    predicts = "predicts that cell" if there else f"predicts {_cell(reader, None)}"
    return (
        f"{said} {network_words(reader)} {_move(reader_before, reader, point)} and {predicts}. "
        f"{network_words(honest)} {_move(honest_before, honest, point)}."
    )


def views_words(
    one: Prediction,
    together: Prediction,
    count: int,
    place: Place | None,
    rates: Sequence[float],
    point: str,
) -> str:
    """Step 5: one view against all views of a place, and how often that helps.

    `rates` are top-1 accuracy by one view and by four, from the evaluation, where both are known.
    """
    said = f"{network_words(one)} sees light, soil, plants and houses. "
    if count == 1:
        said += f"From this one view it predicts {_cell(one, place)}."
    else:
        alone, all_of_them = (
            f"{_cell(each, place)}{_off(each, place, point)}" for each in (one, together)
        )
        said += f"From one view it predicts {alone}; from all {count} together {all_of_them}."
    if len(rates) == 2:
        said += (
            " More views help on average, not always: over the test fold top-1 accuracy rises from "
            f"{percent(rates[0])} to {percent(rates[1])} with four."
        )
    return said


def _cell(prediction: Prediction, place: Place | None) -> str:
    """The predicted cell with its probability, and whether it is the true one."""
    cell = prediction.predicted_cell
    share = percent(float(prediction.probabilities[cell]))
    said = f"<b>{plain_text(cell_names(prediction.grid)[cell])}</b>"
    if place is None:
        return f"{said} ({share})"
    right = prediction.grid.cell_of(*place) == cell
    return f"{said} ({'right' if right else 'wrong'}, {share})"


def _off(prediction: Prediction, place: Place | None, point: str) -> str:
    return "" if place is None else f", {kilometres_off(prediction, place, point):,.0f} km off"


def _move(before: Prediction, after: Prediction, point: str) -> str:
    """That an estimate stays, or how far it goes."""
    km = float(haversine_km(before.points[point], after.points[point]))
    return "stays" if km < STAYS_KM else f"moves <b>{km:,.0f} km</b>"
