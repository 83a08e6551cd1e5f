"""The Cells page: what the data set holds in each cell, and how its images were shipped."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from geoloc_core.data import shipped
from geoloc_core.data.subject import heading_name
from geoloc_core.data.summary import sectors, uploaders_of
from geoloc_core.display.charts.compass import rose
from geoloc_core.display.export.tables import as_csv
from geoloc_core.display.formats import percent
from geoloc_core.display.html.bars import fold_bar, uploader_bars
from geoloc_core.display.html.legends import scale
from geoloc_core.display.html.render import render
from geoloc_core.display.maps.cells_layer import SHADES, cells_layer, places_layer
from geoloc_core.display.maps.layers import base_map
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import degrees_text, place_name
from geoloc_core.text import plain_markdown
from pages.cells.data import (
    Data,
    association,
    choose_data,
    image_of,
    load_manifest,
    load_panoramas,
    load_table,
    names_known,
)
from pages.common.choices import (
    choose_from_list,
    read_link,
    remembered,
    write_link,
    write_link_of_fragment,
)
from pages.common.live_map import live_map
from pages.common.show_page import tells_faults

if TYPE_CHECKING:
    from streamlit.elements.lib.column_config_utils import ColumnConfigMappingInput

BUSIEST = 3
RENDERING = (
    "Rendering these images again from their seed. The first ones after a start take longest, up "
    "to a minute, while the renderer is compiled …"
)
SAMPLING = """The article (Samsudin, *Photo Geolocation with Neural Networks: How to and How not
to*, 2021) laid squares of 3° over India and drew points uniformly in each cell. For each point it
asked Street View for the nearest panorama within 10 km and fetched four images of 256 × 256 pixels,
looking to 0°, 90°, 180° and 270°. An image's label is the cell that its panorama stands in. Near a
border this can differ from the cell that the point was drawn in. A panorama found from two points
counts once.

Street View's terms forbid keeping its images, so Pata's networks were trained on rendered ones:
points drawn uniformly in each cell, four rendered images at each, and invented uploaders who live
in a cell and mostly stay near home. Any image can be rendered again from its row of the manifest.
`python -m simulated_streets --out data/sim --per-cell 44 --seed 1` renders all of them."""
COLUMNS: ColumnConfigMappingInput = {
    "cell": st.column_config.NumberColumn("Cell", width=60),
    "name": "Name",
    "area_km2": st.column_config.NumberColumn("Area, km²", format="localized", step=1, width=90),
    "images": st.column_config.NumberColumn("Images", width=70),
    "panoramas": st.column_config.NumberColumn("Panoramas", width=90),
    "panoramas_per_10000_km2": st.column_config.NumberColumn(
        "per 10,000 km²", format="%.1f", width=120
    ),
    "uploaders": st.column_config.NumberColumn("Uploaders", width=90),
    "commonest_uploader": "Most frequent uploader",
    "commonest_share": st.column_config.NumberColumn("Their share", format="percent", width=95),
    "known_by_name": st.column_config.NumberColumn("Known by name", format="percent", width=120),
    "train": st.column_config.NumberColumn("Train", width=60),
    "validation": st.column_config.NumberColumn("Validation", width=85),
    "test": st.column_config.NumberColumn("Test", width=60),
}


# --- The map and one cell ------------------------------------------------------------------------


def filled_cells(data: Data) -> list[str]:
    """The numbers of the cells that hold a panorama, as a link holds them."""
    table = load_table(data)
    return table.loc[table["panoramas"] > 0, "cell"].astype(str).tolist()


def telling_cell(data: Data) -> str:
    """The cell that a name gives away most: the page opens on it."""
    table = load_table(data)
    return str(table["known_by_name"].where(table["panoramas"] > 0, -1).argmax())


def cell_clicked(data: Data) -> None:
    """A click on the map chooses the cell under it."""
    place = st.session_state["cells_map"].get("last_object_clicked")
    cell = str(article_grid().cell_of(place["lat"], place["lng"])) if place else None
    if cell in filled_cells(data):
        st.session_state["shown_cell"] = cell


def turn(key: str, to: int) -> None:
    """Show another example."""
    st.session_state[key] = to


def show_map(data: Data, cell: int, example: pd.Series) -> None:
    """The grid with its numbers, shaded, and the places over it."""
    by, dots = st.columns([2, 1], vertical_alignment="bottom")
    with by:
        shade = choose_from_list(
            "Shade by",
            list(SHADES),
            "shade",
            next(iter(SHADES)) if names_known(data) else "panoramas",
            lambda name: SHADES[name].label,
        )
    layers = [
        cells_layer(
            article_grid(),
            load_table(data),
            shade,
            cell,
            (example["latitude"], example["longitude"]),
        )
    ]
    if dots.toggle("Panoramas", value=True, key="places", persist_state="session"):
        layers.append(places_layer(load_panoramas(data)[["latitude", "longitude"]]))
    live_map(
        base_map(cities=False),
        key="cells_map",
        height=600,
        told="last_object_clicked",
        layer=layers,
        on_change=partial(cell_clicked, data),
    )
    st.html(scale(SHADES[shade], load_table(data)[shade]))
    if shade == "known_by_name":
        st.caption(
            "Known by the name alone: take a panorama of the cell and another one by the same "
            "uploader. How often do both lie in the cell?"
        )
    st.caption("The map is schematic and makes no claim about any boundary.")


def show_example(data: Data, rows: pd.DataFrame) -> None:
    """The images of a panorama, one a heading."""
    first = rows.iloc[0]
    words = st.empty()
    with words, st.spinner("Reading the images …" if data.folder else RENDERING):
        pixels = remembered(
            "example",
            (data, first["panorama"]),
            lambda: [image_of(data, row) for _, row in rows.iterrows()],
        )
    place = place_name(first["latitude"], first["longitude"])
    words.markdown(
        f"{plain_markdown(place or 'In the mountains')} "
        f"({degrees_text(first['latitude'], first['longitude'])}), "
        f"{plain_markdown(first['date'][:10]) or 'date unknown'}, "
        f"by **{plain_markdown(first['uploader'] or 'an unknown uploader')}**"
    )
    with st.container(key="example_images"):
        for image, heading in zip(pixels, rows["heading"], strict=True):
            if isinstance(image, str):
                st.caption(plain_markdown(image))
            else:
                looks = None if np.isnan(heading) else heading_name(heading)
                st.image(image, looks, width="stretch", output_format="JPEG")


def turn_pages(key: str, count: int) -> None:
    """Which of a cell's panoramas is shown, and buttons to the ones before and after it."""
    at = st.session_state[key]
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, to in (("← Previous", at - 1), ("Next →", at + 1)):
            st.button(label, on_click=turn, args=(key, to % count))
        st.markdown(f"Panorama {at + 1} of {count}")


def show_uploaders(data: Data, cell: int) -> None:
    """Who took the panoramas of a cell."""
    facts = load_table(data).iloc[cell]
    if not facts["uploaders"]:
        st.markdown("No uploader is named in this cell.")
        return
    st.header(f"Uploaders: the most frequent of {facts['uploaders']}")
    st.html(
        uploader_bars(uploaders_of(load_panoramas(data), cell).head(BUSIEST), facts["panoramas"])
    )


def show_leak(data: Data) -> None:
    """Theil's U, with what it means."""
    if not names_known(data):
        st.markdown("No uploader is named, so there is no name that could give a cell away.")
        return
    u, by_chance = association(data)
    st.header("How much does a name give away?")
    number, words = st.columns([1, 3])
    number.metric("Theil's U", f"{u:.2f}")
    words.markdown(
        f"Theil's U of the cell given the uploader, over the whole data set: knowing who took a "
        f"panorama removes {percent(u)} of the uncertainty about its cell. 0 means that names say "
        "nothing, 1 that a name settles the cell. Expected by chance, with the names shuffled: "
        f"{by_chance:.2f}, because many people took few panoramas."
    )


@st.fragment
@tells_faults
def show_cells(data: Data) -> None:
    """The map, and beside it the chosen cell."""
    names = load_table(data)["name"]
    chart, panel = st.columns([1.25, 1], gap="medium")
    with panel:
        cell = int(
            choose_from_list(
                "Cell (choose one, or click the map)",
                filled_cells(data),
                "shown_cell",
                telling_cell(data),
                lambda cell: f"{cell}. {names[int(cell)]}",
            )
        )
    facts = load_table(data).iloc[cell]
    if names_known(data):
        panel.html(render("pages/cell_note.html", share=facts["known_by_name"]))
    shown = shipped.examples(load_manifest(data), cell)
    key = f"example_of_{cell}_{data.changed}"
    st.session_state.setdefault(key, 0)
    manifest = load_manifest(data)
    rows = manifest[manifest["panorama"] == shown[st.session_state[key]]]
    with chart:
        show_map(data, cell, rows.iloc[0])
        show_leak(data)
    with panel:
        turn_pages(key, len(shown))
        show_example(data, rows.sort_values("heading"))
        show_uploaders(data, cell)
    write_link_of_fragment()


# --- The whole data set --------------------------------------------------------------------------


def show_sampling(data: Data) -> None:
    """How the images were found; of one's own data set what is in it."""
    if not data.folder:
        st.header("Sampling")
        st.markdown(SAMPLING)
        return
    table = load_table(data)
    sources = [plain_markdown(each) for each in load_manifest(data)["source"].unique() if each]
    origin = f", from {', '.join(sources[:5])}" if sources else ""
    st.header("The data set")
    st.markdown(
        f"{table['images'].sum():,} images of {table['panoramas'].sum():,} panoramas in "
        f"{(table['panoramas'] > 0).sum()} of {len(table)} cells"
        f"{origin}. "
        "`pata check --data DIR` tells what is wrong with it."
    )


def show_headings(data: Data) -> None:
    """Where the cameras look."""
    headings = load_manifest(data)["heading"].dropna()
    counts = headings.value_counts().sort_index()
    st.header("Camera headings")
    if headings.empty:
        st.markdown("No heading is known.")
        return
    st.html(rose(sectors(headings).tolist()))
    if len(counts) <= 4:
        listed = ", ".join(f"{heading:.0f}°: {count:,}" for heading, count in counts.items())
        st.markdown(f"Images by heading: {listed}")


def show_folds(data: Data) -> None:
    """Training, validation and test."""
    st.header("Folds")
    st.html(fold_bar(load_table(data)))
    st.markdown(
        "All images of a panorama are in one fold, chosen by a hash of its identifier. Networks "
        "are trained on the first fold, selected and calibrated on the second, and evaluated on "
        "the third."
    )


def show_table(data: Data) -> None:
    """All cells, to look through and to take along."""
    st.header("All cells")
    shown = load_table(data).round({"commonest_share": 2, "known_by_name": 2})
    st.dataframe(shown, hide_index=True, column_config=COLUMNS, height=360)
    st.download_button(
        "Cells (CSV)",
        lambda: as_csv(load_table(data)),
        "pata-cells.csv",
        "text/csv",
        on_click="ignore",
    )


st.html(
    '<header class="pata-header"><h1>Cells</h1><p>What were the networks trained on, who took it, '
    "and where?</p></header>"
)
read_link()
data = choose_data()
show_cells(data)
with st.container(key="data_set"):
    places, headings, folds = st.columns([2, 1, 1.2], gap="large")
    with places:
        show_sampling(data)
    with headings:
        show_headings(data)
    with folds:
        show_folds(data)
show_table(data)
write_link()
