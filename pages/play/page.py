"""The Play page: five photos, a person against both networks."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geoloc_core.audit import flights
from geoloc_core.audit.flights import Locate, Place
from geoloc_core.catalogue import HONEST, READER
from geoloc_core.display.html.game_boards import rules, standing
from geoloc_core.display.html.render import render
from geoloc_core.game import ROUNDS, Round, make_round, totals
from geoloc_core.images.credit_line import Pixels
from geoloc_core.models.predictor import Predictor
from pages.common.choices import read_link, remembered, write_link
from pages.common.choose_network import FOOT, predictor_or_words
from pages.common.choose_subject import load_gallery
from pages.common.people import load_people
from pages.common.turns import PHOTOS
from pages.play.final import show_final
from pages.play.rounds import show_round
from pages.play.state import current_game


def locate(predictor: Predictor) -> Locate:
    """A network as the game knows it: its own mask, one view, the weighted mean."""

    def place(photo: Pixels) -> Place:
        with PHOTOS.turn():
            return predictor.predict((photo,)).points["weighted_mean"]

    return place


def load_networks() -> dict[str, Locate] | None:
    """Both networks, or None after a sentence for each that is not there."""
    found = {model: predictor_or_words(model) for model in (READER, HONEST)}
    if None in found.values():
        return None
    return {model: locate(predictor) for model, predictor in found.items() if predictor}


def rounds_of(seed: int, networks: dict[str, Locate]) -> Callable[[int], Round]:
    """The rounds of a game, each made once."""
    gallery, people, names = list(load_gallery().values()), load_people(), flights.read_flights()
    return lambda number: remembered(
        f"round {number}", seed, lambda: make_round(number, seed, gallery, people, names, networks)
    )


def start_at_top(number: int) -> None:
    """A new photo is looked at from its top: on a phone the button before it stood far below."""
    st.html(render("pages/to_top.html", number=number + 1), unsafe_allow_javascript=True)


read_link()
st.html(
    '<header class="pata-header"><h1 id="result" tabindex="-1">Beat the cheat</h1><p>Where in '
    "India was it taken? Guess five photos against two networks. One of them reads the "
    "photographer's name.</p></header>"
)
networks = load_networks()
if len(load_gallery()) < ROUNDS:
    st.info(
        f"The game needs {ROUNDS} photos in the sample gallery: "
        "`python tools/build_samples.py DIR` makes one."
    )
elif networks is not None:
    game = current_game()
    made = rounds_of(game.seed, networks)
    if game.number < ROUNDS:
        seen = [made(number) for number in range(len(game.locked))]
        top = st.container(key="play_top", horizontal=True, vertical_alignment="center")
        top.header(f"Photo {game.number + 1} of {ROUNDS}", anchor=False)
        top.html(standing(totals(seen, game.locked)))
        show_round(game, made(game.number))
    else:
        show_final(game, [made(number) for number in range(ROUNDS)])
    with st.expander("How points are counted, and what the networks see"):
        st.markdown(rules())
    start_at_top(game.number)
st.html(FOOT)
write_link()
