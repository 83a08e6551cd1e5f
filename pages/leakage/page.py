"""The Leakage page: five steps to see a network cheat, and what is left when it cannot."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from geoloc_core.catalogue import SHIPPED
from geoloc_core.data.subject import Subject
from geoloc_core.display.html.bars import duel
from geoloc_core.display.html.headline import out_of_distribution
from geoloc_core.display.html.leak_rates import Chart
from geoloc_core.display.html.render import render
from geoloc_core.geography.estimators import ESTIMATORS
from pages.common.choices import choose, kept, read_link, write_link, write_link_of_fragment
from pages.common.choose_network import FOOT
from pages.common.choose_subject import (
    NO_PHOTO,
    choose_subject,
    load_gallery,
    show_complaints,
)
from pages.common.estimators import chosen_estimator
from pages.common.load_tour import load_tour
from pages.common.show_page import tells_faults
from pages.leakage.scene import show_act, show_map_legend
from pages.leakage.steps import STEPS, Step

AUDIT = Path(__file__).resolve().parents[1] / "audit" / "page.py"


def choose_step() -> str:
    """The step, kept in the link."""
    words = {number: f"{number} · {step.title}" for number, step in STEPS.items()}
    return choose("Step", words, "step", "1", label_visibility="collapsed", width="stretch")


def turn_page(number: str) -> None:
    """Back to the step before, on to the next one."""
    numbers = list(STEPS)
    here = numbers.index(number)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="turn"):
        for label, by in (("Back", -1), ("Next", 1)):
            if 0 <= here + by < len(numbers):
                st.button(
                    f"{label}: {STEPS[numbers[here + by]].title}",
                    key=label,
                    type="primary" if label == "Next" else "secondary",
                    on_click=go,
                    args=(by,),
                )


def go(by: int) -> None:
    """So many steps on from the one that is open now, which a quick click may have left already."""
    numbers = list(STEPS)
    there = numbers.index(st.session_state["step"]) + by
    st.session_state["step"] = numbers[min(max(there, 0), len(numbers) - 1)]


@st.fragment
@tells_faults
def play(step: Step, subject: Subject) -> None:
    """The scene of a step. What is typed or switched in it redraws the scene alone."""
    point = chosen_estimator()
    with st.container(key="task", horizontal=True, vertical_alignment="bottom"):
        act = step.act(subject, point)
    if act is None:
        return
    known = act.halves[0].before
    if not known.in_distribution:
        st.html(render("pages/guesses_note.html", why=out_of_distribution(known)))
    show_act(act, point)
    show_map_legend(act, ESTIMATORS[point].title)
    write_link_of_fragment()


def show_measured(chart: Chart | None, command: str) -> None:
    """What was measured of a step over many images, or how to measure it."""
    if chart is None:
        st.info(f"This is not measured over many images yet: `{command}` does it.")
    else:
        st.html(duel(*chart, {model: shipped.title for model, shipped in SHIPPED.items()}))


def choose_story(number: str) -> tuple[str, str]:
    """Under which key a step's photo is chosen, and the sample that it opens on.

    The last step has a sample of its own, until the visitor has chosen a photo for the story.
    """
    tour, gallery = load_tour(), list(load_gallery())
    story = tour.story if tour.story in gallery else next(iter(gallery), "")
    untouched = not gallery or (
        kept("story_sample", gallery, story) == story
        and not st.session_state.get("own_for_story_sample")
    )
    if number == list(STEPS)[-1] and untouched:
        return "views_sample", tour.views
    return "story_sample", tour.story


read_link()
st.html(
    '<header class="pata-header"><h1>Leakage</h1><p>How a network that reads names passes for one '
    "that knows places.</p></header>"
)
number = choose_step()
scene = st.container(key="scene")
turn_page(number)
measured = st.container(key="measured")
key, first = choose_story(number)
subject = choose_subject(key, first)
with scene:
    show_complaints(key)
    if subject is None:
        st.html(render("pages/note.html", said=NO_PHOTO))
    else:
        play(STEPS[number], subject)
with measured:
    show_measured(STEPS[number].measured(), STEPS[number].command)
    if number == list(STEPS)[-1]:
        # not an <a>: that would load the app anew and lose the visitor's photo
        st.page_link(
            st.Page(AUDIT, title="Audit", url_path="audit"),
            label="Does a network cheat in any other way? Audit scans every part of the images",
        )
st.html(FOOT)
write_link()
