"""What pages share, and the long parts of pages. No page that imports this is shown without app.py.

Until app.py has run once, Streamlit takes a folder named pages for its older kind of app: a link
that leads straight to a page of a fresh server would show it alone, with no map and no navigation.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

if PagesManager.uses_pages_directory:
    PagesManager.uses_pages_directory = False
    st.rerun()
