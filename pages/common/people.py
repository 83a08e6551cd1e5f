"""The uploaders of the shipped data set, whose names a photo may bear."""

from __future__ import annotations

import streamlit as st

from geoloc_core.audit import residents
from geoloc_core.audit.residents import Resident
from geoloc_core.data import shipped
from geoloc_core.data.manifest import ManifestError


@st.cache_resource(show_spinner=False)
def load_people() -> dict[str, Resident]:
    """The uploaders by name; none where no manifest ships."""
    try:
        return residents.residents(shipped.shipped_manifest())
    except ManifestError:
        return {}
