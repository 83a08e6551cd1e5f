"""A real Chromium on the Explore page, with every way out of this machine cut."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.places import cell_names
from tests.pages.stand_in import CELLS, painted

pytestmark = pytest.mark.browser
NAMES = cell_names(article_grid())


@pytest.fixture
def visit(page, address):
    """Open the page."""

    def go(query=""):
        page.goto(f"{address}/{query}")
        page.wait_for_selector(".st-key-photo img")
        page.map = page.wait_for_selector("iframe").content_frame()
        page.map.wait_for_selector("path.leaflet-interactive")
        return page

    return go


def chosen_cell(page):
    return page.locator(".st-key-cell input")


def over_cell(page, cell):
    """Where on the page the cell's centroid is drawn."""
    place = page.map.evaluate(
        "([lat, lng]) => { const p = window.map.latLngToContainerPoint([lat, lng]);"
        " return [p.x, p.y]; }",
        article_grid().centroids[cell].tolist(),
    )
    frame = page.locator("iframe").bounding_box()
    return frame["x"] + place[0], frame["y"] + place[1]


def test_the_page_asks_nothing_of_other_machines_and_lacks_nothing(visit):
    page = visit()
    assert page.map.locator("path.leaflet-interactive").count() >= 58
    page.wait_for_load_state("networkidle")
    assert page.outside == []
    assert page.failed == []


def test_street_tiles_come_only_when_switched_on(visit):
    page = visit()
    page.map.locator(".leaflet-control-layers").hover()
    page.map.get_by_text("Street map").click()
    page.wait_for_timeout(1000)
    assert page.outside
    assert all(url.startswith("https://tile.openstreetmap.org/") for url in page.outside)


def test_a_click_on_a_cell_shows_its_evidence_without_rebuilding_the_map(visit):
    page = visit()
    page.map.evaluate("window.map.mark = 'the same'")
    picture = page.locator(".st-key-photo img")
    before = picture.get_attribute("src")
    page.mouse.click(*over_cell(page, 24))
    expect(chosen_cell(page)).to_have_value(re.compile(re.escape(NAMES[24])))
    expect(picture).not_to_have_attribute("src", before)
    page.get_by_text("Scene and name").click()
    expect(page.locator(".pata-note")).to_contain_text("Scene and name")
    page.get_by_text("Side by side").click()
    expect(picture).to_have_count(2)
    assert page.map.evaluate("window.map.mark") == "the same"


def test_hovering_shows_a_cells_name_and_probability(visit):
    page = visit()
    page.mouse.move(*over_cell(page, 24))
    expect(page.map.locator(".leaflet-tooltip", has_text=NAMES[24])).to_have_text(
        f"{NAMES[24]}: 0.7 %"
    )


def test_a_link_opens_the_same_sample_and_network(visit):
    page = visit(f"?sample=panorama-{CELLS[2]}&model=unmasked&mask=none")
    expect(chosen_cell(page)).to_have_value(f"{NAMES[CELLS[2]]}: 90 %")
    expect(page.locator(".pata-note")).to_contain_text("name in sight")


def test_an_upload_is_located_and_its_name_stays_text(visit, tmp_path):
    page = visit()
    photo = io.BytesIO()
    Image.fromarray(painted(30)).save(photo, "JPEG", quality=95)
    page.get_by_role("tab", name="Your photos").click()
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()},
            {"name": "<img src=x onerror=alert(1)>.jpg", "mimeType": "image/jpeg", "buffer": b"<"},
        ]
    )
    expect(chosen_cell(page)).to_have_value(f"{NAMES[30]}: 60 %")
    expect(page.get_by_test_id("stAlert")).to_contain_text("<img src=x onerror=alert(1)>.jpg")
    assert page.locator("img[src=x]").count() == 0


def test_the_png_is_the_picture_on_show(visit, tmp_path):
    page = visit()
    with page.expect_download() as download:
        page.get_by_role("button", name="This picture, PNG").click()
    download.value.save_as(tmp_path / "overlay.png")
    shown = np.asarray(Image.open(tmp_path / "overlay.png"))
    assert shown.shape == (768, 768, 3)
    assert shown[-24, 0].tolist() == [255, 214, 10]


@pytest.mark.parametrize("width", [420, 800, 1400])
def test_nothing_sticks_out_at_any_width(visit, width):
    page = visit()
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function(
        "(main => main.scrollWidth <= main.clientWidth)(document.querySelector('.stMain'))"
    )
