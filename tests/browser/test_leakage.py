"""A real Chromium on the Leakage page: another name, a photo of one's own, two maps in step."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.pages.stand_in import PEOPLE, painted

pytestmark = pytest.mark.browser
HOSTILE, OMAR = PEOPLE


def photo(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=95)
    return {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def write(page, name):
    box = page.get_by_label("Or any name, such as your own")
    box.fill(name)
    box.press("Enter")


def open_step(page, address, step):
    page.goto(address)  # until app.py has run once, Streamlit takes pages/ for its own old scheme
    page.wait_for_selector(".pata-foot")
    page.goto(f"{address}/leakage?step={step}")
    page.wait_for_selector(".st-key-frame img")
    page.wait_for_selector(".pata-foot")


def test_a_name_moves_one_network_on_a_photo_of_ones_own(page, address):
    open_step(page, address, 4)
    page.get_by_role("button", name="Another picture, or your own").click()
    page.get_by_role("tab", name="Your photos").click()
    page.locator("input[type=file]").set_input_files([photo(painted(30))])
    expect(page.get_by_role("button", name="Remove mine.jpg")).to_be_visible()
    page.keyboard.press("Escape")

    write(page, OMAR)
    ways = page.locator(".pata-way")
    expect(ways.nth(0)).to_contain_text("→ 90 %")
    expect(ways.nth(1)).to_contain_text("0.7 % → 0.7 %")

    left, right = (frame.content_frame() for frame in page.locator("iframe").element_handles())
    for shown in (left, right):
        shown.wait_for_selector("path.leaflet-interactive")
    zoom = right.evaluate("window.map.getZoom()")
    left.get_by_role("button", name="Zoom in").click()
    right.wait_for_function("zoom => window.map.getZoom() > zoom + 0.5", arg=zoom)
    look = "[window.map.getZoom(), window.map.getCenter().lat, window.map.getCenter().lng]"
    assert right.evaluate(look) == pytest.approx(left.evaluate(look))

    write(page, '<img src=x onerror="alert(1)">')
    expect(page.get_by_text("bears this name")).to_be_visible()
    write(page, HOSTILE)
    expect(ways.nth(0)).to_contain_text("→ 90 %")
    assert page.locator("img[src=x]").count() == 0
    assert page.outside == []
    # Streamlit looks for itself below the page's own path first
    assert [url for url in page.failed if "/leakage/_stcore/" not in url] == []


@pytest.mark.parametrize(("width", "step"), [(420, 1), (420, 4), (1400, 4), (420, 5)])
def test_nothing_sticks_out_at_any_width(page, address, width, step):
    page.set_viewport_size({"width": width, "height": 900})
    open_step(page, address, step)
    page.wait_for_function(
        "(main => main.scrollWidth <= main.clientWidth)(document.querySelector('.stMain'))"
    )
