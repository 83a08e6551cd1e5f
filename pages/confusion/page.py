"""The Confusion page: which cells a network confuses, how far off it is, and how it is scored."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from geoloc_core import catalogue
from geoloc_core.assets import faults, unless_damaged
from geoloc_core.catalogue import SHIPPED, result_name
from geoloc_core.data.own_data import own_folder
from geoloc_core.display.export.tables import as_csv
from geoloc_core.display.html.render import render
from geoloc_core.evaluation.committed import committed_scores
from geoloc_core.evaluation.confusion import confusion_matrix, matrix_table
from geoloc_core.evaluation.mistakes import cell_table, worst_confusions
from geoloc_core.evaluation.predictions import (
    Predictions,
    PredictionsError,
    committed_predictions,
    grid_of,
)
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.place_names import cell_names
from geoloc_core.images.credit_line import IN_WORDS
from geoloc_core.text import plain_markdown
from pages.common.choices import read_link, write_link
from pages.common.choose_network import choose_hiding, choose_mask, choose_network
from pages.confusion.entries import show_confusion
from pages.confusion.own import (
    ask_for_file,
    choose_evaluation,
    open_own,
    score_own,
    show_own_scores,
    uploaded_file,
    with_folder,
)
from pages.confusion.quality import (
    Results,
    show_crossval,
    show_errors,
    show_forgivable,
    show_reliability,
    show_withholding,
)


@st.cache_resource(show_spinner=False)
def load_results() -> Results:
    """The committed predictions and scores by name."""
    found = {}
    for name in (result.name for result in catalogue.results() if result.views == 1):
        predictions = unless_damaged(partial(committed_predictions, name), None)
        scores = unless_damaged(partial(committed_scores, name), None)
        if predictions is not None:
            grid_of(predictions)  # or says why not
        if predictions is not None and scores is not None:
            found[name] = predictions, scores
    return found


def choose_results() -> str:
    """The network, what becomes of the name, and so the name of the predictions."""
    model = choose_network()
    masks = SHIPPED[model].masks
    mask = choose_mask(model, masks)
    if mask != "none" and "box" in masks:
        choose_hiding()
    return result_name(model, mask)


def show_note(predictions: Predictions, scores: dict[str, Any]) -> None:
    """One line that is always there: whose predictions these are, and how good."""
    st.html(
        render(
            "pages/scores_note.html",
            title=SHIPPED[predictions.model].title,
            mask=IN_WORDS[predictions.mask],
            top_1=scores["scores"]["top_1"],
            predictions=scores["predictions"],
            panoramas=scores["panoramas"],
            km=scores["scores"]["weighted_mean_median_km"]["value"],
        )
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
                f"{title} (CSV)",
                partial(as_csv, table),
                f"pata-{title.lower()}.csv",
                "text/csv",
                on_click="ignore",
            )


def show_results(
    predictions: Predictions,
    results: Results,
    grid: Grid,
    crossval: dict[str, Any] | None,
) -> None:
    """All that is shown of one set of predictions, beside the curves of all `results`."""
    names = cell_names(grid)
    matrix = confusion_matrix(predictions)
    show_confusion(predictions, grid, names)
    with st.container(key="scores"):
        calibration, distance = st.columns(2, gap="large")
        with calibration:
            show_reliability(predictions, grid)
        with distance:
            show_errors(results)
        plausible, coverage = st.columns(2, gap="large")
        with plausible:
            show_forgivable(matrix, grid)
        with coverage:
            show_withholding(results)
        if crossval is not None:
            show_crossval(crossval)
    show_downloads(matrix, grid, names)


def show_committed(chosen: str) -> None:
    """The committed results of this name, or in words why there are none."""
    try:
        results = load_results()
        crossval = unless_damaged(partial(committed_scores, "crossval"), None)
    except PredictionsError as error:
        st.error(plain_markdown(str(error)))
        return
    if chosen not in results:
        load_results.clear()
        if not faults():  # else it is said what is damaged
            st.info("There is no evaluation of this choice yet: `make scores` makes it.")
        return
    predictions, scores = results[chosen]
    show_note(predictions, scores)
    show_results(predictions, results, grid_of(predictions), crossval)


def show_own(content: bytes, folder: Path | None) -> None:
    """An evaluation of one's own, its photos in `folder`, or in words why it cannot be shown."""
    try:
        opened, grid = open_own(content)
    except PredictionsError as error:
        st.error(plain_markdown(str(error)))
        return
    scores, predictions = score_own(content), with_folder(opened, folder)
    show_own_scores(predictions, scores)
    show_results(predictions, {"own": (predictions, scores)}, grid, None)


def show_file(path: Path) -> None:
    """An evaluation of the data set in `PATA_DATA`, or in words why it cannot be shown."""
    try:
        content = path.read_bytes()
    except OSError as error:
        st.error(plain_markdown(f"{path.name} cannot be read: {error.strerror}."))
        return
    show_own(content, own_folder())


st.html(
    '<header class="pata-header"><h1>Confusion</h1><p>Which cells does a network confuse, how far '
    "apart are they, and how good is it overall?</p></header>"
)
read_link()
uploaded = uploaded_file()
with st.container(horizontal=True, vertical_alignment="center"):
    own = None if uploaded else choose_evaluation()
    chosen = "" if uploaded or own else choose_results()
    ask_for_file()
if uploaded:
    show_own(uploaded.getvalue(), None)
elif own:
    show_file(own)
else:
    show_committed(chosen)
write_link()
