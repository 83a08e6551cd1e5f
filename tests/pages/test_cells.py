from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from geoloc_core.data import shipped
from geoloc_core.data.manifest import read_manifest
from geoloc_core.data.summary import cell_table
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_names
from tests.pages.stand_in import CELLS, make_gallery, painted
from tests.patience import LONG

PAGE = Path(__file__).parents[2] / "pages" / "cells" / "page.py"
NAMES = cell_names(article_grid())
HOSTILE = "Asha `${alert(1)}` <b>"


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """The stand-in's gallery, by one uploader, another's panorama in its first cell, and two in
    its last by someone who takes all at home."""
    directory = tmp_path_factory.mktemp("gallery")
    make_gallery(directory)
    frame = read_manifest(directory)
    more = frame[frame["cell"] == CELLS[0]].assign(
        panorama="another", uploader="=Bo*", file=lambda rows: "x" + rows["file"]
    )
    last = frame[frame["cell"] == CELLS[-1]]
    home = [
        last.assign(panorama=name, uploader="At home", file=name + last["file"])
        for name in ("home-1", "home-2")
    ]
    return pd.concat([frame, more, *home], ignore_index=True)


@pytest.fixture
def page(monkeypatch, manifest):
    """The page over a small data set, not yet run; `page.rendered` fills with images made."""
    rendered = []

    def image_of(row):
        rendered.append((row["panorama"], row["heading"]))
        return painted(row["cell"])

    monkeypatch.setattr("geoloc_core.data.shipped.shipped_manifest", lambda: manifest)
    monkeypatch.setattr("pages.common.shipped_images.image_of", image_of)
    st.cache_resource.clear()
    page = AppTest.from_file(PAGE, default_timeout=LONG)
    page.rendered = rendered
    yield page
    st.cache_resource.clear()


def html(page):
    return " ".join(element.proto.body for element in page.get("html"))


def words(page):
    return " ".join(element.value for element in page.markdown)


def test_a_visitor_sees_the_cell_that_a_name_gives_away_and_its_images(page, manifest):
    page.run()
    assert not page.exception
    cells = page.selectbox(key="shown_cell")
    assert cells.options == [f"{cell}. {NAMES[cell]}" for cell in CELLS]
    telling = cell_table(manifest, article_grid())["known_by_name"].argmax()
    assert cells.value == str(telling)
    assert page.rendered == [(f"panorama-{telling}", heading) for heading in (0, 90, 180, 270)]
    assert "Panorama 1 of 3" in words(page)
    assert "=Bo" not in html(page)
    assert "At home" in html(page)


def test_the_shipped_data_set_opens_on_a_cell_that_most_names_give_away():
    table = cell_table(shipped.shipped_manifest(), article_grid())
    assert table["known_by_name"].max() > 0.9
    assert table["known_by_name"].median() > 0.7


def test_an_uploaders_name_stays_text(page):
    page.query_params["shown_cell"] = str(CELLS[0])
    page.run()
    assert "Panorama 1 of 2" in words(page)
    assert "Asha \\`\\$\\{alert\\(1\\)\\}\\` \\<b\\>" in words(page)
    assert f"{escape(HOSTILE)}<small>of {len(CELLS)} in all" in html(page)
    assert HOSTILE not in html(page)


def test_the_buttons_leaf_through_a_cells_panoramas(page):
    page.query_params["shown_cell"] = str(CELLS[0])
    page.run()
    page.rendered.clear()
    next(button for button in page.button if button.label == "Next →").click().run()
    assert {panorama for panorama, _ in page.rendered} == {"another"}
    assert "Panorama 2 of 2" in words(page)
    next(button for button in page.button if button.label == "Next →").click().run()
    assert "Panorama 1 of 2" in words(page)


def test_another_shade_renders_no_image_again(page):
    page.run()
    page.rendered.clear()
    page.selectbox(key="shade").set_value("area_km2").run()
    page.toggle(key="places").set_value(False).run()
    assert not page.exception
    assert page.rendered == []
    assert "Area, km²" in html(page)


def test_a_link_opens_its_cell_and_a_bad_one_does_no_harm(page):
    page.query_params.update({"shown_cell": str(CELLS[2]), "shade": "<b>"})
    page.run()
    assert page.selectbox(key="shown_cell").value == str(CELLS[2])
    assert page.selectbox(key="shade").value == "known_by_name"


def test_the_page_tells_folds_headings_and_what_a_name_tells(page):
    page.run()
    # Bo's panorama and the neighbour's two settle the cell, Asha's lie in a cell each
    number = len(CELLS) + 3
    shares = np.array([2, *[1] * (len(CELLS) - 2), 3]) / number
    left = len(CELLS) / number * np.log(len(CELLS))
    u = 1 - left / -(shares * np.log(shares)).sum()
    assert page.metric[0].value == f"{u:.2f}"
    assert ", ".join(f"{heading}°: {number}" for heading in (0, 90, 180, 270)) in words(page)
    assert "panoramas (" in html(page)
    assert "within 10 km" in words(page)
    table = page.dataframe[0].value
    assert table.loc[CELLS[0], ["images", "panoramas", "uploaders"]].tolist() == [8, 2, 2]


@pytest.fixture
def own_set(monkeypatch, tmp_path):
    """A data set of one's own that `PATA_DATA` names: two cells, no uploaders, no headings."""
    folder = tmp_path / "my `${set}`"
    folder.mkdir()
    rows = []
    for cell in CELLS[:2]:
        for number in range(2):
            file = f"{cell}-{number}.png"
            Image.fromarray(painted(cell)).save(folder / file)
            latitude, longitude = article_grid().centroids[cell]
            rows.append(f"{file},{latitude},{longitude}")
    (folder / "photos.csv").write_text("\n".join(["file,latitude,longitude", *rows]))
    monkeypatch.setenv("PATA_DATA", str(folder))
    return folder


def test_a_data_set_of_ones_own_is_shown_with_its_own_images(page, own_set):
    page.run()
    assert not page.exception
    assert not page.error
    assert page.selectbox(key="shown_cell").options == [f"{c}. {NAMES[c]}" for c in CELLS[:2]]
    assert "4 images of 4 panoramas in 2 of 58 cells." in words(page)
    assert page.rendered == [], "its images are files"
    assert len(page.get("image")) == 1
    assert "Panorama 1 of 2" in words(page)
    for sentence in ("No uploader is named in this cell.", "No heading is known."):
        assert sentence in words(page)
    assert "there is no name that could give a cell away" in words(page)
    page.segmented_control(key="data").set_value("shipped").run()
    assert len(page.selectbox(key="shown_cell").options) == len(CELLS)


@pytest.mark.parametrize("spoil", ["empty", "abroad", "missing"])
def test_a_data_set_that_cannot_be_shown_is_said_and_the_shipped_one_shown(page, own_set, spoil):
    if spoil == "missing":
        own_set.rename(own_set.with_name("elsewhere"))
    else:
        text = "file,latitude,longitude\n" + ("a.png,48.9,2.35\n" if spoil == "abroad" else "")
        (own_set / "photos.csv").write_text(text)
    page.run()
    assert not page.exception
    assert "The data set in PATA\\_DATA cannot be shown" in page.error[0].value
    assert len(page.selectbox(key="shown_cell").options) == len(CELLS)
