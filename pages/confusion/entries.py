"""The confusion matrix with its map, photos and list: what is chosen in one shows in all."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray
from streamlit_folium import st_folium

from geoloc_core.display.confusion_chart import PICK, matrix_chart, matrix_data
from geoloc_core.display.confusion_map import accuracy_legend, confusion_layer
from geoloc_core.display.map_layers import base_map
from geoloc_core.evaluation.confusion import (
    article_order,
    cluster_order,
    confusion_matrix,
    west_to_east,
)
from geoloc_core.evaluation.mistakes import worst_confusions
from geoloc_core.evaluation.predictions import Predictions
from geoloc_core.geography.grid import Grid
from pages.common.choices import keep_in_link, linked, switch
from pages.confusion.held_out import show_photos

ENTRIES = {"counts": "Photos", "shares": "Share of the row"}
SCALES = {"linear": "Linear", "log": "Logarithmic"}
ORDERS = {"article": "As in the article", "west": "West to east", "cluster": "By cluster"}
ANY = "any"
LINKED = ("model", "mask", "entries", "scale", "order", "truth", "answer")


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


# --- What a choice changes -----------------------------------------------------------------------


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


def show_matrix(matrix: NDArray[np.int64], grid: Grid, names: tuple[str, ...]) -> None:
    """The matrix and the switches that say how it is drawn."""
    with st.container(horizontal=True):
        entries = switch("Entries", "entries", ENTRIES)
        scale = switch("Colours", "scale", SCALES)
        order = switch("Order of the cells", "order", ORDERS)
    orders = {
        "article": article_order(grid),
        "west": west_to_east(grid),
        "cluster": cluster_order(matrix),
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
