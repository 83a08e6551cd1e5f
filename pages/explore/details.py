"""What is behind "Details": everything that can be chosen beside the network and the two switches.

While it is closed nothing of it is drawn, and what was chosen in it still holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from geoloc_core.display.heatmap import Look
from pages.common.choices import choose, choose_from_list, kept, kept_switch, switch
from pages.common.choose_network import choose_hiding
from pages.common.estimators import choose_estimator, chosen_estimator
from pages.explore.draw_photo import CLOSED_FORM, METHODS, HeatMap

OPACITY = {"0.4": "Light", "0.65": "Medium", "0.9": "Strong"}


@dataclass(frozen=True)
class Details:
    """The estimator, whether the prediction set is drawn, and how the heat map is."""

    point: str
    border: bool
    heat: HeatMap


def choose_details() -> Details:
    """The choices, drawn."""
    place, heat, seen = st.columns(3, gap="large")
    with place:
        choose_estimator()
        switch(
            "90 % prediction set",
            "border",
            True,
            help="The cells inside the border hold the true one in 90 % of predictions for images "
            "like those of the training, under the network's own mask.",
        )
    with heat:
        choose_from_list(
            "Heat map method",
            list(METHODS),
            "method",
            CLOSED_FORM,
            str,
            help=f"{CLOSED_FORM} comes with the prediction for every cell. The others run a "
            "backward pass and take longer.",
        )
        choose("Heat map opacity", OPACITY, "opacity", "0.65")
    with seen:
        choose_hiding()
        switch("Outline the credit line", "row", True)
        switch("As the network saw it", "as_seen", True)
    return kept_details()


def kept_details() -> Details:
    """The choices as they were made."""
    opacity = float(kept("opacity", list(OPACITY), "0.65"))
    row, as_seen = kept_switch("row"), kept_switch("as_seen")
    look = Look(opacity=opacity, as_seen=as_seen, row=row)
    method = kept("method", list(METHODS), CLOSED_FORM)
    return Details(chosen_estimator(), kept_switch("border"), HeatMap(method, look))
