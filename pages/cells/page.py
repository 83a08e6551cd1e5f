"""The Cells page: what the data set holds in each cell, and how its pictures were come by."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from geoloc_core.dataset import sampled
from geoloc_core.dataset.association import theils_u, theils_u_by_chance
from geoloc_core.dataset.summary import cell_table, panoramas, sectors, uploaders_of
from geoloc_core.display.cell_charts import fold_bar, scale, uploader_bars
from geoloc_core.display.cell_layers import SHADES, cells_layer, places_layer
from geoloc_core.display.compass import heading_name, rose
from geoloc_core.display.map_layers import base_map, percent
from geoloc_core.display.tables import as_csv
from geoloc_core.display.text import plain_markdown
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.places import place_name
from geoloc_core.paths import ASSETS
from pages.common.choices import keep_in_link, linked, remembered

BUSIEST = 3
LINKED = ("shade", "shown_cell")
RENDERING = (
    "Rendering these pictures again from their seed. The first ones since the app's start take "
    "longest, up to a minute, for the renderer is compiled …"
)
SAMPLING = """The article (Samsudin, *Photo Geolocation with Neural Networks: How to and How not
to*, 2021) laid squares of 3° over India, drew points uniformly in each, asked Street View's
metadata service for the panorama nearest to each point within 10 km, and fetched four pictures of
256 × 256 pixels a panorama, looking to 0°, 90°, 180° and 270°. Here a picture's label is the cell
where its panorama stands, which near a border need not be the one that the point was drawn in, and
a panorama found from two points counts once. Street View's terms forbid keeping its pictures, so
the shipped networks saw simulated ones: points drawn uniformly by area in each cell, four rendered
pictures at each, and made-up uploaders who live in a cell and mostly stay near home. Any picture
can be rendered again from its row of the manifest; all of them are made by
`python -m geoloc_core simulate --out data/sim --per-cell 44 --seed 1`."""
COLUMNS = {
    "cell": "Cell",
    "name": "Name",
    "area_km2": st.column_config.NumberColumn("Area, km²", format="localized", step=1),
    "pictures": "Pictures",
    "panoramas": "Panoramas",
    "panoramas_per_10000_km2": st.column_config.NumberColumn("per 10,000 km²", format="%.1f"),
    "uploaders": "Uploaders",
    "commonest_uploader": "Commonest uploader",
    "commonest_share": st.column_config.NumberColumn("Their share", format="%.2f"),
    "train": "Train",
    "validation": "Validation",
    "test": "Test",
}


@st.cache_resource(show_spinner="Reading the data set …")
def load_manifest() -> pd.DataFrame:
    """The shipped data set, a row a picture."""
    return sampled.shipped_manifest()


@st.cache_resource(show_spinner=False)
def load_panoramas() -> pd.DataFrame:
    """The shipped data set, a row a panorama."""
    return panoramas(load_manifest())


@st.cache_resource(show_spinner=False)
def load_table() -> pd.DataFrame:
    """The shipped data set, a row a cell."""
    return cell_table(load_manifest(), article_grid())


@st.cache_resource(show_spinner=False)
def association() -> tuple[float, float]:
    """Theil's U of the cell given the uploader, as it is and with the names dealt out at random."""
    named = load_panoramas().query("uploader != ''")
    return (
        theils_u(named["cell"], named["uploader"]),
        theils_u_by_chance(named["cell"], named["uploader"]),
    )


# --- The map and one cell ------------------------------------------------------------------------


def filled_cells() -> list[str]:
    """The numbers of the cells that hold a panorama, as a link holds them."""
    table = load_table()
    return table.loc[table["panoramas"] > 0, "cell"].astype(str).tolist()


def cell_clicked() -> None:
    """A click on the map chooses the cell under it."""
    place = st.session_state["cells_map"].get("last_object_clicked")
    cell = str(article_grid().cell_of(place["lat"], place["lng"])) if place else None
    if cell in filled_cells():
        st.session_state["shown_cell"] = cell


def turn(key: str, to: int) -> None:
    """Show another example."""
    st.session_state[key] = to


def show_map(cell: int, example: pd.Series) -> None:
    """The grid with its numbers, shaded, and the places over it."""
    by, dots = st.columns([2, 1], vertical_alignment="bottom")
    linked("shade", SHADES, "uploaders")
    shade = by.selectbox("Shade by", SHADES, key="shade", format_func=lambda s: SHADES[s].label)
    layers = [
        cells_layer(
            article_grid(), load_table(), shade, cell, (example["latitude"], example["longitude"])
        )
    ]
    if dots.toggle("Places", value=True, key="places", help="A dot for each panorama"):
        layers.append(places_layer(load_panoramas()[["latitude", "longitude"]]))
    st_folium(
        base_map(cities=False),
        key="cells_map",
        height=600,
        use_container_width=True,
        returned_objects=["last_object_clicked"],
        feature_group_to_add=layers,
        on_change=cell_clicked,
    )
    st.html(scale(SHADES[shade], load_table()[shade]))
    st.caption("A schematic map: its outlines are simplified and make no claim about any boundary.")


def show_example(pictures: pd.DataFrame) -> None:
    """The pictures of a panorama, one a heading."""
    first = pictures.iloc[0]
    words = st.empty()
    with words, st.spinner(RENDERING):
        pixels = remembered(
            "example",
            first["panorama"],
            lambda: [sampled.picture_of(row) for _, row in pictures.iterrows()],
        )
    place = place_name(first["latitude"], first["longitude"])
    words.markdown(
        f"{plain_markdown(place or 'In the mountains')} "
        f"({first['latitude']:.2f}° N, {first['longitude']:.2f}° E), "
        f"{first['date'][:10]}, by **{plain_markdown(first['uploader'] or 'someone unknown')}**"
    )
    with st.container(key="example_pictures"):
        for picture, heading in zip(pixels, pictures["heading"], strict=True):
            st.image(picture, heading_name(heading), width="stretch", output_format="JPEG")


def turn_pages(key: str, count: int) -> None:
    """Which of a cell's panoramas is shown, and buttons to the ones before and after it."""
    at = st.session_state[key]
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, side, to in (("Back", "left", at - 1), ("Next", "right", at + 1)):
            icon = f":material/chevron_{side}:"
            st.button(label, icon=icon, on_click=turn, args=(key, to % count))
        st.markdown(f"Panorama {at + 1} of {count}")


def show_uploaders(cell: int) -> None:
    """Who took the pictures of a cell."""
    facts = load_table().iloc[cell]
    st.subheader(f"Who took them: {facts['uploaders']} uploaders, the busiest")
    st.html(uploader_bars(uploaders_of(load_panoramas(), cell).head(BUSIEST), facts["panoramas"]))


def show_leak() -> None:
    """Theil's U, with what it means."""
    u, by_chance = association()
    st.subheader("Does the name give the cell away?")
    number, words = st.columns([1, 3])
    number.metric("Theil's U", f"{u:.2f}")
    words.markdown(
        f"Theil's U of the cell given the uploader: whoever knows who took a panorama has lost "
        f"{percent(u)} of the uncertainty about its cell. 0 would be names that say nothing, 1 "
        "names that settle the cell. Dealt out at random the names would reach "
        f"{by_chance:.2f}, for most people took few panoramas."
    )


@st.fragment
def show_cells() -> None:
    """The map, and beside it the chosen cell."""
    cells = filled_cells()
    linked("shown_cell", cells, cells[0])
    chart, panel = st.columns([1.25, 1], gap="medium")
    cell = int(
        panel.selectbox(
            "Cell: choose one, or click on the map",
            cells,
            key="shown_cell",
            format_func=lambda cell: f"{cell}. {load_table()['name'][int(cell)]}",
        )
    )
    shown = sampled.examples(load_manifest(), cell)
    key = f"example_of_{cell}"
    st.session_state.setdefault(key, 0)
    manifest = load_manifest()
    pictures = manifest[manifest["panorama"] == shown[st.session_state[key]]]
    with chart:
        show_map(cell, pictures.iloc[0])
        show_leak()
    with panel:
        turn_pages(key, len(shown))
        show_example(pictures.sort_values("heading"))
        show_uploaders(cell)
    keep_in_link(LINKED)


# --- The whole data set --------------------------------------------------------------------------


def show_headings() -> None:
    """Where the pictures look."""
    counts = load_manifest()["heading"].value_counts().sort_index()
    st.subheader("Where the pictures look")
    st.html(rose(sectors(load_manifest()["heading"])))
    if len(counts) <= 4:
        st.markdown(", ".join(f"{heading:.0f}°: {count:,}" for heading, count in counts.items()))


def show_folds() -> None:
    """Training, validation and test."""
    st.subheader("Folds")
    st.html(fold_bar(load_table()))
    st.markdown(
        "A panorama's pictures lie in one fold, settled by a hash of its identifier. Networks "
        "learn from the first, are picked and calibrated on the second, judged on the third."
    )


def show_table() -> None:
    """All cells, to look through and to take along."""
    st.subheader("All cells")
    st.dataframe(load_table(), hide_index=True, column_config=COLUMNS, height=360)
    st.download_button(
        "Cells, CSV",
        lambda: as_csv(load_table()),
        "pata-cells.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


st.html(ASSETS / "style.css")
st.html(
    '<header class="pata-header"><h1>Cells</h1><p>What were the networks taught with, who took it, '
    "and where?</p></header>"
)
show_cells()
places, headings, folds = st.columns([2, 1, 1.2], gap="large")
with places:
    st.subheader("How the places were chosen")
    st.markdown(SAMPLING)
with headings:
    show_headings()
with folds:
    show_folds()
show_table()
