"""The map with both networks' points, and the cell that the heat map is for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from geoloc_core.catalogue import title
from geoloc_core.display.colours import network_colour, shading
from geoloc_core.display.formats import percent
from geoloc_core.display.html.bars import likeliest
from geoloc_core.display.html.legends import legend
from geoloc_core.display.maps.layers import base_map, prediction_layer
from geoloc_core.display.maps.marks import Estimate
from geoloc_core.display.maps.placement import Place
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.place_names import cell_names
from geoloc_core.models.predictor import Prediction
from pages.common.live_map import live_map

HEIGHT = 600


def cell_clicked(grid: Grid) -> None:
    """A click on the map chooses the cell under it."""
    place = st.session_state["map"].get("last_object_clicked")
    cell = grid.cell_of(place["lat"], place["lng"]) if place else None
    if cell is not None:
        st.session_state["cell"] = cell


def choose_cell(prediction: Prediction) -> int:
    """The cell that the heat map is for: the predicted one until another is chosen."""
    order = likeliest(prediction.probabilities, len(prediction.grid))
    seen = st.session_state.get("cell_of") is prediction
    if not seen or "cell" not in st.session_state:  # it goes when another page is shown
        st.session_state["cell_of"] = prediction
        st.session_state["cell"] = order[0]
    names = cell_names(prediction.grid)
    # the list is drawn once the popover is opened: no visitor waits for it
    with st.popover(f"Heat map: evidence for {names[st.session_state['cell']]}"):
        return st.selectbox(
            "Choose a cell, or click on the map",
            order,
            key="cell",
            format_func=lambda cell: (
                f"{names[cell]}, {percent(float(prediction.probabilities[cell]))}"
            ),
        )


def show_map(
    prediction: Prediction,
    others: Mapping[str, Prediction],
    truth: Place | None,
    truth_label: str,
    cell: int | None,
    *,
    point: str,
    border: bool,
) -> None:
    """The map of a prediction, and the points of the other networks; bare where `cell` is None."""
    layer = None
    if cell is not None:
        layer = prediction_layer(
            prediction,
            cell_names(prediction.grid),
            chosen=cell,
            estimates=[
                Estimate(
                    each.points[point], title(model), network_colour(model), each is prediction
                )
                for model, each in {prediction.model: prediction, **others}.items()
            ],
            truth=truth,
            truth_label=truth_label,
            certain=prediction.in_distribution,
            border=border,
        )
    live_map(
        base_map(cities=False),
        key="map",
        height=HEIGHT,
        told="last_object_clicked",
        layer=layer,
        on_change=partial(cell_clicked, prediction.grid),
    )


def show_legend(
    prediction: Prediction,
    others: Mapping[str, Prediction],
    truth_label: str | None,
    *,
    border: bool,
) -> None:
    """What the map's colours and marks mean."""
    models = (prediction.model, *others)
    level = prediction.promise if border and prediction.prediction_set else None
    st.html(
        legend(
            {title(model): network_colour(model) for model in models},
            truth_label,
            level,
            "evidence shown",
            certain=prediction.in_distribution,
            shading=shading(prediction),
        )
    )
    st.caption(
        "A schematic map: outlines and state borders (drawn from the states of post offices) make "
        "no claim about any boundary."
    )
