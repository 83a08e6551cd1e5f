"""A real Chromium on the Cells page: a click on the map, the images of the cell, the table."""

import csv

import pytest
from playwright.sync_api import expect

from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_names

pytestmark = pytest.mark.browser
NAMES = cell_names(article_grid())


def test_a_click_on_a_cell_shows_its_images_without_rebuilding_the_map(page, address, tmp_path):
    page.goto(address)
    page.get_by_role("link", name="Cells").click()
    images = page.locator(".st-key-example_images img")
    expect(images).to_have_count(4)
    before = images.first.get_attribute("src")
    chart = page.wait_for_selector("iframe").content_frame()
    chart.wait_for_selector("path.leaflet-interactive")
    assert chart.locator(".pata-number").count() == 58
    chart.evaluate("window.map.mark = 'the same'")

    place = chart.evaluate(
        "place => { const at = window.map.latLngToContainerPoint(place); return [at.x, at.y]; }",
        article_grid().centroids[24].tolist(),
    )
    frame = page.locator("iframe").bounding_box()
    page.mouse.click(frame["x"] + place[0], frame["y"] + place[1])
    expect(page.locator(".st-key-shown_cell input")).to_have_value(f"24. {NAMES[24]}")
    expect(images.first).not_to_have_attribute("src", before)
    page.wait_for_url("**/cells?*shown_cell=24*")
    assert chart.evaluate("window.map.mark") == "the same"

    with page.expect_download() as download:
        page.get_by_role("button", name="Cells (CSV)").click()
    download.value.save_as(tmp_path / "cells.csv")
    with (tmp_path / "cells.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["panoramas"] for row in rows] == ["44"] * 58
    assert page.outside == []
    assert page.failed == []
