"""How the game ended: three totals, the rounds once more, and a card to share."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geoloc_core.display.export.game_card import result_card
from geoloc_core.display.html.game_boards import final_totals, rounds_table, verdict
from geoloc_core.game import Game, Round, totals
from geoloc_core.text import plain_markdown
from pages.common.choices import remembered
from pages.play.state import play_again


def show_final(game: Game, rounds: Sequence[Round]) -> None:
    """The result beside the card that shows it."""
    points = totals(rounds, game.locked)
    ended = verdict(points)
    link = f"{(st.context.url or 'play').split('?')[0]}?seed={game.seed}"
    card = remembered(
        "result card",
        (game, link),
        lambda: result_card(rounds, game.locked, game.seed, ended, link),
    )
    told, shown = st.columns([1, 1.2], gap="large")
    with told:
        st.header(plain_markdown(ended), anchor=False)
        st.html(final_totals(points, len(rounds)))
        st.html(rounds_table(rounds, game.locked))
        with st.container(horizontal=True):
            st.button("Play again", type="primary", icon=":material/replay:", on_click=play_again)
            st.download_button(
                "Result card, PNG",
                card,
                f"pata-beat-the-cheat-{game.seed}.png",
                "image/png",
                icon=":material/download:",
                on_click="ignore",
            )
    with shown, st.container(key="play_card"):
        st.image(card, width="stretch", alt=f"The result card: {ended}")
        st.caption("This link gives everybody the same five photos:")
        st.code(link, language=None, wrap_lines=True)
