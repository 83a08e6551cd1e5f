"""The Leakage page: five steps to see a network cheat, and what is left when it cannot."""

from __future__ import annotations

import streamlit as st

from geoloc_core.paths import ASSETS
from pages.common.choices import keep_in_link, linked
from pages.leakage.steps import STEPS, Room, Shown
from pages.common.networks import FOOT
from pages.common.subjects import choose_subject

LINKED = ("step", "sample", "region", "spoiled", "mask", "name")


def choose_picture() -> Shown | None:
    """The picture, chosen in a window of its own."""
    with st.popover("Another picture, or your own", icon=":material/photo_library:", key="other"):
        subject = choose_subject()
    if subject is None:
        return None
    if st.session_state.get("pictured") is not subject:
        st.session_state["pictured"] = subject
        st.session_state["shot"] = 0
    shot = 0
    if len(subject.views) > 1:
        shot = st.segmented_control(
            "View",
            range(len(subject.views)),
            required=True,
            key="shot",
            format_func=lambda number: subject.view_names[number],
            label_visibility="collapsed",
            width="stretch",
        )
    return Shown(
        (subject, shot), subject.views[shot], subject.views, subject.place, subject.place_label
    )


def go_to(step: str) -> None:
    """Open a step."""
    st.session_state["step"] = step


def turn_page(step: str) -> None:
    """Back to the step before, on to the next one."""
    numbers = list(STEPS)
    here = numbers.index(step)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if here > 0:
            before = numbers[here - 1]
            label = f"Back: {STEPS[before][0]}"
            st.button(label, icon=":material/arrow_back:", on_click=go_to, args=(before,))
        if here < len(numbers) - 1:
            after = numbers[here + 1]
            label = f"Next: {STEPS[after][0]}"
            st.button(label, type="primary", on_click=go_to, args=(after,))


st.html(ASSETS / "style.css")
st.html(
    '<header class="pata-header"><h1>Leakage</h1><p>How a network that reads names passes for one '
    "that knows places, in five steps.</p></header>"
)
linked("step", STEPS, "1")
step = st.segmented_control(
    "Step",
    list(STEPS),
    required=True,
    key="step",
    format_func=lambda number: f"{number} · {STEPS[number][0]}",
    label_visibility="collapsed",
    width="stretch",
)
side, main = st.columns([1, 2.6], gap="large")
with side:
    task, frame = st.container(), st.container(key="frame")
    shown = choose_picture()
with main:
    if shown is None:
        st.info("Add a photo to see what the networks make of it.")
    else:
        title, play = STEPS[step]
        task.subheader(title)
        left, right = st.columns(2, gap="large")
        play(Room(task, frame, left, right, st.container()), shown)
        turn_page(step)
keep_in_link(LINKED)
st.html(FOOT)
