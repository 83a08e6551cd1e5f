"""The Confusion page: which cells a network takes for which, and whether that can be forgiven."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray
from streamlit_folium import st_folium

from geoloc_core.display.confusion_chart import PICK, matrix_chart, matrix_data
from geoloc_core.display.confusion_map import accuracy_legend, confusion_layer
from geoloc_core.display.map_layers import base_map, percent
from geoloc_core.display.score_charts import error_chart, reliability_chart
from geoloc_core.display.tables import as_csv
from geoloc_core.display.text import plain_markdown
from geoloc_core.evaluation.committed import committed_scores, error_curves
from geoloc_core.evaluation.confusion import (
    article_order,
    cluster_order,
    confusion_matrix,
    matrix_table,
    west_to_east,
)
from geoloc_core.evaluation.mistakes import cell_table, forgivable_mistakes, worst_confusions
from geoloc_core.evaluation.predictions import (
    Predictions,
    PredictionsError,
    committed_predictions,
)
from geoloc_core.evaluation.reliability import reliability_bins
from geoloc_core.geography.grid import Grid, article_grid
from geoloc_core.geography.places import cell_names
from geoloc_core.paths import ASSETS
from pages.shared.choices import keep_in_link, linked, remembered
from pages.shared.held_out import show_photos
from pages.shared.networks import MASKS, MODELS, OWN_MASK

COMMITTED = {
    "masked": {"crop": "masked", "none": "masked_none"},
    "unmasked": {"none": "unmasked", "crop": "unmasked_crop", "box": "unmasked_box"},
}
ENTRIES = {"counts": "Photos", "shares": "Share of the row"}
SCALES = {"linear": "Linear", "log": "Logarithmic"}
ORDERS = {"article": "As in the article", "west": "West to east", "cluster": "By cluster"}
BASELINES = {
    "uniform": "Uniform guess",
    "training_prior": "Training prior",
    "mean_colour": "Mean colour, nearest neighbours",
    "uploader": "Uploader look-up",
}
ANY = "any"
LINKED = ("model", "mask", "entries", "scale", "order", "truth", "answer")


# --- What is committed ---------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def load_results() -> dict[str, tuple[Predictions, dict[str, Any]]]:
    """The committed predictions and scores by name."""
    found = {}
    for name in (name for names in COMMITTED.values() for name in names.values()):
        predictions, scores = committed_predictions(name), committed_scores(name)
        if predictions is not None and scores is not None:
            found[name] = predictions, scores
    return found


# --- Choices -------------------------------------------------------------------------------------


def switch(label: str, key: str, words: dict[str, str]) -> str:
    """A choice between a few words, the first where the link says nothing."""
    linked(key, words, next(iter(words)))
    return st.segmented_control(
        label, list(words), format_func=words.__getitem__, required=True, key=key
    )


def choose_results() -> str:
    """The network, what became of the name, and so the name of the predictions."""
    model = switch("Network", "model", {model: words for model, (words, _) in MODELS.items()})
    masks = COMMITTED[model]
    if st.session_state.get("mask", OWN_MASK[model]) not in masks:
        st.session_state["mask"] = OWN_MASK[model]
    mask = switch("The photographer's name", "mask", {mask: MASKS[mask][0] for mask in masks})
    return masks[mask]


def choose_entry(truth: int, answer: int | None) -> None:
    """Choose an entry of the matrix, or a whole row, from elsewhere than the matrix."""
    st.session_state["truth"] = str(truth)
    st.session_state["answer"] = ANY if answer is None else str(answer)
    chosen_elsewhere()


def chosen_elsewhere() -> None:
    """Let the matrix start anew with the entry that was chosen beside it."""
    st.session_state["opened_at"] = st.session_state["truth"], st.session_state["answer"]


def row_chosen() -> None:
    """Another true cell starts with all its photos."""
    st.session_state["answer"] = ANY
    chosen_elsewhere()


def entry_clicked(key: str) -> None:
    """A click on the matrix chooses the entry under it."""
    for entry in st.session_state[key].selection[PICK]:
        st.session_state["truth"] = str(entry["truth"])
        st.session_state["answer"] = str(entry["answer"])


def confusion_clicked(worst: pd.DataFrame) -> None:
    """A click on the list of the worst confusions chooses that entry."""
    for row in st.session_state["worst"].selection.rows:
        choose_entry(int(worst["truth"][row]), int(worst["answer"][row]))


def cell_clicked(grid: Grid) -> None:
    """A click on the map chooses the row of the cell under it."""
    place = st.session_state["confusion_map"].get("last_object_clicked")
    cell = grid.cell_of(place["lat"], place["lng"]) if place else None
    if cell is not None:
        choose_entry(cell, None)


# --- What is shown -------------------------------------------------------------------------------


def show_note(predictions: Predictions, scores: dict[str, Any]) -> None:
    """One line that is always there: whose answers these are, and how good."""
    top_1, km = scores["scores"]["top_1"], scores["scores"]["weighted_mean_median_km"]
    st.html(
        f'<p class="pata-note" role="status">Network: {MODELS[predictions.model][0]}; name row: '
        f"{MASKS[predictions.mask][0].lower()}. {scores['predictions']:,} photos of "
        f"{scores['panoramas']:,} held-out places: <b>{percent(top_1['value'])}</b> in the right "
        f"cell (95 % interval {percent(top_1['low'])} to {percent(top_1['high'])}), half of them "
        f"within <b>{km['value']:,.0f} km</b>.</p>"
    )


def show_matrix(matrix: NDArray[np.int64], grid: Grid, names: tuple[str, ...]) -> None:
    """The matrix and the switches that say how it is drawn."""
    with st.container(horizontal=True):
        entries = switch("Entries", "entries", ENTRIES)
        scale = switch("Colours", "scale", SCALES)
        order = switch("Order of the cells", "order", ORDERS)
    orders = {
        "article": article_order(grid),
        "west": west_to_east(grid),
        "cluster": remembered("clusters", matrix.tobytes(), lambda: cluster_order(matrix)),
    }
    opened_at = st.session_state["opened_at"]
    key = f"matrix_{'_'.join(opened_at)}"
    truth, answer = (-1 if cell == ANY else int(cell) for cell in opened_at)
    data = matrix_data(matrix, grid)
    chart = matrix_chart(
        data, names, orders[order], entries=entries, scale=scale, chosen=(truth, answer)
    )
    with st.container(key="matrix"):
        st.vega_lite_chart(
            data,
            chart,
            key=key,
            width="content",
            theme=None,
            on_select=partial(entry_clicked, key),
            selection_mode=PICK,
            alt="Confusion matrix: rows are true cells, columns the network's answers",
        )
    st.caption(
        "A row holds the photos of one cell, a column those that were answered with it; right "
        "answers lie on the line. Click on an entry to see its photos."
    )


def choose_row(matrix: NDArray[np.int64], names: tuple[str, ...]) -> tuple[int, int | None]:
    """The chosen true cell and answer, None for any answer."""
    cells = [str(cell) for cell in range(len(matrix))]
    truth = int(
        st.selectbox(
            "Photos of this cell …",
            cells,
            key="truth",
            format_func=lambda cell: f"{cell} · {names[int(cell)]}",
            on_change=row_chosen,
        )
    )
    row = matrix[truth]
    answer = st.selectbox(
        "… that were taken for",
        [ANY, *sorted(cells, key=lambda cell: -row[int(cell)])],
        key="answer",
        format_func=lambda cell: (
            f"any cell: {row.sum()} photos"
            if cell == ANY
            else f"{cell} · {names[int(cell)]}: {row[int(cell)]}"
        ),
        on_change=chosen_elsewhere,
    )
    return truth, None if answer == ANY else int(answer)


def show_map(
    matrix: NDArray[np.int64],
    grid: Grid,
    names: tuple[str, ...],
    truth: int,
    answer: int | None,
) -> None:
    """Accuracy by cell, and arrows to where the chosen cell's photos go."""
    st_folium(
        base_map(),
        key="confusion_map",
        height=520,
        use_container_width=True,
        returned_objects=["last_object_clicked"],
        feature_group_to_add=confusion_layer(matrix, grid, names, truth=truth, answer=answer),
        on_change=partial(cell_clicked, grid),
    )
    st.html(accuracy_legend())
    st.caption(
        "The wider an arrow, the more of the chosen cell's photos go there. Click on a cell to "
        "choose it. A schematic map: its outlines make no claim about any boundary."
    )


def show_worst(matrix: NDArray[np.int64], grid: Grid, names: tuple[str, ...]) -> None:
    """The pairs that are confused most, as a list to choose from."""
    worst = worst_confusions(matrix, grid)
    st.subheader("Worst confusions")
    st.dataframe(
        worst.round({"share": 2}).assign(
            truth=[names[cell] for cell in worst["truth"]],
            answer=[names[cell] for cell in worst["answer"]],
        ),
        key="worst",
        height=330,
        hide_index=True,
        on_select=partial(confusion_clicked, worst),
        selection_mode="single-row",
        column_config={
            "truth": "True cell",
            "answer": "Taken for",
            "pictures": st.column_config.NumberColumn("Photos", width="small"),
            "share": st.column_config.NumberColumn("Of its photos", format="percent"),
            "km": st.column_config.NumberColumn("Apart, km", format="%.0f"),
            "neighbours": st.column_config.CheckboxColumn("Neighbours"),
            "same_climate": st.column_config.CheckboxColumn("Same climate"),
        },
    )


@st.fragment
def show_confusion(predictions: Predictions, grid: Grid, names: tuple[str, ...]) -> None:
    """The matrix, the map, the photos and the list: what is chosen in one shows in all."""
    matrix = confusion_matrix(predictions)
    worst = worst_confusions(matrix, grid)
    first = (0, 0) if worst.empty else (int(worst["truth"][0]), int(worst["answer"][0]))
    cells = [str(cell) for cell in range(len(grid))]
    linked("truth", cells, str(first[0]))
    linked("answer", [ANY, *cells], ANY if "truth" in st.query_params else str(first[1]))
    if "opened_at" not in st.session_state:
        chosen_elsewhere()
    left, right = st.columns([1.12, 1], gap="medium")
    with left:
        show_matrix(matrix, grid, names)
    with right:
        truth, answer = choose_row(matrix, names)
        show_map(matrix, grid, names, truth, answer)
    show_photos(predictions, grid, names, truth, answer)
    show_worst(matrix, grid, names)
    keep_in_link(LINKED)


def show_forgivable(matrix: NDArray[np.int64], grid: Grid) -> None:
    """How many mistakes are near misses."""
    forgivable = forgivable_mistakes(matrix, grid)
    either = forgivable.set_index("reason").loc["either"]
    st.subheader("Forgivable mistakes")
    if not np.isfinite(either["share"]):
        st.markdown("There is no mistake to forgive.")
        return
    st.markdown(
        f"**{percent(float(either['share']))}** of the mistakes land in a cell that touches the "
        "right one or has the same Köppen–Geiger climate. Were the same answers dealt out without "
        f"looking at the photos, {percent(float(either['by_chance']))} would."
    )
    st.dataframe(
        forgivable.round(2),
        hide_index=True,
        column_config={
            "reason": "Mistaken for",
            "pictures": st.column_config.NumberColumn("Photos"),
            "share": st.column_config.NumberColumn("Of all mistakes", format="percent"),
            "by_chance": st.column_config.NumberColumn("By chance", format="percent"),
        },
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


def show_reliability(predictions: Predictions) -> None:
    """How sure the network is, against how often it is right."""
    st.subheader("Can its probabilities be believed?")
    uncalibrated = replace(predictions, temperature=1.0)
    st.altair_chart(
        reliability_chart(
            {
                title: reliability_bins(each.probabilities, each.cells)
                for title, each in {"calibrated": predictions, "before": uncalibrated}.items()
            }
        ),
        theme=None,
        alt="Reliability diagram: accuracy against confidence",
    )
    st.caption(
        "Each point is a group of photos of like confidence, larger where it holds more. Above the "
        "diagonal the network is too modest, below it too sure."
    )


def show_errors(results: dict[str, tuple[Predictions, dict[str, Any]]]) -> None:
    """How far off, all networks and the baselines in one picture."""
    st.subheader("How far off?")
    titles = {
        name: f"{MODELS[model][0]}: {MASKS[mask][0].lower()}"
        for model, masks in COMMITTED.items()
        for mask, name in masks.items()
    }
    networks, baselines = error_curves(
        {titles[name]: scores for name, (_, scores) in results.items()}
    )
    st.altair_chart(
        error_chart(networks, {BASELINES[name]: curve for name, curve in baselines.items()}),
        theme=None,
        alt="Share of photos within a distance, by network and baseline",
    )
    st.caption("From the weighted mean of the cells to the true place; the same photos for all.")


def show_results(name: str, results: dict[str, tuple[Predictions, dict[str, Any]]]) -> None:
    """All that is shown of one set of predictions."""
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
        show_forgivable(matrix, grid)
    show_downloads(matrix, grid, names)


st.html(ASSETS / "style.css")
st.html(
    '<header class="pata-header"><h1>Confusion</h1><p>Which parts of India does a network take for '
    "which, how far off is it, and is that forgivable?</p></header>"
)
with st.container(horizontal=True):
    chosen = choose_results()
try:
    results = load_results()
except PredictionsError as error:
    st.error(plain_markdown(str(error)))
else:
    if chosen in results:
        show_results(chosen, results)
    else:
        load_results.clear()
        st.info("There are no committed results for this choice yet: `make scores` makes them.")
