"""The Explore page: a photo in; a verdict, a shaded map with both networks' points, a heat map."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st
from markupsafe import Markup
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from geoloc_core.catalogue import GEOCLIP, SHIPPED
from geoloc_core.data.subject import Subject
from geoloc_core.display.html.headline import out_of_distribution, photo_verdict, verdict
from geoloc_core.display.html.render import render
from geoloc_core.display.html.seen import seen_for
from geoloc_core.display.signs import signs_sentence
from geoloc_core.geography.place_names import cell_names
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.checkpoint import CheckpointError
from geoloc_core.models.predictor import Prediction
from geoloc_core.text import plain_markdown
from pages.common.ask import Views, predict
from pages.common.choices import read_link, write_link
from pages.common.choose_network import (
    FOOT,
    choose_mask,
    choose_photo_network,
    choose_sample_network,
    own_mask,
    photo_networks,
    who_answers,
)
from pages.common.choose_subject import NO_PHOTO, choose_subject, show_complaints
from pages.common.load_tour import load_tour
from pages.common.offer_download import offer_download
from pages.common.views import choose_views
from pages.explore.card import show_card
from pages.explore.details import choose_details, kept_details
from pages.explore.draw_photo import CLOSED_FORM, offer_occlusion, picture
from pages.explore.map import choose_cell, show_legend, show_map
from pages.explore.numbers import show_numbers
from pages.explore.signs import choose_signs, hear_signs, signs_of
from pages.explore.take_along import show_downloads, show_share


def other_way(subject: Subject, views: Views, prediction: Prediction) -> Prediction | None:
    """The same network with the name hidden instead of visible, or the other way round.

    None for a network that was trained without names.
    """
    if prediction.model not in SHIPPED or SHIPPED[prediction.model].mask != "none":
        return None
    mask: Mask = "crop" if prediction.mask == "none" else "none"
    return predict(subject, views, prediction.model, mask)


def answers_photos(subject: Subject, model: str) -> bool:
    """Whether a photo of one's own is answered by a network that knows photos."""
    return subject.uploaded and model not in SHIPPED


def is_shown(subject: Subject, prediction: Prediction) -> bool:
    """Whether the prediction is drawn: one out of distribution only once someone asked for it."""
    return prediction.in_distribution or st.session_state.get("guess_of") is subject


def make_verdict(subject: Subject, views: Views, prediction: Prediction, point: str) -> Markup:
    """The sentence on top, as HTML."""
    if not prediction.in_distribution:
        return out_of_distribution(prediction)
    place = subject.place_in(prediction.grid)
    if answers_photos(subject, prediction.model):
        return photo_verdict(prediction, place, point)
    without = other_way(subject, views, prediction)
    return verdict(prediction, without, cell_names(prediction.grid), place, point)


def show_verdict(subject: Subject, prediction: Prediction, said: Markup) -> None:
    """The sentence on top, which is the page's heading."""
    of_photos = "photo" if answers_photos(subject, prediction.model) else ""
    state = of_photos if prediction.in_distribution else "unlike"
    st.html(render("pages/heading.html", said=said, state=state))
    if not is_shown(subject, prediction):
        st.button(
            "Show its guess anyway", on_click=lambda: st.session_state.update(guess_of=subject)
        )


def show_result(subject: Subject, details: ExpanderContainer) -> None:
    """The verdict, the photo and the map. The choices that they depend on are drawn first."""
    words = st.container(key="verdict")
    choices = st.container(key="choices", horizontal=True, vertical_alignment="bottom")
    with choices:
        model = choose_photo_network() if subject.uploaded else choose_sample_network()
        views = choose_views(subject)
        if subject.uploaded and GEOCLIP not in photo_networks():
            with st.popover("A stronger network"):
                offer_download(GEOCLIP)
    left, right = st.columns([1, 1.1], gap="medium")
    photo, chart = left.container(key="photo"), right.container(key="chart")
    below_photo, below_map = st.columns([1, 1.1], gap="medium")
    with photo.container(key="switches", horizontal=True):
        mask = choose_mask(model)
        heat_shown = st.toggle("Heat map", value=True, key="heat", persist_state="session")
    with details:
        chosen = choose_details() if details.open else kept_details()
    point, heat = chosen.point, chosen.heat
    prediction = predict(subject, views, model, mask)
    if prediction is None:
        return
    found = signs_of(subject, views) if answers_photos(subject, model) else ()
    with choices:
        off = choose_signs(found)
    prediction = hear_signs(prediction, found, off)
    others = {
        other: predicted
        for other in (photo_networks() if answers_photos(subject, model) else SHIPPED)
        if other != model
        and (predicted := predict(subject, views, other, own_mask(other))) is not None
    }
    shown = is_shown(subject, prediction)
    place = subject.place_in(prediction.grid)
    said = make_verdict(subject, views, prediction, point)
    with words:
        show_verdict(subject, prediction, said)
        heard = len(found) - len(off)
        by_signs = f" {signs_sentence(heard)}" if heard else ""
        st.caption(plain_markdown(who_answers(model, uploaded=subject.uploaded) + by_signs))
    with below_photo:
        actions = st.container(key="actions", horizontal=True)
    with actions:
        cell = choose_cell(prediction) if shown else None
        offer_occlusion(subject, views, prediction, cell)
    with chart:
        show_map(
            prediction, others, place, subject.place_label, cell, point=point, border=chosen.border
        )
    if shown:
        with below_map:
            star = subject.place_label if place is not None else None
            show_legend(prediction, others, star, border=chosen.border)
    row = heat.look.row and model in SHIPPED  # the credit line is where the renderer writes it
    heat = replace(heat, look=replace(heat.look, heat=heat_shown, row=row))

    drawn = partial(picture, subject, views, prediction, cell, found=found, off=off)
    with photo:
        try:
            shot = drawn(heat)
        except CheckpointError as error:  # the network has no feature map for the method
            st.warning(plain_markdown(f"{error} The heat map is {CLOSED_FORM}'s instead."))
            shot = drawn(replace(heat, method=CLOSED_FORM))
        alt = ", ".join(subject.view_names[view] for view in views)
        st.image(shot.file, width="stretch", alt=alt)
    if shown:
        known = place if prediction.in_distribution else None
        with actions, st.popover("Share"):
            show_share(subject, prediction, others, shot.pixels, said.striptags(), known, point)
        with below_photo:
            show_numbers(subject, views, prediction, place, point)
            if prediction.seen and cell is not None:
                st.html(seen_for(prediction, cell))
    if details.open:
        with details:
            show_downloads(subject, prediction, shot.pixels)
            show_card(model)


read_link()
body = st.container(key="body")
strip = st.container(key="strip")
details = st.expander("Details", key="details", on_change="rerun")
with strip:
    subject = choose_subject("sample", load_tour().story)
with body:
    show_complaints("sample")
    if subject is None:
        st.html(render("pages/heading.html", said=NO_PHOTO, state="none"))
    else:
        show_result(subject, details)
st.html(FOOT)
write_link()
