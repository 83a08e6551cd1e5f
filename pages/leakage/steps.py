"""The five steps of the Leakage page.

Each opens already acted, and every sentence is made from the predictions beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import streamlit as st
from markupsafe import Markup
from numpy.typing import NDArray

from geoloc_core.assets import unless_damaged
from geoloc_core.audit.suspect import ROW, repaint
from geoloc_core.audit.tour import degrade
from geoloc_core.catalogue import HONEST, READER, SHIPPED, result_name
from geoloc_core.data.subject import Subject
from geoloc_core.display.heatmap import (
    Look,
    as_jpeg,
    credit_line_share,
    draw_evidence,
    drawing_size,
    mosaic,
    outline_row,
)
from geoloc_core.display.html import leak_rates
from geoloc_core.display.html.captions import (
    degraded_words,
    heat_words,
    hidden_words,
    name_words,
    views_words,
)
from geoloc_core.evaluation.committed import committed_scores
from geoloc_core.images.credit_line import Mask, write_name
from geoloc_core.images.preprocess import apply_mask
from geoloc_core.models.predictor import Prediction
from pages.common.ask import predict
from pages.common.choices import asked_by_link, choose, note_in_link, remembered, switch
from pages.common.choose_network import predictor_or_words
from pages.common.load_tour import load_tour
from pages.common.people import load_people
from pages.common.turns import PHOTOS
from pages.leakage.name_box import LONGEST, show_name_box
from pages.leakage.scene import Act, Half

Pixels = NDArray[np.uint8]

DEGRADED = {"as is": "As it is", "blurred": "Blurred", "blackened": "Blackened"}
TRUE_PLACE = "the true place"


class Step(NamedTuple):
    """A step: its title, what makes its act, and the chart of what was measured of it before."""

    title: str
    act: Callable[[Subject, str], Act | None]
    measured: Callable[[], leak_rates.Chart | None]
    command: str


def too_good(subject: Subject, point: str) -> Act | None:
    """1: the photo goes black and the reader's point stays."""
    kind = choose("The photo, all but its credit line", DEGRADED, "degraded", "blackened")
    pixels = remembered("degraded", subject, lambda: degrade(subject.views[0]))[kind]
    halves = ask_both(subject, pixels, "degraded", kind)
    if halves is None:
        return None
    words = degraded_words(kind, *befores_and_afters(halves), known_place(subject, halves))
    return in_scene(subject, words, partial(show_photo, outline_row(drawing_size(pixels))), halves)


def look(subject: Subject, point: str) -> Act | None:
    """2: the heat lies on the name."""
    titles = {model: SHIPPED[model].title for model in (READER, HONEST)}
    model = choose("Heat map of", titles, "heat_of", READER)
    halves = ask_both(subject, subject.views[0], "plain", "")
    if halves is None:
        return None
    shown = halves[0 if model == READER else 1].after
    if shown.evidence is None:
        return None
    top = shown.predicted_cell
    evidence = shown.evidence[0, top]
    pixels = draw_evidence(subject.views[0], evidence, float(evidence.max()), shown.mask, Look())
    words = heat_words(shown, credit_line_share(shown, top))
    return in_scene(subject, words, partial(show_photo, pixels), halves)


def hide(subject: Subject, point: str) -> Act | None:
    """3: the name is erased and the reader's point flies off."""
    erased = switch("Hide the name", "erased", True)
    plain = ask_both(subject, subject.views[0], "plain", "")
    cropped = predict(subject, (0,), READER, "crop")
    if plain is None or cropped is None:
        return None
    reader, honest = plain
    halves = (Half(reader.title, reader.after, cropped) if erased else reader, honest)
    words = hidden_words(erased, *befores_and_afters(halves), known_place(subject, halves), point)
    pixels = apply_mask(drawing_size(subject.views[0]), "crop" if erased else "none")
    return in_scene(subject, words, partial(show_photo, pixels), halves)


def swap(subject: Subject, point: str) -> Act | None:
    """4: another name moves the reader's point to wherever its bearer lives."""
    people, works = load_people(), load_tour().names
    first = works[0] if works else ""
    asked = asked_by_link("name")
    if asked is not None:
        take_name(asked or first)
    name = st.session_state.setdefault("name", first).strip()
    note_in_link("name", name, first)
    blank = remembered("blank", subject, lambda: repaint(subject.views[0], ROW))
    renamed = write_name(blank, name) if name else blank
    halves = ask_both(subject, renamed, "named", name)
    if halves is None:
        return None
    home = people.get(name)
    words = name_words(name, home, *befores_and_afters(halves), point)
    return Act(
        caption=words,
        draw_photo=lambda: show_name_box(as_jpeg(drawing_size(renamed)), name, works, take_name),
        halves=halves,
        goal=home.place if home else None,
        goal_label=f"the home of {name}",
    )


def honest(subject: Subject, point: str) -> Act | None:
    """5: the honest network, one view against all."""
    every = tuple(range(len(subject.views)))
    one, together = (predict(subject, views, HONEST, "crop") for views in ((0,), every))
    if one is None or together is None:
        return None
    title = SHIPPED[HONEST].title
    halves = (
        Half(f"{title}, one view", one, one),
        Half(f"{title}, {len(every)} views together", one, together),
    )
    scores = [
        unless_damaged(partial(committed_scores, result_name(HONEST, views=views)), None)
        for views in (1, 4)
    ]
    rates = tuple(each["scores"]["top_1"]["value"] for each in scores if each is not None)
    words = views_words(one, together, len(every), known_place(subject, halves), rates, point)
    pixels = mosaic([apply_mask(view, "crop") for view in subject.views])
    return in_scene(subject, words, partial(show_photo, pixels), halves)


# --- What the steps share ------------------------------------------------------------------------


def in_scene(
    subject: Subject, words: Markup, draw_photo: Callable[[], None], halves: tuple[Half, Half]
) -> Act:
    """An act that is measured to the true place."""
    label = "the place in the file" if subject.uploaded else TRUE_PLACE
    return Act(words, draw_photo, halves, known_place(subject, halves), label)


def ask_both(subject: Subject, pixels: Pixels, kind: str, name: str) -> tuple[Half, Half] | None:
    """Both networks on a changed photo beside the unchanged one, each with its own mask."""
    halves = []
    for model in (READER, HONEST):
        mask = SHIPPED[model].mask
        before = predict(subject, (0,), model, mask)
        if before is None:
            return None
        same = pixels is subject.views[0]
        after = before if same else ask(subject, model, mask, pixels, kind, name)
        halves.append(Half(SHIPPED[model].title, before, after))
    return halves[0], halves[1]


def ask(
    subject: Subject, model: str, mask: Mask, pixels: Pixels, kind: str, name: str
) -> Prediction:
    """A network on a photo of the subject that was changed in one of the `kind`s of way."""
    predictor = predictor_or_words(model, uploaded=subject.uploaded)
    assert predictor is not None, "the unchanged photo was predicted by it"

    def predict_changed() -> Prediction:
        with PHOTOS.turn():
            return predictor.predict([pixels], mask)

    prediction: Prediction = remembered(f"changed {model}", (subject, kind, name), predict_changed)
    return prediction


def befores_and_afters(
    halves: tuple[Half, Half],
) -> tuple[Prediction, Prediction, Prediction, Prediction]:
    """The reader's prediction before and after, then the honest network's."""
    reader, honest = halves
    return reader.before, reader.after, honest.before, honest.after


def known_place(subject: Subject, halves: tuple[Half, Half]) -> tuple[float, float] | None:
    """The subject's place in India; None where a distance to it would mean nothing."""
    known = halves[0].before
    return subject.place_in(known.grid) if known.in_distribution else None


def take_name(name: str) -> None:
    """Write this name."""
    st.session_state["name"] = name[:LONGEST]


def show_photo(pixels: Pixels) -> None:
    """The photo of a step."""
    st.image(as_jpeg(pixels), width="stretch", alt="The photo")


STEPS = {
    "1": Step("Too good to be true", too_good, leak_rates.spoiled_accuracy, "make audit"),
    "2": Step("Where it looks", look, leak_rates.plain_accuracy, "make scores"),
    "3": Step("Hide the name", hide, leak_rates.masked_accuracy, "make scores"),
    "4": Step("Change the name", swap, leak_rates.swapped, "make audit"),
    "5": Step("The honest network", honest, leak_rates.honest_accuracy, "make scores"),
}
