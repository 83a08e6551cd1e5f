"""The Confusion page: which cells a network takes for which, and whether that can be forgiven."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from geoloc_core.display.map_layers import percent
from geoloc_core.display.tables import as_csv
from geoloc_core.display.text import plain_markdown
from geoloc_core.evaluation.committed import committed_scores
from geoloc_core.evaluation.confusion import confusion_matrix, matrix_table
from geoloc_core.evaluation.mistakes import cell_table, worst_confusions
from geoloc_core.evaluation.predictions import (
    Predictions,
    PredictionsError,
    committed_predictions,
)
from geoloc_core.geography.grid import Grid, article_grid
from geoloc_core.geography.places import cell_names
from geoloc_core.paths import ASSETS
from pages.common.choices import switch
from pages.common.networks import MASKS, MODELS, NAME_ROW, OWN_MASK
from pages.confusion.entries import show_confusion
from pages.confusion.quality import (
    Results,
    show_crossval,
    show_errors,
    show_forgivable,
    show_reliability,
    show_withholding,
)

COMMITTED = {
    "masked": {"crop": "masked", "none": "masked_none"},
    "unmasked": {"none": "unmasked", "crop": "unmasked_crop", "box": "unmasked_box"},
}


@st.cache_resource(show_spinner=False)
def load_results() -> Results:
    """The committed predictions and scores by name."""
    found = {}
    for name in (name for names in COMMITTED.values() for name in names.values()):
        predictions, scores = committed_predictions(name), committed_scores(name)
        if predictions is not None and scores is not None:
            found[name] = predictions, scores
    return found


def choose_results() -> str:
    """The network, what became of the name, and so the name of the predictions."""
    model = switch("Network", "model", {model: words for model, (words, _) in MODELS.items()})
    masks = COMMITTED[model]
    if st.session_state.get("mask", OWN_MASK[model]) not in masks:
        st.session_state["mask"] = OWN_MASK[model]
    mask = switch("The photographer's name", "mask", {mask: MASKS[mask][0] for mask in masks})
    return masks[mask]


def show_note(predictions: Predictions, scores: dict[str, Any]) -> None:
    """One line that is always there: whose answers these are, and how good."""
    top_1, km = scores["scores"]["top_1"], scores["scores"]["weighted_mean_median_km"]
    st.html(
        f'<p class="pata-note" role="status">Network: {MODELS[predictions.model][0]}, '
        f"{NAME_ROW[predictions.mask]}. {scores['predictions']:,} photos of "
        f"{scores['panoramas']:,} held-out places: <b>{percent(top_1['value'])}</b> in the right "
        f"cell (95 % interval {percent(top_1['low'])} to {percent(top_1['high'])}), half of them "
        f"within <b>{km['value']:,.0f} km</b>.</p>"
    )


def show_downloads(matrix: NDArray[np.int64], grid: Grid, names: tuple[str, ...]) -> None:
    """The matrix and the tables to take along."""
    tables = {
        "Matrix": matrix_table(matrix),
        "Confusions": worst_confusions(matrix, grid),
        "Cells": cell_table(matrix, grid).assign(name=names),
    }
    with st.container(horizontal=True):
        for title, table in tables.items():
            st.download_button(
                f"{title}, CSV",
                partial(as_csv, table),
                f"pata-{title.lower()}.csv",
                "text/csv",
                icon=":material/download:",
                on_click="ignore",
            )


def show_results(
    name: str,
    results: Results,
    crossval: dict[str, Any] | None,
) -> None:
    """All that is shown of one set of predictions, and of the cross-validation if there is one."""
    grid = article_grid()
    names = cell_names(grid)
    predictions, scores = results[name]
    matrix = confusion_matrix(predictions)
    show_note(predictions, scores)
    show_confusion(predictions, grid, names)
    with st.container(key="scores"):
        reliable, far = st.columns(2, gap="large")
        with reliable:
            show_reliability(predictions)
        with far:
            show_errors(results)
        forgivable, silent = st.columns(2, gap="large")
        with forgivable:
            show_forgivable(matrix, grid)
        with silent:
            show_withholding(results)
        if crossval is not None:
            show_crossval(crossval)
    show_downloads(matrix, grid, names)


st.html(ASSETS / "style.css")
st.html(
    '<header class="pata-header"><h1>Confusion</h1><p>Which parts of India does a network take for '
    "which, how far off is it, and is that forgivable?</p></header>"
)
with st.container(horizontal=True):
    chosen = choose_results()
try:
    results, crossval = load_results(), committed_scores("crossval")
except PredictionsError as error:
    st.error(plain_markdown(str(error)))
else:
    if chosen in results:
        show_results(chosen, results, crossval)
    else:
        load_results.clear()
        st.info("There are no committed results for this choice yet: `make scores` makes them.")
