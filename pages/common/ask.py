"""Predictions of what a page shows, made once: for a sample once for all visitors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from geoloc_core.catalogue import SHIPPED
from geoloc_core.data.subject import Subject
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.predictor import Prediction, as_novel_as
from geoloc_core.models.sample_predictions import sample_prediction
from pages.common.choose_network import predictor_or_words
from pages.common.choose_subject import load_gallery
from pages.common.turns import PHOTOS

Views = tuple[int, ...]


def predict(subject: Subject, views: Views, model: str, mask: Mask) -> Prediction | None:
    """The prediction from some of a subject's views, or None after a sentence that says why not.

    The networks of rendered scenes were trained on the same images: what is out of distribution
    for one of them, under its own mask, is so for all. Raises `BusyError` when too many wait.
    """
    kept = kept_predictions(subject)
    key = "together", views, model, mask
    if key not in kept:
        asked = ask(subject, views, model, mask)
        if asked is None:
            return None
        if model not in SHIPPED:
            return asked
        own = (ask(subject, views, name, shipped.mask) for name, shipped in SHIPPED.items())
        kept[key] = as_novel_as(asked, [one for one in own if one is not None] or [asked])
    return kept[key]


def ask(subject: Subject, views: Views, model: str, mask: Mask) -> Prediction | None:
    """What one network predicts by itself; kept, so that it is asked once.

    What ships for the samples needs no network.
    """
    kept = kept_predictions(subject)
    key = views, model, mask
    if key not in kept:
        found = None if subject.uploaded else sample_prediction(subject.name, model, mask, views)
        if found is None:
            predictor = predictor_or_words(model, uploaded=subject.uploaded)
            if predictor is None:
                return None
            with PHOTOS.turn():
                found = predictor.predict([subject.views[view] for view in views], mask)
            found = replace(found, model=model)  # by its name: a file's path is nobody's business
        kept[key] = found
    return kept[key]


def kept_predictions(subject: Subject) -> dict[Any, Prediction]:
    """Where a subject's predictions are kept: a sample's for all, own photos' for the visit."""
    if not subject.uploaded and subject.name in load_gallery():
        return kept_for_everybody(subject.name)
    kept: dict[Any, Prediction]
    owner, kept = st.session_state.get("own_predictions", (None, {}))
    if owner is not subject:
        kept = {}
        st.session_state["own_predictions"] = subject, kept
    return kept


@st.cache_resource(show_spinner=False)
def kept_for_everybody(panorama: str) -> dict[Any, Prediction]:
    """The predictions of a sample, shared by all visitors."""
    return {}
