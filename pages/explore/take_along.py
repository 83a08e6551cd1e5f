"""What a visitor takes along: the picture, the prediction as files, a card to share, the link."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from geoloc_core.display.heatmap import as_png
from geoloc_core.display.subject import Subject
from geoloc_core.model.predictor import Prediction
from geoloc_core.model.record import prediction_geojson, prediction_record
from pages.common.predictions import Views


def show_downloads(subject: Subject, prediction: Prediction, pixels: NDArray[np.uint8]) -> None:
    """The picture on show and the prediction, as files."""
    record = prediction_record(prediction, subject.name)
    files = {
        "Photo, PNG": (lambda: as_png(pixels), "pata-photo.png", "image/png"),
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
    views: Views,
    prediction: Prediction,
    others: Mapping[str, Prediction],
    pixels: NDArray[np.uint8],
    place: tuple[float, float] | None,
    point: str,
) -> None:
    """The link; the card comes with the merge."""
    st.caption(f"This link opens the page again with all choices: {link_here()}")


def link_here() -> str:
    """The address that opens this page again with all its choices."""
    page = st.context.url or ""
    query = urlencode(st.query_params.to_dict())
    return f"{page}?{query}" if query else page
