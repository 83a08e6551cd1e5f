"""Choices that a page's link keeps, and results that a visit keeps."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import streamlit as st


def remembered(name: str, key: object, make: Callable[[], Any]) -> Any:
    """What `make` gave for `key`, made anew when the key changes; it goes when this visit ends."""
    kept = st.session_state.get(f"remembered_{name}")
    if kept is None or kept[0] != key:
        kept = (key, make())
        st.session_state[f"remembered_{name}"] = kept
    return kept[1]


def linked(key: str, options: Collection[Any], default: Any) -> None:
    """Start the choice `key` as the page's link has it, if it is one of the options."""
    asked = st.query_params.get(key, default)
    st.session_state.setdefault(key, asked if asked in options else default)


def keep_in_link(keys: Collection[str]) -> None:
    """Write the choices made so far into the page's link."""
    st.query_params.update({key: st.session_state[key] for key in keys if key in st.session_state})


def choose(
    label: str,
    key: str,
    words: dict[str, tuple[str, str]],
    default: str,
    on_change: Callable[[], None] | None = None,
) -> str:
    """A choice in plain words."""
    linked(key, words, default)
    return st.radio(
        label,
        list(words),
        format_func=lambda option: words[option][0],
        captions=[caption for _, caption in words.values()],
        key=key,
        on_change=on_change,
    )


def switch(label: str, key: str, words: dict[str, str]) -> str:
    """A choice between a few words, the first where the link says nothing."""
    linked(key, words, next(iter(words)))
    return st.segmented_control(
        label, list(words), format_func=words.__getitem__, required=True, key=key
    )
