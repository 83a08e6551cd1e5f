"""The game of this visit: it outlives a change of page, and its seed stands in the link."""

from __future__ import annotations

import random
from collections.abc import Callable

import streamlit as st

from geoloc_core.game import Game
from pages.common.choices import asked_by_link, note_in_link

_SEEDS = 1_000_000


def current_game() -> Game:
    """The game being played; a new one where the link names another seed, or there is none yet."""
    asked = _seed(asked_by_link("seed") or "")
    game: Game | None = st.session_state.get("game")
    if game is None or (asked is not None and asked != game.seed):
        game = Game(random.randrange(_SEEDS) if asked is None else asked)
        st.session_state["game"] = game
    note_in_link("seed", str(game.seed), "")
    return game


def change(step: Callable[[Game], Game]) -> None:
    """Go on with the game."""
    st.session_state["game"] = step(st.session_state["game"])


def play_again() -> None:
    """Start a game with a new seed."""
    st.session_state["game"] = Game(random.randrange(_SEEDS))


def _seed(text: str) -> int | None:
    """The seed that a link names, or None where it names none that a game can have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
