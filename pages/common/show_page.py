"""What a visitor is told of files that ship and are missing or damaged."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

import streamlit as st

from geoloc_core.assets import AssetError, faults


def show_page(run: Callable[[], None]) -> None:
    """Run a page, and say above it which files are damaged; it ends where it needs one of them."""
    said = st.container(key="faults")
    with suppress(AssetError):  # it is among the faults
        run()
    for fault in faults():
        said.error(fault)


def tells_faults(show: Callable[..., None]) -> Callable[..., None]:
    """A part that runs by itself (`st.fragment`): it ends with what is said of a damaged file."""

    @wraps(show)
    def shown(*of: Any, **named: Any) -> None:
        try:
            show(*of, **named)
        except AssetError as error:
            st.error(str(error))

    return shown
