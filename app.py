"""Pata's web server: run with `streamlit run app.py`. The table of pages is pages/main.py."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from pages.common.memory import keep_memory_small
from pages.common.serving import (
    CompressedScripts,
    NoMetrics,
    PreparedPage,
    routes,
    serve_leaflet,
)
from pages.common.uploads import BoundedUploads, forget_visits

keep_memory_small()
serve_leaflet()
app = st.App(
    Path(__file__).resolve().parent / "pages" / "main.py",
    routes=routes(),
    middleware=[
        Middleware(NoMetrics),
        Middleware(BoundedUploads),
        Middleware(CompressedScripts),
        Middleware(PreparedPage),
    ],
    lifespan=forget_visits,
)
