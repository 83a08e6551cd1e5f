"""The photos behind an entry of the confusion matrix, each with the map of its prediction.

They are held-out images, rendered again, or photographs of the visitor's own, which are not here.
"""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from geoloc_core.assets import AssetError, faults
from geoloc_core.audit.swaps import homes
from geoloc_core.data import shipped
from geoloc_core.data.folds import split
from geoloc_core.data.manifest import ManifestError, on_grid
from geoloc_core.data.own_data import own_image
from geoloc_core.display.colours import network_colour
from geoloc_core.display.export.tables import as_csv
from geoloc_core.display.formats import kilometres, percent
from geoloc_core.display.maps.miniature import small_map
from geoloc_core.evaluation.confusion import answers, images_of_entry
from geoloc_core.evaluation.predictions import Predictions
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.place_names import place_name
from geoloc_core.geography.sphere import haversine_km, weighted_mean
from geoloc_core.text import plain_markdown
from pages.common import shipped_images
from pages.common.show_page import tells_faults

PHOTOS_A_PAGE = 4


@st.cache_resource(show_spinner=False)
def load_manifest() -> pd.DataFrame | None:
    """The shipped manifest by file, None where there is none."""
    try:
        return shipped.shipped_manifest().set_index("file", drop=False)
    except (ManifestError, AssetError):
        return None


@st.cache_resource(show_spinner=False, hash_funcs={Grid: attrgetter("fingerprint")})
def load_homes(grid: Grid) -> dict[str, int]:
    """Each uploader's home: the cell of a grid that holds most of their training panoramas."""
    manifest = load_manifest()
    if manifest is None:
        return {}
    cells = homes(on_grid(manifest[split(manifest) == "train"], grid))["home"]
    return {str(name): int(cell) for name, cell in cells.items()}


def homes_of(predictions: Predictions, grid: Grid) -> dict[str, int]:
    """The homes of the predictions' uploaders; of photos of one's own none is known."""
    return {} if is_own(predictions) else load_homes(grid)


def is_own(predictions: Predictions) -> bool:
    """Whether these are of one's own photos (see `own.with_folder`), not of the shipped data."""
    return "folder" in predictions.frame


def kind_of(predictions: Predictions) -> str:
    """What the page calls the photos: held out, or the visitor's own."""
    return "photos" if is_own(predictions) else "held-out photos"


@st.cache_resource(show_spinner=False, max_entries=100)
def load_image(file: str) -> NDArray[np.uint8] | str:
    """A held-out image, or a sentence why there is none."""
    manifest = load_manifest()
    if manifest is None or file not in manifest.index:
        return "This photo is not in the shipped data set, so it cannot be rendered again."
    image = shipped_images.image_of(manifest[manifest["file"] == file].iloc[0])
    return shipped_images.NO_RENDERER if image is None else image


@st.cache_resource(show_spinner=False, max_entries=100)
def load_own_image(folder: str, file: str) -> NDArray[np.uint8] | str:
    """A photo of one's own in a folder; its name where there is none, or why it cannot be read."""
    return own_image(Path(folder), file) if folder else file


@st.fragment(parallel=True)  # rendering holds nothing else up
@tells_faults
def show_photos(
    predictions: Predictions, grid: Grid, names: tuple[str, ...], truth: int, predicted: int | None
) -> None:
    """The chosen photos, a few at a time, each with the map of its prediction."""
    known = faults()
    rows = images_of_entry(predictions, truth, predicted)
    st.header(plain_markdown(entry_title(names, truth, predicted)))
    st.markdown(entry_facts(predictions, grid, names, truth, predicted))
    if not len(rows):
        return
    st.caption(
        "Highest confidence first. On each map the ring is the estimate, the star the true place."
    )
    pages = [rows[start : start + PHOTOS_A_PAGE] for start in range(0, len(rows), PHOTOS_A_PAGE)]
    page = st.pagination(len(pages), key=f"photos_{truth}_{predicted}") if len(pages) > 1 else 1
    with st.container(key="held_out"), st.spinner("Rendering the photos again …"):
        columns = st.columns(PHOTOS_A_PAGE, gap="medium")
        for column, row in zip(columns, pages[page - 1], strict=False):
            with column:
                show_photo(predictions, grid, names, int(row))
    for fault in faults():
        if fault not in known:  # the page may have said by now which files are damaged
            st.error(fault)
    st.download_button(
        "Download these predictions (CSV)",
        lambda: as_csv(predictions.frame.iloc[rows].assign(answer=answers(predictions)[rows])),
        "pata-photos.csv",
        "text/csv",
        on_click="ignore",
    )


def entry_title(names: tuple[str, ...], truth: int, predicted: int | None) -> str:
    """An entry of the matrix in words."""
    if predicted is None:
        return f"Photos of {names[truth]}"
    if predicted == truth:
        return f"{names[truth]}, predicted correctly"
    return f"{names[truth]} predicted as {names[predicted]}"


def entry_facts(
    predictions: Predictions, grid: Grid, names: tuple[str, ...], truth: int, predicted: int | None
) -> str:
    """How many photos an entry holds, how far apart its cells are, and whose photos they are."""
    total = int((predictions.cells == truth).sum())
    if predicted is None:
        return f"**{total}** {kind_of(predictions)}."
    rows = images_of_entry(predictions, truth, predicted)
    told = f"**{len(rows)} of {total}** {kind_of(predictions)} of {plain_markdown(names[truth])}."
    if predicted == truth:
        return told
    km = float(haversine_km(grid.centroids[truth], grid.centroids[predicted]))
    told += f" The two cells are **{kilometres(km)}** apart."
    uploaders = predictions.frame["uploader"].iloc[rows]
    at_home = int((uploaders.map(homes_of(predictions, grid)) == predicted).sum())
    if at_home:
        told += (
            f" **{at_home}** of these photos {'was' if at_home == 1 else 'were'} taken by someone "
            f"at home in {plain_markdown(names[predicted])}"
            f"{', where the visible name points' if predictions.mask == 'none' else ''}."
        )
    return told


def show_photo(predictions: Predictions, grid: Grid, names: tuple[str, ...], row: int) -> None:
    """One held-out photo, the map of its prediction, and both in words."""
    asked, probabilities = predictions.frame.iloc[row], predictions.probabilities[row]
    truth = (float(asked["latitude"]), float(asked["longitude"]))
    estimate = weighted_mean(grid.centroids, probabilities)
    predicted, km = int(probabilities.argmax()), float(haversine_km(estimate, truth))
    where = place_name(*truth) or names[int(asked["cell"])]
    home = homes_of(predictions, grid).get(asked["uploader"])
    image = (
        load_own_image(asked["folder"], asked["file"])
        if is_own(predictions)
        else load_image(asked["file"])
    )
    if isinstance(image, str):
        st.caption(plain_markdown(image))
    else:
        st.image(image, width="stretch", output_format="JPEG", alt=f"Photo: {where}")
    st.html(
        small_map(
            grid,
            probabilities,
            estimate,
            truth,
            f"Map of the prediction, {kilometres(km)} off",
            colour=network_colour(predictions.model),
        )
    )
    st.markdown(
        f"**{kilometres(km)} off.** Taken near {plain_markdown(where)} by "
        f"{plain_markdown(asked['uploader']) or 'an unknown uploader'}"
        f"{'' if home is None else f' (home: {plain_markdown(names[home])})'}. "
        f"Predicted as {plain_markdown(names[predicted])} with "
        f"{percent(float(probabilities[predicted]))}; the true cell gets "
        f"{percent(float(probabilities[int(asked['cell'])]))}."
    )
