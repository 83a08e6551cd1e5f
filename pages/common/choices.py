"""Choices that the page's link holds and a visit keeps, and results that a visit keeps.

The link holds what differs from the defaults, by its short name and not by the words on the page.
A link that someone follows, reloads or goes back to sets the choices; a page that is come to by its
name alone keeps those of the visit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

Option = TypeVar("Option", bound=str)

RETURNED = "returned"
_YES_NO = {"yes": True, "no": False}


def remembered(name: str, key: object, make: Callable[[], Any]) -> Any:
    """What `make` gave for `key`, made anew when the key changes; it goes when this visit ends."""
    kept = st.session_state.get(f"remembered_{name}")
    if kept is None or kept[0] != key:
        kept = (key, make())
        st.session_state[f"remembered_{name}"] = kept
    return kept[1]


def kept(key: str, options: Sequence[str], default: str) -> str:
    """A choice that is not on show: as it was made, or as the link has it."""
    _take(key, options, default)
    value: str = st.session_state[key]
    return value


def kept_switch(key: str) -> bool:
    """A switch, on by default, that is not on show: as it was set, or as the link has it."""
    _take(key, [True, False], True, _YES_NO)
    value: bool = st.session_state[key]
    return value


def choose(
    label: str, words: Mapping[Option, str], key: str, default: Option, **how: Any
) -> Option:
    """One of a few options side by side, kept in the link; `words` say each option."""
    _take(key, list(words), default)
    chosen: Option = st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        required=True,
        key=key,
        persist_state="session",
        **how,
    )
    return chosen


def choose_from_list(
    label: str,
    options: Sequence[str],
    key: str,
    default: str,
    words: Callable[[str], str],
    **how: Any,
) -> str:
    """One of many options, kept in the link; `words` says each option."""
    _take(key, options, default)
    chosen: str = st.selectbox(
        label, options, format_func=words, key=key, persist_state="session", **how
    )
    return chosen


def switch(label: str, key: str, default: bool, **how: Any) -> bool:
    """A switch, kept in the link as "yes" or "no"."""
    _take(key, [True, False], default, _YES_NO)
    return st.toggle(label, key=key, persist_state="session", **how)


# --- The link ------------------------------------------------------------------------------------


def read_link() -> None:
    """Take the choices from the link where it was followed or gone back to; else keep the visit's.

    To be called where a page starts. The browser marks a link that someone went back or forward to
    (history.js): a link alone does not tell, since it lags behind the choices.
    """
    state, link = st.session_state, st.query_params.to_dict()
    returned = link.pop(RETURNED, None) is not None
    state["link_asks"] = link if returned or "link_holds" not in state else None
    state["link_holds"] = {}
    state["link_open"] = True


def write_link() -> None:
    """Write the choices that were made into the link. To be called where a page ends."""
    state = st.session_state
    state["link_asks"] = None
    state["link_open"] = False
    if st.query_params.to_dict() != state["link_holds"]:
        st.query_params.from_dict(state["link_holds"])


def write_link_of_fragment() -> None:
    """The same where a fragment ends that runs by itself; while its page runs, that will do it."""
    if not st.session_state["link_open"]:
        write_link()


def note_in_link(key: str, value: str, default: str) -> None:
    """Let the link hold a choice, unless it is the default."""
    holds = st.session_state.setdefault("link_holds", {})
    holds.pop(key, None)
    if value != default:
        holds[key] = value


def asked_by_link(key: str) -> str | None:
    """What the link asks for, None where it asks for nothing; "" where it asks for the default."""
    asks = st.session_state.get("link_asks")
    return None if asks is None else asks.get(key, "")


def _take(
    key: str, options: Sequence[Any], default: Any, named: Mapping[str, Any] | None = None
) -> None:
    """Set a choice as the link asks, or to its default where it has no value that is an option."""
    named = named or {str(option): option for option in options}
    state, asked = st.session_state, asked_by_link(key)
    value = state.get(key, default) if asked is None else named.get(asked, default)
    value = value if value in options else default
    if state.get(key) != value:  # what is drawn already must not be set again
        state[key] = value
    names = {option: name for name, option in named.items()}
    note_in_link(key, names[value], names[default])
