"""A real Chromium on the Confusion page: an entry of the matrix, its photos, its arrows."""

import csv

import pytest
from playwright.sync_api import expect

from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.places import cell_names

pytestmark = pytest.mark.browser
NAMES = cell_names(article_grid())


def test_a_click_on_the_matrix_shows_that_entry_on_the_map_and_in_photos(page, address, tmp_path):
    page.goto(f"{address}/confusion?scale=log&truth=21&answer=any")
    matrix = page.locator(".st-key-matrix .marks")
    expect(page.locator(".pata-small-map")).to_have_count(4)
    chart = page.wait_for_selector("iframe").content_frame()
    chart.wait_for_selector("path.leaflet-interactive")
    assert chart.locator("path.leaflet-interactive").count() >= 58

    matrix.hover(position={"x": 300, "y": 300})
    tip = page.locator("#vg-tooltip-element")
    expect(tip).to_be_visible()
    said = [value.strip() for value in tip.locator("td.value").all_inner_texts()]
    matrix.click(position={"x": 300, "y": 300})
    truth, answer = NAMES.index(said[0]), NAMES.index(said[1])
    expect(page.locator(".st-key-truth input")).to_have_value(f"{truth} · {NAMES[truth]}")
    photos = int(said[2].split(" of ")[0])
    expect(page.locator(".st-key-answer input")).to_have_value(
        f"{answer} · {NAMES[answer]}: {photos}"
    )
    expect(page.locator(".pata-small-map")).to_have_count(min(photos, 4))

    with page.expect_download() as download:
        page.get_by_role("button", name="Matrix, CSV").click()
    download.value.save_as(tmp_path / "matrix.csv")
    with (tmp_path / "matrix.csv").open() as file:
        table = list(csv.reader(file))
    assert table[truth + 1][answer + 1] == str(photos)
    assert page.outside == []
    assert [url for url in page.failed if "/confusion/_stcore/" not in url] == []


@pytest.mark.parametrize("width", [420, 1400])
def test_nothing_sticks_out_at_any_width(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/confusion")
    page.wait_for_selector(".st-key-matrix .marks")
    page.get_by_text("Matrix, CSV").wait_for()
    page.wait_for_function(
        "(main => main.scrollWidth <= main.clientWidth)(document.querySelector('.stMain'))"
    )
