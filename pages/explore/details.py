"""What is behind "Details": everything that can be chosen beside the network and the two switches."""

from __future__ import annotations

import streamlit as st

from geoloc_core.display.heatmap import Look
from pages.common.choices import choose_from_list
from pages.common.estimators import choose_estimator
from pages.common.networks import choose_hiding
from pages.explore.photo import CLOSED_FORM, METHODS, HeatMap


def choose_details() -> tuple[str, bool, HeatMap]:
    """The estimator, whether the prediction set is drawn, and how the heat map is."""
    place, heat, seen = st.columns(3, gap="large")
    with place:
        point = choose_estimator()
        border = st.toggle(
            "90 % prediction set",
            value=True,
            key="border",
            persist_state="session",
            help="The cells inside the border hold the true one in 90 % of predictions for images "
            "like those of the training, under the network's own mask.",
        )
    with heat:
        method = choose_from_list(
            "Heat map method",
            list(METHODS),
            "method",
            CLOSED_FORM,
            str,
            help=f"{CLOSED_FORM} comes with the prediction for every cell. The others run a "
            "backward pass and take longer.",
        )
        opacity = st.slider("Opacity, %", 0, 100, 65, 5, key="opacity", persist_state="session")
    with seen:
        choose_hiding()
        row = st.toggle("Outline the credit line", value=True, key="row", persist_state="session")
        as_seen = st.toggle("As the network saw it", key="as_seen", persist_state="session")
    look = Look(opacity=opacity / 100, as_seen=as_seen, row=row)
    return point, border, HeatMap(method, look)
