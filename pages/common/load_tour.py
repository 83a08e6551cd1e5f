"""The samples that pages open on: those for which what they say was measured to hold."""

from __future__ import annotations

import streamlit as st

from geoloc_core.audit import tour
from geoloc_core.audit.tour import Tour

NO_TOUR = Tour("", "", ())


@st.cache_resource(show_spinner=False)
def load_tour() -> Tour:
    """The committed picks; where there are none, pages open on the first sample."""
    return tour.read_tour() or NO_TOUR
