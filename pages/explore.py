"""The Explore page: a photograph in; a shaded map, a point and a heat map out."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from geoloc_core.dataset.samples import Sample, read_samples
from geoloc_core.display.charts import bars, legend, likeliest
from geoloc_core.display.heatmap import Look, as_png, picture
from geoloc_core.display.map_layers import base_map, percent, prediction_layer
from geoloc_core.display.subject import Subject, sample_subject, upload_subject
from geoloc_core.display.text import plain_markdown
from geoloc_core.display.thumbnails import thumbnail_name
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.places import cell_names, place_name
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.model.checkpoint import CheckpointError, checkpoint_path
from geoloc_core.model.predictor import MOST_VIEWS, Prediction, Predictor
from geoloc_core.model.record import prediction_geojson, prediction_record
from geoloc_core.paths import ASSETS

MODELS = {
    "masked": ("Scene only", "trained with the photographers' names cut away"),
    "unmasked": ("Scene and name", "trained on whole pictures: it may read the name"),
}
MASKS = {
    "none": ("Leave it in", "the network sees the whole picture"),
    "crop": ("Cut it off", "the bottom sixteenth of the picture goes"),
    "box": ("Cover the name", "a white box over it, as in the article"),
}
POINTS = {
    "weighted_mean": ("Weighted mean", "all cells, averaged by their probability"),
    "geometric_median": ("Geometric median", "the spot of least expected distance"),
}
OWN_MASK = {"masked": "crop", "unmasked": "none"}
TYPES = ["jpg", "jpeg", "png", "webp", "heic", "heif"]
EVERYWHERE = "All of India"
LINKED = ("region", "sample", "model", "mask", "point")
FOOT = """<footer class="pata-foot"><b>What these networks know.</b> Pata's own networks
have seen a simulated world only: rendered scenes, no real photograph. On your own photos
expect them to be lost. To train one on pictures of your own, lay them beside a manifest and run
<code>python -m geoloc_core train --data DIR --mask crop --out FILE</code>; put in place of
<code>assets/weights/masked.safetensors</code>, it answers here. A heat map shows what in the
picture raised a cell's score; it is no proof of why.</footer>"""


def remembered(name: str, key: object, make: Callable[[], Any]) -> Any:
    """What `make` gave for `key`, made anew when the key changes; it goes when this visit ends."""
    kept = st.session_state.get(f"remembered_{name}")
    if kept is None or kept[0] != key:
        kept = (key, make())
        st.session_state[f"remembered_{name}"] = kept
    return kept[1]


# --- What to look at -----------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def load_gallery() -> dict[str, Sample]:
    """The samples by panorama."""
    return {sample.panorama: sample for sample in read_samples()}


def linked(key: str, options: Collection[str], default: str) -> None:
    """Start the choice `key` as the page's link has it, if it is one of the options."""
    asked = st.query_params.get(key, default)
    st.session_state.setdefault(key, asked if asked in options else default)


def open_sample(panorama: str) -> None:
    """Choose a sample."""
    st.session_state["sample"] = panorama


def sample_gallery(gallery: dict[str, Sample]) -> Subject | None:
    """Thumbnails by region; gives the sample that the link names, else the first."""
    if not gallery:
        st.info("There is no sample gallery yet: `python tools/build_samples.py DIR` makes one.")
        return None
    regions = [EVERYWHERE, *dict.fromkeys(sample.region for sample in gallery.values())]
    where, surprise = st.columns([1.2, 1], gap="small")
    linked("region", regions, EVERYWHERE)
    linked("sample", gallery, next(iter(gallery)))
    region = where.selectbox("Region", regions, key="region", label_visibility="collapsed")
    shown = [sample for sample in gallery.values() if region in (EVERYWHERE, sample.region)]
    surprise.button(
        "Surprise me",
        icon=":material/casino:",
        width="stretch",
        on_click=lambda: open_sample(random.choice(shown).panorama),
    )
    chosen = gallery[st.session_state["sample"]]
    with st.container(key="gallery", horizontal=True, gap=None):
        for sample in shown:
            st.button(
                f"![{sample.place or sample.region}](app/static/samples/{thumbnail_name(sample)})",
                key=f"sample_{sample.cell}",
                type="primary" if sample is chosen else "secondary",
                on_click=open_sample,
                args=(sample.panorama,),
            )
    return remembered("sample", chosen.panorama, lambda: sample_subject(chosen))


def uploads() -> Subject | None:
    """The uploaded photos, each read once; what cannot be read is answered with one sentence."""
    files = st.file_uploader(
        f"One to {MOST_VIEWS} photos of one place", TYPES, accept_multiple_files=True, key="photos"
    )
    subject, complaints = remembered(
        "uploads",
        tuple(file.file_id for file in files),
        lambda: upload_subject((file.name, file.getvalue()) for file in files),
    )
    for complaint in complaints:
        st.warning(plain_markdown(complaint), icon=":material/broken_image:")
    st.caption("Photos stay in memory while this page is open; they are never stored or logged.")
    return subject


def choose_subject() -> Subject | None:
    """The uploaded photos where that tab is open and holds some, else the chosen sample."""
    samples, own = st.tabs(["Samples", "Your photos"], key="source", on_change="rerun")
    with samples:
        sample = sample_gallery(load_gallery())
    with own:
        uploaded = uploads()
    return uploaded if own.open and uploaded is not None else sample


def choose(
    label: str,
    key: str,
    words: dict[str, tuple[str, str]],
    default: str,
    on_change: Callable[[], None] | None = None,
) -> str:
    """A choice in plain words."""
    linked(key, words, default)
    return st.radio(
        label,
        list(words),
        format_func=lambda option: words[option][0],
        captions=[caption for _, caption in words.values()],
        key=key,
        on_change=on_change,
    )


def take_own_mask() -> None:
    """A model starts with the mask that it was trained with."""
    st.session_state["mask"] = OWN_MASK[st.session_state["model"]]


# --- What the network says -----------------------------------------------------------------------


@st.cache_resource(show_spinner="Loading the network …")
def load_predictor(model: str) -> Predictor:
    """One predictor a model, shared by all visitors."""
    return Predictor(model)


def predict(subject: Subject, model: str, mask: str) -> Prediction | None:
    """The prediction, or None after a sentence that says why there is none."""
    if not checkpoint_path(model).exists():
        st.error(
            "This model has no weights yet. Simulate a data set and train it: "
            f"`python -m geoloc_core train --data DIR --mask {OWN_MASK[model]} "
            f"--out assets/weights/{model}.safetensors`"
        )
        return None
    try:
        predictor = load_predictor(model)
    except CheckpointError as error:
        st.error(plain_markdown(str(error)))
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
    st_folium(
        base_map(),
        key="map",
        height=560,
        use_container_width=True,
        returned_objects=["last_object_clicked"],
        feature_group_to_add=prediction_layer(
            prediction,
            names,
            chosen=st.session_state["cell"],
            estimate=prediction.points[point],
            truth=subject.place,
            truth_label=subject.place_label,
        ),
        on_change=partial(cell_clicked, prediction.grid),
    )
    st.html(legend(prediction.credible_share, subject.place_label if subject.place else None))
    st.caption("A schematic map: its outlines are simplified and make no claim about any boundary.")


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
    made_by = f"{MODELS[prediction.model][0]}; name row: {MASKS[prediction.mask][0].lower()}."
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
    names = remembered("names", prediction.grid, lambda: cell_names(prediction.grid))
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
st.query_params.update({key: st.session_state[key] for key in LINKED if key in st.session_state})
with main:
    if subject is None:
        st.info("Add a photo to see where the network thinks it was taken.")
    elif (prediction := predict(subject, model, mask)) is not None:
        show_result(subject, prediction, point)
st.html(FOOT)
