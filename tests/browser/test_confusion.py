"""A real Chromium on the Confusion page: an entry of the matrix, its photos, its arrows."""

import csv
import re

import pytest
from playwright.sync_api import expect

from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_names

pytestmark = pytest.mark.browser
NAMES = cell_names(article_grid())


def tip(page, x, y):
    """What hovering over a point of the matrix says: true cell, predicted cell, photos, km."""
    page.locator(".st-key-matrix .marks").hover(position={"x": x, "y": y})
    shown = page.locator("#vg-tooltip-element")
    expect(shown).to_be_visible()
    said = [value.strip() for value in shown.locator("td.value").all_inner_texts()]
    return NAMES.index(said[0]), NAMES.index(said[1]), int(said[2].split(" of ")[0]), said[3]


def chosen(page, truth, predicted):
    expect(page.locator(".st-key-truth input")).to_have_value(f"{truth}. {NAMES[truth]}")
    expect(page.locator(".st-key-predicted input")).to_have_value(
        re.compile(re.escape(f"{predicted}. {NAMES[predicted]}: "))
    )


def test_a_click_on_the_matrix_shows_that_entry_on_the_map_and_in_photos(page, address, tmp_path):
    page.goto(f"{address}/confusion?truth=21&scale=log")
    expect(page.locator(".pata-small-map")).to_have_count(4)
    chart = page.wait_for_selector("iframe").content_frame()
    chart.wait_for_selector("path.leaflet-interactive")
    assert chart.locator("path.leaflet-interactive").count() >= 58

    truth, predicted, photos, _ = tip(page, 300, 300)
    page.locator(".st-key-matrix .marks").click(position={"x": 300, "y": 300})
    chosen(page, truth, predicted)
    expect(page.locator(".pata-small-map")).to_have_count(min(photos, 4))

    with page.expect_download() as download:
        page.get_by_role("button", name="Matrix (CSV)").click()
    download.value.save_as(tmp_path / "matrix.csv")
    with (tmp_path / "matrix.csv").open() as file:
        table = list(csv.reader(file))
    assert table[truth + 1][predicted + 1] == str(photos)
    assert page.outside == []
    assert page.failed == []


def test_an_entry_without_photos_says_both_cells_and_the_km_between_them(page, address):
    page.goto(f"{address}/confusion?truth=21")
    page.wait_for_selector(".st-key-matrix .marks")
    expect(page.locator(".pata-small-map")).to_have_count(4)
    truth, predicted, photos, apart = tip(page, 550, 60)
    assert photos == 0
    page.locator(".st-key-matrix .marks").click(position={"x": 550, "y": 60})
    chosen(page, truth, predicted)
    expect(page.get_by_text("held-out photos of")).to_contain_text(apart)


def test_a_tap_chooses_an_entry(chromium, address):
    context = chromium.new_context(
        viewport={"width": 420, "height": 900}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{address}/confusion?truth=50")
    matrix = page.locator(".st-key-matrix .marks")
    expect(page.locator(".pata-small-map")).to_have_count(4)
    matrix.tap(position={"x": 200, "y": 200})
    page.wait_for_url("**/confusion?*predicted=*")
    context.close()


def test_an_entry_is_kept_by_back_forward_and_reload(page, address):
    page.goto(f"{address}/confusion")
    page.wait_for_selector(".st-key-matrix .marks")
    opened = page.locator(".st-key-truth input").input_value()
    truth, predicted, _, _ = tip(page, 550, 60)
    page.locator(".st-key-matrix .marks").click(position={"x": 550, "y": 60})
    chosen(page, truth, predicted)
    page.wait_for_function("location.search.includes('truth=')")  # the link comes last
    link = page.evaluate("location.search")
    page.go_back()
    expect(page.locator(".st-key-truth input")).to_have_value(opened)
    page.wait_for_function("location.search === ''")
    page.go_forward()
    chosen(page, truth, predicted)
    page.wait_for_function("link => location.search === link", arg=link)
    page.reload()
    chosen(page, truth, predicted)


@pytest.mark.parametrize("width", [420, 820, 1400])
def test_nothing_sticks_out_at_any_width(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/confusion")
    page.wait_for_selector(".st-key-matrix .marks")
    page.get_by_text("Matrix (CSV)").wait_for()
    page.wait_for_function(
        "(main => main.scrollWidth <= main.clientWidth)(document.querySelector('.stMain'))"
    )
