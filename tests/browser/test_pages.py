"""A real Chromium on the line of pages: quick clicks from page to page, none of them lost."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PAGES = ["Explore", "Leakage", "Audit", "Play", "Confusion", "Cells"]
UNDERLINED = "all => all.map((one) => !getComputedStyle(one).boxShadow.includes('(0, 0, 0, 0)'))"


def open_play(page, address):
    page.goto(f"{address}/play?seed=11")
    expect(page.get_by_role("heading", name="Photo 1 of 5")).to_be_visible()
    links = page.locator(".st-key-top a")
    expect(links).to_have_text(PAGES)
    return links


def test_links_stay_in_place_while_the_page_changes(page, address):
    links = open_play(page, address)
    links.evaluate_all("all => { window.links = all; }")
    for name in ("Confusion", "Leakage", "Play"):
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(f"**/{name.lower()}*")
        page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')
        assert page.evaluate("links.map((one) => one.isConnected && one.textContent)") == PAGES
        assert links.evaluate_all(UNDERLINED) == [each == name for each in PAGES]


def test_the_last_of_quick_clicks_decides(page, address):
    links = open_play(page, address)
    boxes = [link.bounding_box() for link in links.all()]

    def press(name):
        """As a hand does it: where the link was seen, and not for no time at all."""
        box = boxes[PAGES.index(name)]
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.wait_for_timeout(100)
        page.mouse.up()

    for wait in (0, 50, 100, 200, 300, 500):
        press("Confusion")
        page.wait_for_timeout(wait)
        press("Play")
        page.wait_for_url("**/play?seed=11")
        expect(page.get_by_role("heading", name="Photo 1 of 5")).to_be_visible()
        page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')
        assert page.url.endswith("/play?seed=11")
