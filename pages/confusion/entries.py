"""The confusion matrix with its map, photos and list: what is chosen in one shows in all."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from geoloc_core.display.charts.matrix import (
    PICK,
    Entries,
    Scale,
    Theme,
    matrix_chart,
    matrix_data,
)
from geoloc_core.display.html.legends import accuracy_legend
from geoloc_core.display.maps.accuracy import accuracy_layer
from geoloc_core.display.maps.layers import base_map
from geoloc_core.evaluation.confusion import (
    article_order,
    cluster_order,
    confusion_matrix,
    west_to_east,
)
from geoloc_core.evaluation.mistakes import telling_confusion, worst_confusions
from geoloc_core.evaluation.predictions import Predictions
from geoloc_core.geography.grid import Grid
from pages.common.choices import choose, choose_from_list, write_link_of_fragment
from pages.common.live_map import live_map
from pages.common.show_page import tells_faults
from pages.confusion.held_out import homes_of, show_photos

ENTRIES: dict[Entries, str] = {"counts": "Photos", "shares": "Share of true cell"}
SCALES: dict[Scale, str] = {"linear": "Linear", "log": "Logarithmic"}
ORDERS = {"article": "As in the article", "west": "West to east", "cluster": "By cluster"}
ANY = "any"

Entry = tuple[int, int | None]
"""A true cell and a predicted one, None for any."""


@st.fragment
@tells_faults
def show_confusion(predictions: Predictions, grid: Grid, names: tuple[str, ...]) -> None:
    """The matrix, the map, the photos and the list: what is chosen in one shows in all."""
    matrix = confusion_matrix(predictions)
    telling = telling_confusion(predictions, grid, homes_of(predictions, grid))
    follow_network(telling)
    with st.container(key="confusion"):
        left, right = st.columns([1.12, 1], gap="medium")
        with right:  # first, for the matrix starts with what is chosen here
            entry = choose_entry(matrix, names, telling)
            show_map(matrix, grid, names, entry)
        with left:
            show_matrix(matrix, grid, names, entry)
        show_photos(predictions, grid, names, *entry)
        with st.container(key="frequent"):
            show_frequent(matrix, grid, names)
    write_link_of_fragment()


# --- Which entry is chosen -----------------------------------------------------------------------


def follow_network(telling: tuple[int, int]) -> None:
    """Go on to the telling entry of other predictions, unless the visitor chose one."""
    shown = str(telling[0]), str(telling[1])
    chosen = st.session_state.get("truth"), st.session_state.get("predicted")
    if chosen == st.session_state.get("telling") != shown:
        st.session_state["truth"], st.session_state["predicted"] = shown
    st.session_state["telling"] = shown


def choose_entry(
    matrix: NDArray[np.int64], names: tuple[str, ...], telling: tuple[int, int]
) -> Entry:
    """The chosen true cell and predicted cell; both start at the telling entry."""
    cells = [str(cell) for cell in range(len(matrix))]
    truth = int(
        choose_from_list(
            "Photos of this true cell",
            cells,
            "truth",
            str(telling[0]),
            lambda cell: f"{cell}. {names[int(cell)]}",
            on_change=row_chosen,
        )
    )
    row = matrix[truth]
    predicted = choose_from_list(
        "Predicted as",
        [ANY, *sorted(cells, key=lambda cell: -row[int(cell)])],
        "predicted",
        str(telling[1]) if truth == telling[0] else ANY,
        lambda cell: (
            f"any cell: {row.sum()} photos"
            if cell == ANY
            else f"{cell}. {names[int(cell)]}: {row[int(cell)]}"
        ),
    )
    return truth, None if predicted == ANY else int(predicted)


def row_chosen() -> None:
    """Another true cell starts with all its photos."""
    st.session_state["predicted"] = ANY


def open_entry(truth: int, predicted: int | None) -> None:
    """Choose an entry of the matrix, or a whole row."""
    st.session_state["truth"] = str(truth)
    st.session_state["predicted"] = ANY if predicted is None else str(predicted)


def entry_clicked(key: str) -> None:
    """A click on the matrix chooses the entry under it."""
    for entry in st.session_state[key].selection[PICK]:
        open_entry(entry["truth"], entry["answer"])
        st.session_state["matrix"]["entry"] = entry["truth"], entry["answer"]


def confusion_clicked(worst: pd.DataFrame) -> None:
    """A click on the list of confusions chooses that entry."""
    for row in st.session_state["worst"].selection.rows:
        open_entry(int(worst["truth"][row]), int(worst["answer"][row]))


def cell_clicked(grid: Grid) -> None:
    """A click on the map chooses the row of the cell under it."""
    place = st.session_state["confusion_map"].get("last_object_clicked")
    cell = grid.cell_of(place["lat"], place["lng"]) if place else None
    if cell is not None:
        open_entry(cell, None)


def matrix_state(entry: Entry, drawn: tuple[Any, ...]) -> dict[str, Any]:
    """The entry that the matrix shows as chosen, the one it was drawn with, and a number.

    A click in the matrix changes nothing that it is drawn from. An entry chosen elsewhere counts
    the number up: the matrix is then a new one, which starts with that entry.
    """
    state: dict[str, Any] = st.session_state.setdefault(
        "matrix", {"entry": entry, "opened": entry, "drawn": drawn, "number": 0}
    )
    if state["entry"] != entry:
        state |= {"entry": entry, "opened": entry, "number": state["number"] + 1}
    elif state["drawn"] != drawn:
        state |= {"opened": entry, "drawn": drawn}
    return state


# --- What is shown -------------------------------------------------------------------------------


def show_matrix(
    matrix: NDArray[np.int64], grid: Grid, names: tuple[str, ...], entry: Entry
) -> None:
    """The matrix and the switches that say how it is drawn."""
    with st.container(horizontal=True):
        entries = choose("Entries", ENTRIES, "entries", "counts")
        scale = choose("Colour scale", SCALES, "scale", "linear")
        order = choose("Order of the cells", ORDERS, "order", "article")
    orders = {
        "article": article_order(grid),
        "west": west_to_east(grid),
        "cluster": cluster_order(matrix),
    }
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    state = matrix_state(entry, (hash(matrix.tobytes()), entries, scale, order, theme))
    key = f"matrix_{state['number']}"
    truth, predicted = state["opened"]
    chart = matrix_chart(
        matrix,
        grid,
        names,
        orders[order],
        entries=entries,
        scale=scale,
        chosen=(truth, -1 if predicted is None else predicted),
        theme=theme,
    )
    st.html('<p class="pata-hint">Swipe sideways to see the whole matrix.</p>')
    with st.container(key="matrix"):
        st.vega_lite_chart(
            matrix_data(matrix),
            chart,
            key=key,
            width="content",
            theme=None,
            on_select=partial(entry_clicked, key),
            selection_mode=PICK,
            alt="Confusion matrix: a row for each true cell, a column for each predicted cell",
        )
    st.caption(
        "A row holds the photos of one true cell, a column those with one predicted cell. Correct "
        "predictions lie on the diagonal. Click an entry to see its photos."
    )


def show_map(matrix: NDArray[np.int64], grid: Grid, names: tuple[str, ...], entry: Entry) -> None:
    """Accuracy by cell, and arrows to the cells that the chosen cell's photos are predicted as."""
    truth, predicted = entry
    live_map(
        base_map(),
        key="confusion_map",
        height=520,
        told="last_object_clicked",
        layer=accuracy_layer(matrix, grid, names, truth=truth, answer=predicted),
        on_change=partial(cell_clicked, grid),
    )
    st.html(accuracy_legend())
    st.caption(
        "Arrows lead from the true cell to the predicted ones: the wider, the more photos. Click a "
        "cell to choose it. The map is schematic and makes no claim about any boundary."
    )


def show_frequent(matrix: NDArray[np.int64], grid: Grid, names: tuple[str, ...]) -> None:
    """The pairs that are confused most, as a list to choose from."""
    worst = worst_confusions(matrix, grid)
    st.header("Most frequent confusions")
    related = np.select(
        [worst["neighbours"] & worst["same_climate"], worst["neighbours"], worst["same_climate"]],
        ["adjacent, same climate", "adjacent", "same climate"],
        "",
    )
    st.dataframe(
        pd.DataFrame(
            {
                "truth": [names[cell] for cell in worst["truth"]],
                "answer": [names[cell] for cell in worst["answer"]],
                "images": worst["images"],
                "share": worst["share"].round(2),
                "km": worst["km"].round(),
                "related": related,
            }
        ),
        key="worst",
        height=330,
        hide_index=True,
        on_select=partial(confusion_clicked, worst),
        selection_mode="single-row",
        column_config={
            "truth": "True cell",
            "answer": "Predicted as",
            "images": st.column_config.NumberColumn("Photos", width=70),
            "share": st.column_config.NumberColumn("Share", format="percent", width=70),
            "km": st.column_config.NumberColumn("km apart", format="localized", width=80),
            "related": "Relation",
        },
    )
    st.caption("Choose a row to see its photos. Share: of all photos of the true cell.")
