"""The uploaders of the shipped data set, whose names a photo may bear."""

from __future__ import annotations

import streamlit as st

from geoloc_core.assets import AssetError
from geoloc_core.audit import residents
from geoloc_core.audit.residents import Resident
from geoloc_core.catalogue import READER
from geoloc_core.data import shipped
from geoloc_core.data.manifest import ManifestError, on_grid
from geoloc_core.geography.grid import Grid
from geoloc_core.models.model_grid import model_grid


def grid_of_homes() -> Grid:
    """The grid that homes are cells of: that of the network that reads names."""
    return model_grid(READER)


@st.cache_resource(show_spinner=False)
def load_people() -> dict[str, Resident]:
    """The uploaders by name; none where no manifest ships."""
    try:
        return residents.residents(on_grid(shipped.shipped_manifest(), grid_of_homes()))
    except (ManifestError, AssetError):
        return {}
