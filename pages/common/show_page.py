"""What a visitor is told where a page cannot be shown whole: of damaged files, of many visitors."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geoloc_core.assets import AssetError, faults
from pages.common.turns import BusyError


def show_page(run: Callable[[], None]) -> None:
    """Run a page, and say above it which files are damaged; it ends where it needs one of them.

    It also ends where too many others wait for an answer, and can be asked for again.
    """
    said = st.container(key="faults")
    try:
        with suppress(AssetError):  # it is among the faults
            run()
    except BusyError as error:
        say_busy(error, said, "page")
    for fault in faults():
        said.error(fault)


def tells_faults(show: Callable[..., None]) -> Callable[..., None]:
    """A part that runs by itself (`st.fragment`): it ends with what `show_page` would say."""

    @wraps(show)
    def shown(*of: Any, **named: Any) -> None:
        try:
            show(*of, **named)
        except AssetError as error:
            st.error(str(error))
        except BusyError as error:
            say_busy(error, st.container(), show.__name__)

    return shown


def say_busy(error: BusyError, where: DeltaGenerator, part: str) -> None:
    """Say that too many wait, above a button: a click runs that part of the page again."""
    where.warning(str(error))
    where.button("Try again", key=f"try_again_{part}")
