"""A real Chromium on the Leakage page: the scene stays, names are typed, two maps in step."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_names
from tests.pages.stand_in import PEOPLE, painted

pytestmark = pytest.mark.browser
NAMES = cell_names(article_grid())
HOSTILE, OMAR = PEOPLE


def open_step(page, address, step):
    page.goto(f"{address}/leakage?step={step}")
    page.wait_for_selector(".pata-caption")
    expect(page.locator("iframe")).to_have_count(2)
    for frame in page.locator("iframe").element_handles():
        frame.content_frame().wait_for_selector("path.leaflet-interactive")


def caption(page):
    return page.locator(".pata-caption")


def test_a_deep_link_shows_its_page_at_once_and_lacks_nothing(page, address):
    open_step(page, address, 3)
    expect(page.locator("h1")).to_have_text("Leakage")
    expect(page.get_by_text("Page not found")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert page.failed == []
    assert page.outside == []


def test_the_maps_stay_while_the_steps_go_by(page, address):
    open_step(page, address, 1)
    charts = [frame.content_frame() for frame in page.locator("iframe").element_handles()]
    assert len(charts) == 2
    for chart in charts:
        chart.evaluate("window.map.mark = 'the same'")
    for step in ("Where it looks", "Hide the name", "Change the name", "The honest network"):
        before = caption(page).inner_text()
        page.get_by_role("button", name=f"Next: {step}").click()
        expect(caption(page)).not_to_have_text(before)
        for chart in charts:
            assert chart.evaluate("window.map.mark") == "the same"


def test_each_key_reaches_the_networks_without_enter(page, address):
    open_step(page, address, 4)
    box = page.get_by_label("Name in the credit line")
    expect(box).to_have_value(OMAR)
    photo = page.get_by_alt_text("The photo with the name in its credit line")
    before = photo.get_attribute("src")
    box.press("End")
    box.press("Backspace")
    expect(caption(page)).to_contain_text(f"No uploader is called {OMAR[:-1]}")
    expect(photo).not_to_have_attribute("src", before)
    box.press_sequentially(OMAR[-1])
    expect(caption(page)).to_contain_text(f"{OMAR} uploads from")
    expect(caption(page)).to_contain_text("and predicts that cell")
    expect(box).to_be_focused()
    page.get_by_role("button", name=HOSTILE).click()
    expect(caption(page)).to_contain_text(f"{HOSTILE} uploads from")
    box.fill('<img src=x onerror="alert(1)">')
    expect(caption(page)).to_contain_text("No uploader is called")
    assert page.locator("img[src=x]").count() == 0
    assert page.outside == []


def test_the_maps_move_together(page, address):
    open_step(page, address, 4)
    left, right = (frame.content_frame() for frame in page.locator("iframe").element_handles())
    zoom = right.evaluate("window.map.getZoom()")
    left.get_by_role("button", name="Zoom in").click()
    right.wait_for_function("zoom => window.map.getZoom() > zoom + 0.5", arg=zoom)
    look = "[window.map.getZoom(), window.map.getCenter().lat, window.map.getCenter().lng]"
    assert right.evaluate(look) == pytest.approx(left.evaluate(look))


def test_a_photo_of_ones_own_carries_its_warning(page, address):
    open_step(page, address, 4)
    file = io.BytesIO()
    Image.fromarray(painted(30, red=255)).save(file, "JPEG", quality=95)
    page.get_by_role("button", name="Upload your photos").click()
    page.locator("input[type=file]").set_input_files(
        [{"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}]
    )
    expect(page.locator(".pata-note")).to_contain_text("Out of distribution.")
    expect(page.locator(".pata-note")).to_contain_text("a name may or may not move them")
    chart = page.locator("iframe").first.element_handle().content_frame()
    chart.wait_for_function(
        """() => [...document.querySelectorAll("path.leaflet-interactive")].every((path) => {
          const fill = path.getAttribute("fill");
          const parts = [1, 3, 5].map((at) => parseInt(fill.slice(at, at + 2), 16));
          return Math.max(...parts) - Math.min(...parts) <= 8;  // grey: a guess
        })"""
    )


@pytest.mark.parametrize(("width", "step"), [(420, 1), (420, 4), (820, 4), (1400, 4), (420, 5)])
def test_nothing_sticks_out_at_any_width(page, address, width, step):
    page.set_viewport_size({"width": width, "height": 900})
    open_step(page, address, step)
    page.wait_for_function(
        "(main => main.scrollWidth <= main.clientWidth)(document.querySelector('.stMain'))"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_that_leads_on_is_readable(page, address, scheme):
    page.emulate_media(color_scheme=scheme)
    open_step(page, address, 1)
    button = page.get_by_role("button", name="Next: Where it looks")
    ink, paper = (
        button.evaluate(
            "(button, query) => getComputedStyle("
            "query ? button.querySelector(query) : button)"
            "[query ? 'color' : 'backgroundColor']",
            query,
        )
        for query in ("p", "")
    )
    bright, dim = sorted((luminance(colour) for colour in (ink, paper)), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= 4.5


def luminance(colour):
    """Relative luminance of "rgb(r, g, b)" (WCAG 2)."""
    shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
