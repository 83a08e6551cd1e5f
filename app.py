"""Pata's pages: run with `streamlit run app.py`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from geoloc_core.dataset.samples import read_samples
from geoloc_core.display.leaflet import install_leaflet, serve_leaflet_from
from geoloc_core.display.thumbnails import install_thumbnails
from geoloc_core.paths import ASSETS

ROOT = Path(__file__).resolve().parent


@st.cache_resource(show_spinner=False)
def install_static_files() -> None:
    """Put what the browser asks for into the folder that Streamlit hands out, once a start."""
    base = st.get_option("server.baseUrlPath").strip("/")
    prefix = f"/{base}" if base else ""
    install_leaflet(ROOT / "static")
    serve_leaflet_from(f"{prefix}/app/static/leaflet")
    install_thumbnails(read_samples(), ROOT / "static" / "samples")


# an icon of Streamlit's own would be fetched from the internet
st.set_page_config(page_title="Pata", page_icon=ASSETS / "icon.svg", layout="wide")
install_static_files()
explore = st.Page(ROOT / "pages" / "explore.py", title="Explore", icon=":material/explore:")
leakage = st.Page(ROOT / "pages" / "leakage.py", title="Leakage", icon=":material/key:")
confusion = st.Page(ROOT / "pages" / "confusion.py", title="Confusion", icon=":material/apps:")
cells = st.Page(ROOT / "pages" / "cells.py", title="Cells", icon=":material/grid_on:")
st.navigation([explore, leakage, confusion, cells], position="top").run()
