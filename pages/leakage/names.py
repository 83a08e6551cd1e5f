"""The name to write on a picture: an uploader's of the data set, or any other."""

from __future__ import annotations

import random

import streamlit as st

from geoloc_core.audit.residents import Resident, residents
from geoloc_core.dataset import sampled
from geoloc_core.dataset.manifest import ManifestError
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.places import cell_names

LONGEST = 80  # characters of a name


@st.cache_resource(show_spinner=False)
def load_people() -> dict[str, Resident]:
    """The uploaders of the shipped data set; none where no manifest ships."""
    try:
        return residents(sampled.shipped_manifest())
    except ManifestError:
        return {}


def choose_name(people: dict[str, Resident]) -> str:
    """The name to write: an uploader's, someone's at random, or any other."""
    st.session_state.setdefault("name", st.query_params.get("name", "")[:LONGEST])
    name = st.session_state["name"].strip()
    if people:
        cells = cell_names(article_grid())
        known = [one.name for one in people.values() if one.well_known]
        st.session_state["uploader"] = name if name in people else None
        st.selectbox(
            f"One of the data set's {len(people)} uploaders, and where they live",
            people,
            key="uploader",
            placeholder="Choose a name",
            format_func=lambda one: f"{one}: {cells[people[one].cell]}",
            on_change=lambda: take_name(st.session_state["uploader"] or ""),
        )
        st.button(
            "Someone at random",
            icon=":material/casino:",
            width="stretch",
            disabled=not known,
            on_click=lambda: take_name(random.choice(known)),
        )
    else:
        st.info("The uploaders' names are not here: the manifest of the data set is missing.")
    st.text_input("Or any name, such as your own", key="name", max_chars=LONGEST)
    if name and people and name not in people:
        st.caption("No uploader of the data set bears this name, so it promises no place.")
    return name


def take_name(name: str) -> None:
    """Write this name."""
    st.session_state["name"] = name
