"""Held-out photos behind an entry of the confusion matrix, each with the map of its prediction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from geoloc_core.dataset import sampled
from geoloc_core.dataset.manifest import ManifestError
from geoloc_core.display.colours import network_colour
from geoloc_core.display.map_layers import percent
from geoloc_core.display.small_map import small_map
from geoloc_core.display.tables import as_csv
from geoloc_core.display.text import plain_markdown
from geoloc_core.evaluation.confusion import answers, pictures_of_entry
from geoloc_core.evaluation.predictions import Predictions
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.places import place_name
from geoloc_core.geography.sphere import haversine_km, weighted_mean

PHOTOS_A_PAGE = 4


@st.cache_resource(show_spinner=False)
def load_manifest() -> pd.DataFrame | None:
    """The shipped manifest by file, None where there is none."""
    try:
        return sampled.shipped_manifest().set_index("file", drop=False)
    except ManifestError:
        return None


@st.cache_resource(show_spinner=False, max_entries=100)
def picture(file: str) -> NDArray[np.uint8] | None:
    """A held-out picture, None where the shipped manifest does not have it."""
    manifest = load_manifest()
    if manifest is None or file not in manifest.index:
        return None
    return sampled.picture_of(manifest.loc[file])


@st.fragment(parallel=True)  # rendering holds nothing else up
def show_photos(
    predictions: Predictions, grid: Grid, names: tuple[str, ...], truth: int, answer: int | None
) -> None:
    """The chosen photos, a few at a time, each with the map of its prediction."""
    rows = pictures_of_entry(predictions, truth, answer)
    st.subheader(plain_markdown(f"{entry_words(names, truth, answer)}: {len(rows)}"))
    if not len(rows):
        st.markdown("No held-out photo went this way.")
        return
    st.caption("The surest first. On each map the ring is the estimate, the star the true place.")
    pages = [rows[start : start + PHOTOS_A_PAGE] for start in range(0, len(rows), PHOTOS_A_PAGE)]
    page = st.pagination(len(pages), key=f"photos_{truth}_{answer}") if len(pages) > 1 else 1
    with st.spinner("Rendering the photos again …"):
        columns = st.columns(PHOTOS_A_PAGE, gap="medium")
        for column, row in zip(columns, pages[page - 1], strict=False):
            with column:
                show_photo(predictions, grid, names, int(row))
    st.download_button(
        "These photos, CSV",
        lambda: as_csv(predictions.frame.iloc[rows].assign(answer=answers(predictions)[rows])),
        "pata-photos.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def entry_words(names: tuple[str, ...], truth: int, answer: int | None) -> str:
    """An entry of the matrix in words."""
    if answer is None:
        return f"Photos of {names[truth]}"
    if answer == truth:
        return f"Photos of {names[truth]}, recognised"
    return f"Photos of {names[truth]}, taken for {names[answer]}"


def show_photo(predictions: Predictions, grid: Grid, names: tuple[str, ...], row: int) -> None:
    """One held-out photo, the map of its prediction, and both in words."""
    asked, probabilities = predictions.frame.iloc[row], predictions.probabilities[row]
    truth = (float(asked["latitude"]), float(asked["longitude"]))
    estimate = weighted_mean(grid.centroids, probabilities)
    answer, km = int(probabilities.argmax()), float(haversine_km(estimate, truth))
    where = place_name(*truth) or names[int(asked["cell"])]
    pixels = picture(asked["file"])
    if pixels is None:
        st.caption("This photo is not in the shipped data set, so it cannot be rendered again.")
    else:
        st.image(pixels, width="stretch", output_format="JPEG", alt=f"Held-out photo: {where}")
    st.html(
        small_map(
            grid,
            probabilities,
            estimate,
            truth,
            f"Map of the prediction, {km:,.0f} km off",
            colour=network_colour(predictions.model),
        )
    )
    st.markdown(
        f"**{plain_markdown(where)}**, by {plain_markdown(asked['uploader']) or 'unknown'}. "
        f"The network is {percent(float(probabilities[answer]))} sure of "
        f"{plain_markdown(names[answer])}, gives the true cell "
        f"{percent(float(probabilities[int(asked['cell'])]))} and is {km:,.0f} km off."
    )
