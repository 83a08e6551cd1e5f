"""The photo with its heat map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from geoloc_core.catalogue import SHIPPED
from geoloc_core.data.subject import Subject
from geoloc_core.display.heatmap import Look, as_jpeg, draw_evidence, drawing_size, mosaic
from geoloc_core.display.signs import draw_signs
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.predictor import Prediction
from pages.common.ask import Views
from pages.common.choices import remembered
from pages.common.choose_network import load_predictor
from pages.common.turns import LONG, PHOTOS
from pages.explore.signs import Found

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


@dataclass(frozen=True)
class Picture:
    """What is drawn, as a JPEG file to show, and in full, uint8 RGB (h, w, 3), when asked for."""

    file: bytes
    pixels: Callable[[], NDArray[np.uint8]]


def picture(
    subject: Subject,
    views: Views,
    prediction: Prediction,
    cell: int | None,
    heat: HeatMap,
    found: Found = (),
    off: frozenset[int] = frozenset(),
) -> Picture:
    """What `draw_photo` draws, made once: a sample's for all visitors, others' for the visit."""
    of_sample = not subject.uploaded and prediction.evidence is not None
    if of_sample and heat.method == CLOSED_FORM:
        asked = subject.name, views, prediction.model, prediction.mask, cell, heat
        return sample_picture(*asked, subject, prediction)
    key = subject, views, prediction, cell, heat, found, off

    def draw() -> Picture:
        pixels = draw_photo(*key)
        return Picture(as_jpeg(pixels), lambda: pixels)

    made: Picture = remembered("picture", (key, st.session_state.get("occlusion_of")), draw)
    return made


@st.cache_resource(show_spinner=False, max_entries=128)
def sample_picture(
    name: str,
    views: Views,
    model: str,
    mask: Mask,
    cell: int | None,
    heat: HeatMap,
    _subject: Subject,
    _prediction: Prediction,
) -> Picture:
    """The picture of a sample by what it depends on; of many only the files are kept."""
    draw = partial(draw_photo, _subject, views, _prediction, cell, heat)
    return Picture(as_jpeg(draw()), draw)


def draw_photo(
    subject: Subject,
    views: Views,
    prediction: Prediction | None,
    cell: int | None,
    heat: HeatMap,
    found: Found = (),
    off: frozenset[int] = frozenset(),
) -> NDArray[np.uint8]:
    """The chosen views as `heat` asks, RGB, with the signs that were `found`; those `off` in grey.

    Without a prediction the views as they are.
    """
    drawn = {view: with_boxes(subject, view, found, off) for view in views}
    if prediction is None or cell is None:
        return mosaic(list(drawn.values()))
    evidence = evidence_for(subject, views, prediction, cell, heat.method)
    if evidence is None:
        return mosaic(list(drawn.values()))
    strongest = max(float(each.max()) for each in evidence)
    return mosaic(
        [
            draw_evidence(drawn[view], each, strongest, prediction.mask, heat.look)
            for view, each in zip(views, evidence, strict=True)
        ]
    )


def with_boxes(subject: Subject, view: int, found: Found, off: frozenset[int]) -> NDArray[np.uint8]:
    """A view with its signs in numbered boxes, in the size that it is shown in."""
    numbers = [number for number, (of, _) in enumerate(found) if of == view]
    if not numbers:
        return subject.views[view]
    signs = {number: found[number][1] for number in numbers}
    return draw_signs(drawing_size(subject.views[view]), signs, off)


def evidence_for(
    subject: Subject, views: Views, prediction: Prediction, cell: int, method: str
) -> list[NDArray[np.float32]] | None:
    """The evidence for a cell in each of the views; None where it must be asked for first.

    By one of `METHODS` for a network of rendered scenes. All others have one way: the closed form,
    or for one without class activation maps occlusion, see `offer_occlusion`.
    """
    key = (subject, views, prediction.model, prediction.mask, cell, method)
    if prediction.evidence is None:
        asked = st.session_state.get("occlusion_of") == key[:-1]
        return remembered("occlusion", key[:-1], lambda: occluded(*key[:-1])) if asked else None
    by_library = METHODS[method] if prediction.model in SHIPPED else None
    if by_library is None:
        return list(prediction.evidence[:, cell])
    evidence: list[NDArray[np.float32]] = remembered(
        "evidence", key, lambda: explained(subject, views, prediction, cell, *by_library)
    )
    return evidence


def offer_occlusion(
    subject: Subject, views: Views, prediction: Prediction, cell: int | None
) -> None:
    """A button for the heat map of a model that has none at hand: it takes about a minute."""
    if prediction.evidence is None and cell is not None:
        key = (subject, views, prediction.model, prediction.mask, cell)
        st.button(
            "Heat map by occlusion (about a minute)",
            on_click=lambda: st.session_state.update(occlusion_of=key),
        )


def occluded(
    subject: Subject, views: Views, model: str, mask: Mask, cell: int
) -> list[NDArray[np.float32]]:
    """The evidence by occlusion, with a bar that says how far it is."""
    from geoloc_core.models.occlusion import occlusion_evidence

    predictor = load_predictor(model, subject.uploaded)
    bar = st.progress(0.0, text="Covering one part of the photo after the other …")
    maps = []
    for number, view in enumerate(views):

        def progress(done: int, passes: int, number: int = number) -> None:
            bar.progress((number + done / passes) / len(views))

        with LONG.turn():
            maps.append(occlusion_evidence(predictor, subject.views[view], cell, mask, progress))
    bar.empty()
    return maps


def explained(
    subject: Subject, views: Views, prediction: Prediction, cell: int, method: str, layer: Layer
) -> list[NDArray[np.float32]]:
    """The evidence by a method of the library, which takes a second a view."""
    from geoloc_core.models.explain import explain  # brings torch and the library

    checkpoint = load_predictor(prediction.model).checkpoint
    with st.spinner(f"{method} …"), PHOTOS.turn():
        return [
            explain(checkpoint, subject.views[view], cell, method, layer, prediction.mask)
            for view in views
        ]
