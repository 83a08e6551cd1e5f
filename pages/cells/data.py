"""The data set that the Cells page shows: the one that ships, or the one in `PATA_DATA`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from geoloc_core.data import shipped
from geoloc_core.data.association import theils_u, theils_u_by_chance
from geoloc_core.data.manifest import ManifestError, manifest_path
from geoloc_core.data.own_data import own_folder, own_image, own_manifest
from geoloc_core.data.summary import cell_table, panoramas
from geoloc_core.geography.grid import article_grid
from geoloc_core.text import plain_markdown
from pages.common import shipped_images
from pages.common.choices import choose


class Data(NamedTuple):
    """A data set: the folder of one's own, "" for the one that ships, and when it was changed."""

    folder: str
    changed: int


SHIPPED_DATA = Data("", 0)


def choose_data() -> Data:
    """The data set that ships, or the one in `PATA_DATA`; says in words why that cannot be had."""
    folder = own_folder()
    if folder is None:
        return SHIPPED_DATA
    words = {"shipped": "The one that ships", "own": plain_markdown(folder.resolve().name)}
    if choose("Data set", words, "data", "own") == "shipped":
        return SHIPPED_DATA
    try:
        own = Data(str(folder), manifest_path(folder).stat().st_mtime_ns)
        load_manifest(own)
    except (ManifestError, OSError) as error:
        st.error(plain_markdown(f"The data set in PATA_DATA cannot be shown. {error}"))
        return SHIPPED_DATA
    return own


@st.cache_resource(show_spinner="Reading the data set …", max_entries=3)
def load_manifest(data: Data) -> pd.DataFrame:
    """A data set, a row an image. Raises ManifestError."""
    if data.folder:
        return own_manifest(Path(data.folder), article_grid())
    return shipped.shipped_manifest()


@st.cache_resource(show_spinner=False, max_entries=3)
def load_panoramas(data: Data) -> pd.DataFrame:
    """A data set, a row a panorama."""
    return panoramas(load_manifest(data))


@st.cache_resource(show_spinner=False, max_entries=3)
def load_table(data: Data) -> pd.DataFrame:
    """A data set, a row a cell."""
    return cell_table(load_manifest(data), article_grid())


@st.cache_resource(show_spinner=False, max_entries=3)
def association(data: Data) -> tuple[float, float]:
    """Theil's U of the cell given the uploader, as it is and with the names dealt out at random."""
    named = load_panoramas(data).query("uploader != ''")
    return (
        theils_u(named["cell"], named["uploader"]),
        theils_u_by_chance(named["cell"], named["uploader"]),
    )


def names_known(data: Data) -> bool:
    """Whether the data set names anybody."""
    return bool((load_manifest(data)["uploader"] != "").any())


def image_of(data: Data, row: pd.Series[Any]) -> NDArray[np.uint8] | str:
    """The image of a row, or a sentence why there is none."""
    if data.folder:
        return own_image(Path(data.folder), row["file"])
    image = shipped_images.image_of(row)
    return shipped_images.NO_RENDERER if image is None else image
