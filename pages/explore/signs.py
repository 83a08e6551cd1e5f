"""The signs in one's own photos: read once, told apart, each one to be switched off."""

from __future__ import annotations

import streamlit as st

from geoloc_core.data.subject import Subject
from geoloc_core.display.signs import sign_sentence
from geoloc_core.models.predictor import Prediction
from geoloc_core.signs.read import Sign, SignsError, read_signs
from geoloc_core.signs.weigh import with_signs
from geoloc_core.text import plain_markdown
from pages.common.ask import Views
from pages.common.choices import remembered
from pages.common.turns import PHOTOS

Found = tuple[tuple[int, Sign], ...]  # each sign with the number of its view


def signs_of(subject: Subject, views: Views) -> Found:
    """The signs in the chosen views; none where their reader is not installed."""
    if not subject.fine:
        return ()
    found: Found = remembered("signs", (subject, views), lambda: read_views(subject, views))
    return found


def read_views(subject: Subject, views: Views) -> Found:
    """Read the signs, which takes a second or two a photo."""
    try:
        with st.spinner("Reading signs …"), PHOTOS.turn():
            return tuple((view, sign) for view in views for sign in read_signs(subject.fine[view]))
    except SignsError as error:
        st.warning(plain_markdown(str(error)))
        return ()


def choose_signs(found: Found) -> frozenset[int]:
    """A switch for each sign that was found, with what it says; gives those switched off."""
    if not found:
        return frozenset()
    with st.popover(f"Signs: {len(found)}"):
        st.caption("What is written in the street moves the prediction. Switch off what is wrong.")
        kept = [
            st.toggle(
                f"{number + 1}. {plain_markdown(sign_sentence(sign))}",
                value=True,
                key=f"sign_{st.session_state.get('upload', 0)}_{view}_{number}",
                persist_state="session",
            )
            for number, (view, sign) in enumerate(found)
        ]
    return frozenset(number for number, on in enumerate(kept) if not on)


def hear_signs(prediction: Prediction, found: Found, off: frozenset[int]) -> Prediction:
    """The prediction with the signs that are not switched off."""
    heard = tuple(sign for number, (_, sign) in enumerate(found) if number not in off)
    told: Prediction = remembered(
        "with_signs", (prediction, heard), lambda: with_signs(prediction, heard)
    )
    return told
