from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geoloc_core.dataset.manifest import read_manifest
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.places import cell_names
from tests.pages.stand_in import CELLS, make_gallery, painted

PAGE = Path(__file__).parents[2] / "pages" / "cells" / "page.py"
NAMES = cell_names(article_grid())
HOSTILE = "Asha `${alert(1)}`"


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """The stand-in's gallery, by one uploader, and another's panorama in its first cell."""
    directory = tmp_path_factory.mktemp("gallery")
    make_gallery(directory)
    frame = read_manifest(directory)
    more = frame[frame["cell"] == CELLS[0]].assign(
        panorama="another", uploader="=Bo*", file=lambda rows: "x" + rows["file"]
    )
    return pd.concat([frame, more], ignore_index=True)


@pytest.fixture
def page(monkeypatch, manifest):
    """The page over a small data set, not yet run; `page.rendered` fills with pictures made."""
    rendered = []

    def picture_of(row):
        rendered.append((row["panorama"], row["heading"]))
        return painted(row["cell"])

    monkeypatch.setattr("geoloc_core.dataset.sampled.shipped_manifest", lambda: manifest)
    monkeypatch.setattr("geoloc_core.dataset.sampled.picture_of", picture_of)
    st.cache_resource.clear()
    page = AppTest.from_file(PAGE, default_timeout=120)
    page.rendered = rendered
    yield page
    st.cache_resource.clear()


def html(page):
    return " ".join(element.proto.body for element in page.get("html"))


def words(page):
    return " ".join(element.value for element in page.markdown)


def test_a_visitor_sees_the_first_cell_and_its_pictures(page):
    page.run()
    assert not page.exception
    cells = page.selectbox(key="shown_cell")
    assert cells.options == [f"{cell}. {NAMES[cell]}" for cell in CELLS]
    assert cells.value == str(CELLS[0])
    assert page.rendered == [(f"panorama-{CELLS[0]}", heading) for heading in (0, 90, 180, 270)]
    assert "Panorama 1 of 2" in words(page)
    assert "Asha \\`\\$\\{alert\\(1\\)\\}\\`" in words(page)
    assert "Asha &#96;&#36;{alert(1)}&#96;<small>of 4 in all" in html(page)
    assert HOSTILE not in html(page)


def test_the_buttons_leaf_through_a_cells_panoramas(page):
    page.run()
    page.rendered.clear()
    next(button for button in page.button if button.label == "Next").click().run()
    assert {panorama for panorama, _ in page.rendered} == {"another"}
    assert "Panorama 2 of 2" in words(page)
    next(button for button in page.button if button.label == "Next").click().run()
    assert "Panorama 1 of 2" in words(page)


def test_another_shade_renders_no_picture_again(page):
    page.run()
    page.rendered.clear()
    page.selectbox(key="shade").set_value("area_km2").run()
    page.toggle(key="places").set_value(False).run()
    assert not page.exception
    assert page.rendered == []
    assert "Area, km²" in html(page)
    assert page.query_params["shade"] == "area_km2"


def test_a_link_opens_its_cell_and_a_bad_one_does_no_harm(page):
    page.query_params.update({"shown_cell": str(CELLS[2]), "shade": "<b>"})
    page.run()
    assert page.selectbox(key="shown_cell").value == str(CELLS[2])
    assert page.selectbox(key="shade").value == "uploaders"


def test_the_page_tells_folds_headings_and_what_a_name_tells(page):
    page.run()
    # Bo's one panorama settles the cell; Asha's four lie in four cells: U = 1 - 0.8 ln 4 / H
    assert page.metric[0].value == "0.17"
    assert "0°: 5, 90°: 5, 180°: 5, 270°: 5" in words(page)
    assert "panoramas (" in html(page)
    assert "within 10 km" in words(page)
    table = page.dataframe[0].value
    assert table.loc[CELLS[0], ["pictures", "panoramas", "uploaders"]].tolist() == [8, 2, 2]
