"""The game of this visit: it outlives a change of page, and starts anew with a new seed."""

from __future__ import annotations

import random
from collections.abc import Callable

import streamlit as st

from geoloc_core.game import Game

_SEEDS = 1_000_000


def current_game() -> Game:
    """The game being played; a new one where the link names another seed, or there is none."""
    asked = _seed_in_link()
    game: Game | None = st.session_state.get("game")
    if game is None or (asked is not None and asked != game.seed):
        game = Game(random.randrange(_SEEDS) if asked is None else asked)
        st.session_state["game"] = game
    if asked != game.seed:
        st.query_params["seed"] = str(game.seed)
    return game


def change(step: Callable[[Game], Game]) -> None:
    """Go on with the game."""
    st.session_state["game"] = step(st.session_state["game"])


def play_again() -> None:
    """Start a game with a new seed."""
    game = Game(random.randrange(_SEEDS))
    st.session_state["game"] = game
    st.query_params["seed"] = str(game.seed)


def _seed_in_link() -> int | None:
    """The link's seed, or None where it has none that a game can have."""
    text = st.query_params.get("seed", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
