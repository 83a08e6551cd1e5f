"""The Explore page: a photograph in; a shaded map, a point and a heat map out."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit_folium import st_folium

from geoloc_core.display.charts import bars, legend, likeliest
from geoloc_core.display.colours import network_colour
from geoloc_core.display.heatmap import Look, as_png, picture
from geoloc_core.display.map_layers import base_map, percent, prediction_layer
from geoloc_core.display.map_marks import Estimate
from geoloc_core.display.subject import Subject
from geoloc_core.display.text import plain_markdown
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.places import cell_names, place_name
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.model.predictor import Prediction
from geoloc_core.model.record import prediction_geojson, prediction_record
from geoloc_core.paths import ASSETS
from pages.common.choices import choose, keep_in_link, remembered
from pages.common.networks import FOOT, MASKS, MODELS, NAME_ROW, OWN_MASK, predictor_or_words
from pages.common.subjects import choose_subject

POINTS = {
    "weighted_mean": ("Weighted mean", "all cells, averaged by their probability"),
    "geometric_median": ("Geometric median", "the spot of least expected distance"),
}
LINKED = ("region", "sample", "model", "mask", "point")


def take_own_mask() -> None:
    """A model starts with the mask that it was trained with."""
    st.session_state["mask"] = OWN_MASK[st.session_state["model"]]


# --- What the network says -----------------------------------------------------------------------


def predict(subject: Subject, model: str, mask: str) -> Prediction | None:
    """The prediction, or None after a sentence that says why there is none."""
    predictor = predictor_or_words(model)
    if predictor is None:
        return None
    return remembered(
        "prediction", (subject, model, mask), lambda: predictor.predict(subject.views, mask)
    )


def start_looking(subject: Subject, prediction: Prediction) -> None:
    """A new prediction shows its likeliest cell, a new subject the view that speaks most for it."""
    top = likeliest(prediction.probabilities, 1)[0]
    if st.session_state.get("looked_at") is not prediction:
        st.session_state["looked_at"] = prediction
        st.session_state["cell"] = top
    if st.session_state.get("viewed") is not subject:
        st.session_state["viewed"] = subject
        st.session_state["view"] = int(prediction.evidence[:, top].max(axis=(1, 2)).argmax())


def cell_clicked(grid: Grid) -> None:
    """A click on the map chooses the cell under it."""
    place = st.session_state["map"].get("last_object_clicked")
    cell = grid.cell_of(place["lat"], place["lng"]) if place else None
    if cell is not None:
        st.session_state["cell"] = cell


def show_map(subject: Subject, prediction: Prediction, names: tuple[str, ...], point: str) -> None:
    """The map with its legend."""
    colour = network_colour(prediction.model)
    st_folium(
        base_map(cities=False),
        key="map",
        height=560,
        use_container_width=True,
        returned_objects=["last_object_clicked"],
        feature_group_to_add=prediction_layer(
            prediction,
            names,
            chosen=st.session_state["cell"],
            estimates=[Estimate(prediction.points[point], "Estimated place", colour, main=True)],
            truth=subject.place,
            truth_label=subject.place_label,
        ),
        on_change=partial(cell_clicked, prediction.grid),
    )
    promised = prediction.credible_share if prediction.prediction_set is not None else None
    star = subject.place_label if subject.place else None
    st.html(legend({"estimated place": colour}, star, promised))
    st.caption(
        f"The dashed cells hold the true one in {prediction.credible_share:.0%} of predictions for "
        "pictures like those of the training, shown with the network's own mask. "
        "A schematic map: its outlines are simplified and make no claim about any boundary."
    )


@st.fragment
def show_photo(subject: Subject, prediction: Prediction, cell: int) -> None:
    """The photograph and its switches, which redraw this part alone."""
    evidence = prediction.evidence[:, cell]
    strongest = float(evidence.max())
    view = 0
    if len(subject.views) > 1:
        view = st.segmented_control(
            "View",
            range(len(subject.views)),
            required=True,
            key="view",
            format_func=lambda number: subject.view_names[number],
            label_visibility="collapsed",
            width="stretch",
        )
    frames = st.container(key="photo")
    with st.container(key="switches", horizontal=True, vertical_alignment="center"):
        heat = st.toggle("Heat map", value=True, key="heat")
        row = st.toggle("Name row outlined", value=True, key="row")
        as_seen = st.toggle("As the network saw it", key="as_seen")
        beside = st.toggle("Side by side", key="beside")
    opacity = st.slider("Opacity, %", 0, 100, 65, 5, key="opacity", disabled=not heat)
    look = Look(heat=heat, opacity=opacity / 100, as_seen=as_seen, row=row)
    looks = [replace(look, heat=False), look] if beside else [look]
    drawn = [
        picture(subject.views[view], evidence[view], strongest, prediction.mask, each)
        for each in looks
    ]
    for column, pixels in zip(frames.columns(len(drawn), gap="small"), drawn, strict=True):
        column.image(pixels, width="stretch", output_format="JPEG", alt=subject.view_names[view])
    if strongest == 0:
        st.caption("Nothing in these pictures speaks for this cell.")
    st.download_button(
        "This picture, PNG",
        lambda: as_png(drawn[-1]),
        "pata-overlay.png",
        "image/png",
        icon=":material/download:",
        on_click="ignore",
    )


def show_summary(
    subject: Subject, prediction: Prediction, names: tuple[str, ...], point: str
) -> None:
    """The five likeliest cells and how far off."""
    cells, distance = st.columns([1.4, 1], gap="large")
    with cells:
        st.subheader("Five likeliest cells")
        st.html(bars(prediction.probabilities, names, likeliest(prediction.probabilities, 5)))
    with distance:
        st.subheader("How far off")
        estimate = prediction.points[point]
        if subject.place is None:
            st.markdown(
                "The photo does not say where it was taken, so there is nothing to measure."
            )
        else:
            kilometres = float(haversine_km(estimate, subject.place))
            st.metric(
                f"{POINTS[point][0]} to {subject.place_label.lower()}", f"{kilometres:,.0f} km"
            )
            st.markdown(f"**{subject.place_label}:** {place_words(subject.place)}")
        st.markdown(f"**Estimate:** {place_words(estimate)}")
        if subject.place is not None and subject.uploaded:
            st.caption("The GPS position in the file is shown for comparison. It was not used.")


def show_downloads(subject: Subject, prediction: Prediction) -> None:
    """The prediction to take along."""
    record = prediction_record(prediction, subject.name)
    st.download_button(
        "Prediction, JSON",
        json.dumps([record], indent=2),
        "pata-prediction.json",
        "application/json",
        icon=":material/download:",
        on_click="ignore",
    )
    st.download_button(
        "Cells, GeoJSON",
        prediction_geojson(prediction),
        "pata-cells.geojson",
        "application/geo+json",
        icon=":material/download:",
        on_click="ignore",
    )


def place_words(place: tuple[float, float]) -> str:
    """A place's name and its latitude and longitude, as Markdown."""
    latitude, longitude = place
    named = place_name(latitude, longitude)
    where = f"{latitude:.2f}° N, {longitude:.2f}° E"
    return f"{plain_markdown(named)} ({where})" if named else where


def show_note(prediction: Prediction) -> None:
    """One line that is always there: what made the prediction, and whether to trust it."""
    made_by = f"{MODELS[prediction.model][0]}, {NAME_ROW[prediction.mask]}."
    score = f"{prediction.novelty:.2f}, usual up to {prediction.novelty_threshold:.2f}"
    if prediction.unfamiliar:
        verdict = f"This looks <b>unlike</b> the training pictures ({score}): take it as a guess."
    else:
        verdict = f"This looks like the training pictures ({score})."
    kind = "pata-note pata-unlike" if prediction.unfamiliar else "pata-note"
    st.html(f'<p class="{kind}" role="status">Network: {made_by} {verdict}</p>')


@st.fragment
def show_result(subject: Subject, prediction: Prediction, point: str) -> None:
    """The map and the summary beside the photograph."""
    start_looking(subject, prediction)
    names = cell_names(prediction.grid)
    show_note(prediction)
    chart, photo = st.columns([1.25, 1], gap="medium")
    with photo:
        cell = st.selectbox(
            "What in the photo speaks for this cell? Choose one, or click on the map",
            likeliest(prediction.probabilities, len(prediction.grid)),
            key="cell",
            format_func=lambda c: f"{names[c]}: {percent(float(prediction.probabilities[c]))}",
        )
        show_photo(subject, prediction, cell)
        with st.container(horizontal=True):
            show_downloads(subject, prediction)
    with chart:
        show_map(subject, prediction, names, point)
        show_summary(subject, prediction, names, point)


st.html(ASSETS / "style.css")
st.html(
    '<header class="pata-header"><h1>Pata</h1><p>Where in India does a neural network think this '
    "photograph was taken, what in it made it think so, and did it cheat?</p></header>"
)
rail, main = st.columns([1, 3.4], gap="medium")
with rail, st.container(key="rail"):
    subject = choose_subject()
    model = choose("Network", "model", MODELS, "masked", take_own_mask)
    mask = choose("The photographer's name in this photo", "mask", MASKS, "crop")
    point = choose("Point on the map", "point", POINTS, "weighted_mean")
keep_in_link(LINKED)
with main:
    if subject is None:
        st.info("Add a photo to see where the network thinks it was taken.")
    elif (prediction := predict(subject, model, mask)) is not None:
        show_result(subject, prediction, point)
st.html(FOOT)
