"""The photo with its heat map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from geoloc_core.data.subject import Subject
from geoloc_core.display.heatmap import Look, draw_evidence, mosaic
from geoloc_core.models.predictor import Prediction
from pages.common.ask import Views
from pages.common.choices import remembered
from pages.common.choose_network import load_predictor

if TYPE_CHECKING:
    from geoloc_core.models.explain import Layer

CLOSED_FORM = "Grad-CAM"
METHODS: dict[str, tuple[str, Layer] | None] = {
    CLOSED_FORM: None,
    "Grad-CAM at layer3": ("Grad-CAM", "last but one"),
    "Grad-CAM++": ("Grad-CAM++", "last"),
    "HiResCAM": ("HiResCAM", "last"),
}


@dataclass(frozen=True)
class HeatMap:
    """How the heat map is made and drawn: one of `METHODS`, the rest as in `Look`."""

    method: str
    look: Look


def draw_photo(
    subject: Subject, views: Views, prediction: Prediction | None, cell: int | None, heat: HeatMap
) -> NDArray[np.uint8]:
    """The chosen views as `heat` asks, RGB; without a prediction as they are."""
    if prediction is None or cell is None:
        return mosaic([subject.views[view] for view in views])
    evidence = evidence_for(subject, views, prediction, cell, heat.method)
    if evidence is None:
        st.caption("This model's heat map comes by occlusion, on request.")
        return mosaic([subject.views[view] for view in views])
    strongest = max(float(each.max()) for each in evidence)
    return mosaic(
        [
            draw_evidence(subject.views[view], each, strongest, prediction.mask, heat.look)
            for view, each in zip(views, evidence, strict=True)
        ]
    )


def evidence_for(
    subject: Subject, views: Views, prediction: Prediction, cell: int, method: str
) -> list[NDArray[np.float32]] | None:
    """The evidence for a cell in each of the views, by one of `METHODS`; None where it has none."""
    if prediction.evidence is None:
        return None
    by_library = METHODS[method]
    if by_library is None:
        return list(prediction.evidence[:, cell])
    key = (subject, views, prediction.model, prediction.mask, cell, method)
    evidence: list[NDArray[np.float32]] = remembered(
        "evidence", key, lambda: explained(subject, views, prediction, cell, *by_library)
    )
    return evidence


def explained(
    subject: Subject, views: Views, prediction: Prediction, cell: int, method: str, layer: Layer
) -> list[NDArray[np.float32]]:
    """The evidence by a method of the library, which takes a second a view."""
    from geoloc_core.models.explain import explain  # brings torch and the library

    checkpoint = load_predictor(prediction.model).checkpoint
    with st.spinner(f"{method} …"):
        return [
            explain(checkpoint, subject.views[view], cell, method, layer, prediction.mask)
            for view in views
        ]
