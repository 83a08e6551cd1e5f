"""The table of pages, run before every page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from geoloc_core.paths import ASSETS

PAGES = Path(__file__).resolve().parent

# an icon of Streamlit's own would be fetched from the internet
st.set_page_config(page_title="Pata", page_icon=ASSETS / "icon.svg", layout="wide")
explore = st.Page(PAGES / "explore" / "page.py", title="Explore", url_path="explore", default=True)
leakage = st.Page(PAGES / "leakage" / "page.py", title="Leakage", url_path="leakage")
confusion = st.Page(PAGES / "confusion" / "page.py", title="Confusion", url_path="confusion")
cells = st.Page(PAGES / "cells" / "page.py", title="Cells", url_path="cells")
st.navigation([explore, leakage, confusion, cells], position="top").run()
