"""The box that offers a download: facts first, one click, a sentence for what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geoloc_core.catalogue import GEOCLIP
from geoloc_core.models.downloads import DOWNLOADS, Download, DownloadError

INT8 = DOWNLOADS[GEOCLIP]["int8"]


def box(fetch: object) -> None:
    import streamlit as st

    from geoloc_core.catalogue import GEOCLIP
    from pages.common.offer_download import offer_download

    st.write("It is here." if offer_download(GEOCLIP, fetch=fetch) else "It is not here.")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATA_MODELS", str(tmp_path / "mo*dels"))
    return tmp_path / "mo*dels"


def said(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(each.value for each in page.markdown)


def test_a_click_downloads_what_the_box_has_said(folder: Path) -> None:
    asked: list[str] = []

    def fetch(download: Download, folder: Path, progress: Callable[[int, int], None]) -> Path:
        asked.append(download.url)
        for done in range(0, 101, 10):
            progress(done, 100)
        folder.mkdir()
        path = folder / download.file
        path.write_bytes(b"model")
        return path

    page = AppTest.from_function(box, args=(fetch,)).run()
    facts = said(page).replace("\\", "")
    for fact in ("307 MB", "MIT", INT8.url, "sha256", "that this app runs on", "not measured"):
        assert fact in facts
    assert str(folder) not in facts  # a server's folders are nobody's business
    assert "It is not here." in said(page)
    assert asked == []

    page.button[0].click().run()
    assert asked == [INT8.url]
    assert "It is here." in said(page)
    page.run()
    assert not page.button
    assert asked == [INT8.url]


def test_a_download_that_fails_is_said_and_can_be_tried_again(folder: Path) -> None:
    def fetch(download: Download, folder: Path, progress: Callable[[int, int], None]) -> Path:
        progress(1, 3)
        raise DownloadError("The connection was <b>cut</b>.")

    page = AppTest.from_function(box, args=(fetch,)).run()
    page.button[0].click().run()
    assert page.error[0].value == "The connection was \\<b\\>cut\\</b\\>\\."
    assert "It is not here." in said(page)
    assert page.button
