"""Which of a subject's views are looked at: one, or all of them together."""

from __future__ import annotations

import streamlit as st

from geoloc_core.display.subject import Subject
from pages.common.predictions import Views

ALL = "all"


def choose_views(subject: Subject) -> Views:
    """The numbers of the chosen views. One view unless the visitor chose all."""
    count = len(subject.views)
    if count == 1:
        return (0,)
    options = [*map(str, range(count)), ALL]
    labels = [*subject.view_names, f"All {count}"]
    key = "own_view" if subject.uploaded else "view"
    chosen = st.segmented_control(
        "View",
        options,
        default="0",
        format_func=lambda option: labels[options.index(option)],
        required=True,
        key=key,
        bind=None if subject.uploaded else "query-params",
        label_visibility="collapsed",
    )
    return tuple(range(count)) if chosen == ALL else (int(chosen),)


def views_in_words(views: Views) -> str:
    """How many views made a prediction."""
    return "one view" if len(views) == 1 else f"{len(views)} views together"
