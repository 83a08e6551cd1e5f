"""What a visitor takes along: the photo, the prediction as files, a card to share, the link."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from geoloc_core.catalogue import title
from geoloc_core.data.subject import Subject
from geoloc_core.display.colours import TRUTH, network_colour, shading
from geoloc_core.display.export.prediction_card import CardLine, prediction_card
from geoloc_core.display.export.record import prediction_geojson, prediction_record
from geoloc_core.display.formats import kilometres, percent
from geoloc_core.display.heatmap import as_png
from geoloc_core.display.html.headline import error_km
from geoloc_core.display.maps.placement import Place
from geoloc_core.display.maps.static_map import Pin, draw_map
from geoloc_core.geography.place_names import cell_names
from geoloc_core.models.predictor import Prediction

Pixels = Callable[[], NDArray[np.uint8]]  # (h, w, 3) RGB, made when a file is asked for


def show_downloads(subject: Subject, prediction: Prediction, pixels: Pixels) -> None:
    """The photo on show and the prediction, as files."""
    record = prediction_record(prediction, subject.name)
    files: dict[str, tuple[Callable[[], str | bytes], str, str]] = {
        "Photo, PNG": (lambda: as_png(pixels()), "pata-photo.png", "image/png"),
        "Prediction, JSON": (
            lambda: json.dumps([record], indent=2),
            "pata-prediction.json",
            "application/json",
        ),
        "Cells, GeoJSON": (
            lambda: prediction_geojson(prediction),
            "pata-cells.geojson",
            "application/geo+json",
        ),
    }
    with st.container(horizontal=True):
        for label, (content, name, kind) in files.items():
            st.download_button(label, content, name, kind, on_click="ignore")


def show_share(
    subject: Subject,
    prediction: Prediction,
    others: Mapping[str, Prediction],
    pixels: Pixels,
    said: str,
    place: Place | None,
    point: str,
) -> None:
    """A card with the photo, a map and both networks' predictions; and the link to this page."""
    shown = {prediction.model: prediction, **others}
    st.download_button(
        "Card to share, PNG",
        lambda: make_card(shown, pixels(), said, place, point),
        "pata-card.png",
        "image/png",
        on_click="ignore",
    )
    if not subject.uploaded:
        st.caption(f"Link to this page with all choices: {link_here()}")


def make_card(
    shown: Mapping[str, Prediction],
    pixels: NDArray[np.uint8],
    said: str,
    place: Place | None,
    point: str,
) -> bytes:
    """The card of one or more networks' predictions, the main one first, as a PNG file."""
    main = next(iter(shown.values()))
    marks = [Pin(one.points[point], network_colour(model), "ring") for model, one in shown.items()]
    if place is not None:
        marks.append(Pin(place, TRUTH, "star"))
    lines = [
        CardLine(
            network_colour(model),
            title(model),
            cell_words(one),
            "" if place is None else f"{kilometres(error_km(one, place, point))} off",
        )
        for model, one in shown.items()
    ]
    return prediction_card(
        pixels,
        draw_map(main.grid, main.probabilities, marks, shading=shading(main)),
        said,
        lines,
        link_here(),
    )


def cell_words(prediction: Prediction) -> str:
    """The predicted cell and its probability."""
    cell = prediction.predicted_cell
    share = percent(float(prediction.probabilities[cell]))
    return f"{cell_names(prediction.grid)[cell]}, {share}"


def link_here() -> str:
    """The address that opens this page again with all its choices."""
    page = st.context.url or ""
    query = urlencode(st.query_params.to_dict())
    return f"{page}?{query}" if query else page
