"""The scene that stays: a photo at the left, a map of each network at the right.

A step says what is on the photo and what stands on the maps; only that changes between steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from geoloc_core.catalogue import title
from geoloc_core.display.colours import network_colour
from geoloc_core.display.html.captions import moved, predicted
from geoloc_core.display.html.legends import legend
from geoloc_core.display.html.render import render
from geoloc_core.display.maps.placement import Place
from geoloc_core.display.maps.twins import travel_layer, twin_map
from geoloc_core.geography.place_names import cell_names
from geoloc_core.models.predictor import Prediction
from pages.common.live_map import live_map

HEIGHT = 440


@dataclass(frozen=True)
class Half:
    """What one of the two maps shows: a prediction, and the one that it is compared with."""

    title: str
    before: Prediction
    after: Prediction


@dataclass(frozen=True)
class Act:
    """What a step shows: a sentence, the photo, two halves, and the place that is measured to.

    `draw_photo` draws the photo; `goal_label` names the place at the star.
    """

    caption: Markup
    draw_photo: Callable[[], None]
    halves: tuple[Half, Half]
    goal: Place | None
    goal_label: str


def show_act(act: Act, point: str) -> None:
    """Fill the scene."""
    left, *right = st.columns([1.05, 1, 1], gap="medium")
    with left:
        with st.container(key="scene_photo"):
            act.draw_photo()
        st.html(render("pages/caption.html", said=act.caption))
    for number, (column, half) in enumerate(zip(right, act.halves, strict=True)):
        with column:
            show_half(number, half, act, point)


def show_half(number: int, half: Half, act: Act, point: str) -> None:
    """One of the maps under its title, and what it shows in words."""
    model = half.after.model
    st.html(render("pages/network.html", model=model, title=half.title))
    names = cell_names(half.after.grid)
    # told by the photo as it is: a degraded one is out of distribution by intent
    certain = half.before.in_distribution
    with st.container(key=f"map_{number}"):
        live_map(
            twin_map(),
            key=f"twin_{number}",
            height=HEIGHT,
            layer=travel_layer(
                half.after,
                names,
                estimate=half.after.points[point],
                before=None if half.after is half.before else half.before.points[point],
                goal=act.goal,
                goal_label=act.goal_label,
                certain=certain,
            ),
        )
    told = predicted(half.after, names, act.goal if certain else None, act.goal_label, point)
    if half.after is not half.before:
        told += moved(half.before, half.after, point)
    st.html(told)


def show_map_legend(act: Act, estimator: str) -> None:
    """What the maps' marks mean."""
    star = act.goal_label if act.goal is not None else None
    models = [half.after.model for half in act.halves]
    st.html(
        legend(
            {f"{title(model)} (empty ring: before)": network_colour(model) for model in models},
            star,
            None,
            "predicted cell",
        )
    )
    st.caption(
        f"Estimated place: {estimator.lower()}, live, from one view unless the title names more. "
        "The two maps move together. They are schematic and make no claim about any boundary."
    )
