"""The box that offers to download a model: what it is first, the download only after a click."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from geoloc_core.catalogue import PHOTO_MODELS
from geoloc_core.models.downloads import (
    DOWNLOADS,
    Download,
    DownloadError,
    found_file,
    hash_words,
    models_folder,
)
from geoloc_core.models.fetch import Progress, fetch
from geoloc_core.text import plain_markdown

Fetch = Callable[[Download, Path, Progress], Path]


def offer_download(model: str, precision: str = "int8", fetch: Fetch = fetch) -> bool:
    """Offer a model's file, unless it is here; whether it is here now.

    Size, licence, address and hash stand above the button, which is the consent. The file lands on
    the machine that runs the app.
    """
    if found_file(model) is not None:
        return True
    download, known = DOWNLOADS[model][precision], PHOTO_MODELS[model]
    with st.container(border=True):
        try:
            folder = models_folder()
            st.markdown(f"**{known.title}**: {known.summary}. {known.caution}")
            st.markdown(_facts(download, folder))
            label = f"Download {download.size / 1e6:.0f} MB"
            if not st.button(label, key=f"download_{model}", type="primary"):
                return False
            _run(download, folder, fetch)
        except DownloadError as error:
            st.error(plain_markdown(str(error)))
            return False
    st.rerun()  # what the page shows depends on what is here


def _facts(download: Download, folder: Path) -> str:
    """What one agrees to, as a Markdown list."""
    facts = {
        "Size": f"{download.size / 1e6:.0f} MB",
        "Licence": download.licence,
        "From": download.url,
        "To": "the machine that this app runs on",
        "sha256": hash_words(folder / download.file),
    }
    return "\n".join(f"- {name}: {plain_markdown(fact)}" for name, fact in facts.items())


def _run(download: Download, folder: Path, fetch: Fetch) -> None:
    """Download with a bar that says how far it is."""
    bar = st.progress(0.0, text="Downloading …")
    shown = 0

    def progress(done: int, size: int) -> None:
        nonlocal shown
        if (percent := 100 * done // size) > shown:  # a message for each piece would be too many
            shown = percent
            bar.progress(done / size, text=f"{done / 1e6:.0f} of {size / 1e6:.0f} MB")

    fetch(download, folder, progress)
    bar.empty()
