"""What to look at: a sample of the gallery or the visitor's own photos.

Own photos are decoded once, live in the visit's session state on every page, and go with it. The
uploaded files themselves are let go as soon as they are decoded.
"""

from __future__ import annotations

import random
from functools import partial

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from geoloc_core.assets import unless_damaged
from geoloc_core.data import samples
from geoloc_core.data.samples import Sample
from geoloc_core.data.subject import Subject, sample_subject, upload_subject
from geoloc_core.images.formats import IN_WORDS, SUFFIXES
from geoloc_core.models.checkpoint import MOST_VIEWS
from geoloc_core.signs.read import READ_AT, can_read
from geoloc_core.text import plain_markdown
from pages.common.choices import choose_from_list
from pages.common.film_strip import show_film_strip
from pages.common.turns import BUSY, PHOTOS, BusyError
from pages.common.uploads import take_refused

TYPES = sorted(suffix[1:] for suffix in SUFFIXES)
NO_PHOTO = f"No photo yet. Upload a {IN_WORDS} file, or pick a sample below."
PRIVACY = (
    "Your photos are decoded in memory and never stored or logged. They go when you remove them, "
    "or two to three minutes after you close this page. GPS in a file is read only to compare with "
    "the prediction."
)


def load_gallery() -> dict[str, Sample]:
    """The samples by panorama; none where the gallery is damaged: an upload needs none."""
    return unless_damaged(_read_gallery, {})


@st.cache_resource(show_spinner=False)
def _read_gallery() -> dict[str, Sample]:
    return {sample.panorama: sample for sample in samples.read_samples()}


@st.cache_resource(show_spinner=False, max_entries=32)
def _read_sample(panorama: str) -> Subject:
    return sample_subject(_read_gallery()[panorama])


def choose_subject(key: str, first: str) -> Subject | None:
    """The film strip with the upload beside it; gives what was chosen, None where it cannot be had.

    `key` is the name of the choice, in the link too: pages that tell different things choose apart.
    `first` is the sample that is shown before anything is chosen.
    """
    gallery = load_gallery()
    own_key = f"own_for_{key}"
    st.session_state.setdefault(own_key, not gallery)
    chosen = None
    with st.container(horizontal=True, vertical_alignment="bottom", key="subjects"):
        if gallery:
            with st.popover("Samples by place"):
                chosen = choose_sample(gallery, key, first)
            st.button("Surprise me", on_click=surprise, args=(gallery, key))
        with st.popover("Upload your photos"):
            choose_own(own_key)
    showing_own = st.session_state[own_key]
    if gallery:
        show_film_strip(
            list(gallery.values()), None if showing_own else chosen, partial(open_sample, key)
        )
    if showing_own or chosen is None:
        own: Subject | None = st.session_state.get("own")
        return own

    return unless_damaged(partial(_read_sample, chosen), None)


def choose_sample(gallery: dict[str, Sample], key: str, first: str) -> str:
    """The samples as a list, kept in the link."""
    panoramas = list(gallery)
    return choose_from_list(
        "Sample",
        panoramas,
        key,
        first if first in gallery else panoramas[0],
        lambda panorama: gallery[panorama].place or gallery[panorama].region,
        on_change=show_samples,
        args=(key,),
    )


def show_samples(key: str) -> None:
    """Turn from the visitor's photos to the samples."""
    st.session_state[f"own_for_{key}"] = False


def open_sample(key: str, panorama: str) -> None:
    """Choose a sample."""
    st.session_state[key] = panorama
    show_samples(key)


def surprise(gallery: dict[str, Sample], key: str) -> None:
    """Choose a sample at random, another than the one on show."""
    others = [panorama for panorama in gallery if panorama != st.session_state.get(key)]
    open_sample(key, random.choice(others or list(gallery)))


# --- The visitor's own photos --------------------------------------------------------------------


def choose_own(own_key: str) -> None:
    """The upload, what could not be read of it, and a way to take the photos away again."""
    number = st.session_state.setdefault("upload", 0)
    st.file_uploader(
        f"One to {MOST_VIEWS} photos of one place",
        TYPES,
        accept_multiple_files=True,
        key=f"photos_{number}",
        on_change=take_uploads,
        args=(own_key, f"photos_{number}"),
    )
    if st.session_state.get("own_waits"):
        st.warning(BUSY)
        st.button("Try again", on_click=take_uploads, args=(own_key, f"photos_{number}"))
    own: Subject | None = st.session_state.get("own")
    if own is not None:
        st.markdown(f"In use: {plain_markdown(own.name)}")
        st.button("Show my photos", on_click=show_own, args=(own_key,), width="stretch")
        st.button("Remove my photos", on_click=remove_own, width="stretch")
    st.caption(PRIVACY)


def take_uploads(own_key: str, upload_key: str) -> None:
    """Decode what was uploaded, and let the files go; they stay while too many others wait."""
    st.session_state["own_waits"] = False
    files = [file for file in st.session_state[upload_key] if isinstance(file, UploadedFile)]
    if not files:  # called again for files that are gone, as by a click while the page still runs
        return
    try:
        with PHOTOS.turn():
            subject, complaints = upload_subject(
                ((file.name, file.getvalue()) for file in files),
                MOST_VIEWS,
                fine_side=READ_AT if can_read() else None,
            )
    except BusyError:
        st.session_state["own_waits"] = True
        return
    context = get_script_run_ctx()
    if context is not None and (refused := take_refused(context.session_id)):
        files_more = "1 more file was" if refused == 1 else f"{refused} more files were"
        complaints.append(f"{files_more} not taken. Upload at most {MOST_VIEWS} at once.")
    st.session_state.update({"own": subject, "complaints": complaints, own_key: True})
    st.session_state["upload"] += 1  # an empty upload takes the place of this one
    if context is not None:
        manager = context.uploaded_file_mgr
        assert isinstance(manager, MemoryUploadedFileManager), "files are kept in memory alone"
        for file in files:
            manager.remove_file(context.session_id, file.file_id)


def show_own(own_key: str) -> None:
    """Turn to the visitor's photos."""
    st.session_state[own_key] = True


def remove_own() -> None:
    """Forget the visitor's photos and all that was made of them."""
    for name in map(str, list(st.session_state)):
        if name in ("own", "complaints", "own_predictions") or name.startswith("remembered_"):
            del st.session_state[name]
        elif name.startswith("own_for_"):
            st.session_state[name] = False


def show_complaints(key: str) -> None:
    """A sentence for each file of the last upload that could not be read."""
    if st.session_state[f"own_for_{key}"]:
        for complaint in st.session_state.get("complaints", ()):
            st.warning(plain_markdown(complaint))
