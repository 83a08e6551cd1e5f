"""Pata's web server: run with `streamlit run app.py`. The pages are in pages/, their table in main.py."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

app = st.App(Path(__file__).resolve().parent / "pages" / "main.py")
