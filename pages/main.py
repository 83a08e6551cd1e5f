"""The table of pages and the line above them, run before every page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from geoloc_core.assets import intact, unless_damaged
from geoloc_core.paths import ASSETS
from pages.common.show_page import show_page

PAGES = Path(__file__).resolve().parent
TABLE = [
    st.Page(PAGES / name / "page.py", title=name.capitalize(), url_path=name, default=not number)
    for number, name in enumerate(("explore", "leakage", "audit", "play", "confusion", "cells"))
]

TAGLINE = "Where in India does a neural network place a photo, and does it cheat?"

# an icon of Streamlit's own would be fetched from the internet
st.set_page_config(
    page_title="Pata",
    page_icon=unless_damaged(lambda: intact(ASSETS / "icon.svg"), None),
    layout="wide",
)
page = st.navigation(TABLE, position="hidden")
st.html('<a class="pata-skip" href="#result">Skip to the result</a>')
# a key that moved with the page would move a link from under a click: the click was lost
st.html(f"<style>.st-key-{page.title} {{ --here: var(--pata-accent) }}</style>")
with st.container(key="top", horizontal=True, vertical_alignment="center"):
    st.html('<p class="pata-brand">Pata</p>', width="content")
    for each in TABLE:
        with st.container(key=each.title, width="content"):
            st.page_link(each)
    st.html(f'<p class="pata-tagline">{TAGLINE}</p>')
show_page(page.run)
