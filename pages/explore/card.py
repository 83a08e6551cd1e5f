"""The card of the network on show: what it is, what it was trained on, what it reached."""

from __future__ import annotations

import streamlit as st

from geoloc_core.catalogue import title, trained_on
from geoloc_core.images.credit_line import IN_WORDS
from geoloc_core.models.checkpoint import checkpoint_path
from geoloc_core.models.own import read_card
from geoloc_core.models.tensors import CheckpointError
from geoloc_core.text import plain_markdown
from pages.common.choose_network import path_of


def show_card(model: str) -> None:
    """The card as a list; one sentence where the file has none."""
    try:
        card = read_card(checkpoint_path(path_of(model)))
    except CheckpointError as error:
        st.caption(plain_markdown(str(error)))
        return
    facts = {
        "Network": card.architecture,
        "Trained on": trained_on(model),
        "Training data": card.data[:12] or "none of its own",
        "Grid": f"{card.cells} cells",
        "Mask": IN_WORDS[card.mask],
        "Input": f"{card.size} px",
        "Validation": ", ".join(
            f"{name.replace('_', ' ')} {value:.3g}" for name, value in card.scores.items()
        ),
        "File of": card.written,
    }
    st.markdown(f"**{plain_markdown(title(model))}**")
    st.caption(
        "  \n".join(f"{name}: {plain_markdown(fact)}" for name, fact in facts.items() if fact)
    )
