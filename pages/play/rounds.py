"""A round: the photo, the map to guess on, and then how far off everybody was."""

from __future__ import annotations

from functools import partial

import streamlit as st

from geoloc_core.audit.flights import Place
from geoloc_core.display.heatmap import drawing_size
from geoloc_core.display.html.game_boards import flight_words, round_result
from geoloc_core.display.maps.guesses import guess_layer, reveal_layer
from geoloc_core.display.maps.layers import base_map
from geoloc_core.game import ROUNDS, Game, Round, lock_in, next_round, with_guess
from geoloc_core.geography.place_names import cell_names
from pages.common.live_map import live_map
from pages.common.people import grid_of_homes
from pages.play.state import change

HEIGHT = 460


def show_round(game: Game, played: Round) -> None:
    """The photo, the map, and what to do or what came of it."""
    photo, chart, side = st.columns([1, 1.15, 0.75], gap="medium")
    with photo, st.container(key="play_photo"):
        st.image(
            drawing_size(played.photo),
            width="stretch",
            output_format="JPEG",
            alt=f"Photo {game.number + 1}, a street scene",
        )
    with chart, st.container(key="play_chart"):
        show_map(game, played)
    with side, st.container(key="play_side"):
        if game.revealed:
            show_result(game, played)
        else:
            ask_guess(game)


def show_map(game: Game, played: Round) -> None:
    """The map: a click on it is a guess."""
    if game.revealed:
        layer = reveal_layer(played, game.locked[-1])
    else:
        layer = guess_layer(game.number, game.guess)
    live_map(
        base_map(cities=False),
        key="play_map",
        height=HEIGHT,
        told="last_clicked",
        layer=layer,
        on_change=map_clicked,
    )


def map_clicked() -> None:
    """A click on the map sets the guess or moves it."""
    place = st.session_state["play_map"].get("last_clicked")
    if place:
        st.session_state["play_cell"] = None
        change(partial(with_guess, place=(place["lat"], place["lng"])))


def cell_chosen() -> None:
    """A cell chosen from the list is a guess at its middle."""
    cell = st.session_state["play_cell"]
    if cell is not None:
        latitude, longitude = grid_of_homes().centroids[cell]
        middle: Place = (float(latitude), float(longitude))
        change(partial(with_guess, place=middle))


def ask_guess(game: Game) -> None:
    """The list to guess from without a mouse, and the button that reveals the place."""
    names = cell_names(grid_of_homes())
    st.markdown("**Click on the map** to guess. Click again to move your guess.")
    st.selectbox(
        "Or choose a cell from this list",
        sorted(range(len(names)), key=names.__getitem__),
        index=None,
        key="play_cell",
        placeholder="Choose a cell",
        format_func=names.__getitem__,
        on_change=cell_chosen,
    )
    st.button(
        "Lock in and reveal",
        key=f"lock_{game.number}",
        type="primary",
        width="stretch",
        disabled=game.guess is None,
        on_click=change,
        args=(lock_in,),
    )


def show_result(game: Game, played: Round) -> None:
    """How far off everybody was, and the button that goes on."""
    if played.flight is not None:
        st.html(flight_words(played, played.flight, cell_names(grid_of_homes())))
    st.html(round_result(played, game.locked[-1]))
    st.button(
        "See the result" if game.number == ROUNDS - 1 else "Next photo",
        key=f"next_{game.number}",
        type="primary",
        width="stretch",
        on_click=change,
        args=(next_round,),
    )
