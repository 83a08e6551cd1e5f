"""What to look at: a sample of the gallery or the visitor's own photos."""

from __future__ import annotations

import random

import streamlit as st

from geoloc_core.dataset import samples
from geoloc_core.dataset.samples import Sample
from geoloc_core.display.subject import Subject, sample_subject, upload_subject
from geoloc_core.display.text import plain_markdown
from geoloc_core.model.checkpoint import MOST_VIEWS
from pages.common.choices import linked, remembered

TYPES = ["jpg", "jpeg", "png", "webp", "heic", "heif"]
EVERYWHERE = "All of India"


@st.cache_resource(show_spinner=False)
def load_gallery() -> dict[str, Sample]:
    """The samples by panorama."""
    return {sample.panorama: sample for sample in samples.read_samples()}


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
                f"![{sample.place or sample.region}](pata/samples.webp)",
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
    gallery, own = st.tabs(["Samples", "Your photos"], key="source", on_change="rerun")
    with gallery:
        sample = sample_gallery(load_gallery())
    with own:
        uploaded = uploads()
    return uploaded if own.open and uploaded is not None else sample
