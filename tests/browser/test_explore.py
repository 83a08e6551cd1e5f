"""A real Chromium on the Explore page, with every way out of this machine cut."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_names
from tests.pages.stand_in import CELLS, UNFAMILIAR, painted

pytestmark = pytest.mark.browser
NAMES = cell_names(article_grid())
FIRST, OTHER = CELLS[1], CELLS[3]


@pytest.fixture
def visit(page, address):
    """Open the page."""

    def go(query=""):
        page.goto(f"{address}/{query}")
        return map_is_there(page)

    return go


def map_is_there(page):
    page.wait_for_selector(".st-key-photo img")
    page.map = page.wait_for_selector("iframe").content_frame()
    page.map.wait_for_selector("path.leaflet-interactive")
    return page


def jpeg(pixels, name="mine.jpg"):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=95)
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}


def upload(page, *files):
    page.get_by_role("button", name="Upload your photos").click()
    page.locator("input[type=file]").set_input_files(list(files))


def verdict(page):
    return page.locator("h1.pata-verdict")


def over_cell(page, cell):
    """Where on the page the cell's centroid is drawn."""
    place = page.map.evaluate(
        "([lat, lng]) => { const p = window.map.latLngToContainerPoint([lat, lng]);"
        " return [p.x, p.y]; }",
        article_grid().centroids[cell].tolist(),
    )
    frame = page.locator("iframe").bounding_box()
    return frame["x"] + place[0], frame["y"] + place[1]


def address_of(page):
    return page.evaluate("location.pathname + location.search")


def test_the_page_asks_nothing_of_other_machines_and_lacks_nothing(visit):
    page = visit()
    assert page.map.locator("path.leaflet-interactive").count() >= 58
    page.wait_for_load_state("networkidle")
    assert page.outside == []
    assert page.failed == []
    expect(verdict(page)).to_contain_text(f"Scene and name predicts {NAMES[FIRST]}, 90 %")


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
    image = page.locator(".st-key-photo img")
    before = image.get_attribute("src")
    page.mouse.click(*over_cell(page, 24))
    expect(page.get_by_role("button", name=f"evidence for {NAMES[24]}")).to_be_visible()
    expect(image).not_to_have_attribute("src", before)
    page.get_by_text("Scene only", exact=True).first.click()
    expect(verdict(page)).to_contain_text("It was trained without names.")
    assert page.map.evaluate("window.map.mark") == "the same"


def test_hovering_shows_a_cells_name_and_probability(visit):
    page = visit("?model=masked")
    page.mouse.move(*over_cell(page, 24))
    expect(page.map.locator(".leaflet-tooltip", has_text=NAMES[24])).to_have_text(
        f"{NAMES[24]}: 0.7 %"
    )


def test_a_link_names_a_network_and_gets_its_own_mask(visit):
    page = visit(f"?sample=panorama-{CELLS[2]}&model=masked")
    expect(verdict(page)).to_contain_text(f"Scene only predicts {NAMES[CELLS[2]]}, 60 %")
    page = visit(f"?sample=panorama-{CELLS[2]}&model=unmasked&hidden_unmasked=yes")
    expect(verdict(page)).to_contain_text(f"Scene and name predicts {NAMES[CELLS[2]]}, 60 %")


def test_choices_live_in_the_link_and_back_and_forward_follow_them(visit):
    page = visit()

    def shows(words, link):
        expect(verdict(page)).to_contain_text(words)
        page.wait_for_function("link => location.search === link", arg=link)  # it comes last

    sample, both = f"?sample=panorama-{OTHER}", f"?sample=panorama-{OTHER}&model=masked"
    first, other = (f"Scene and name predicts {NAMES[cell]}" for cell in (FIRST, OTHER))
    shows(first, "")
    page.locator(".strip button").nth(3).click()
    shows(other, sample)
    page.get_by_text("Scene only", exact=True).first.click()
    shows(f"Scene only predicts {NAMES[OTHER]}", both)
    page.get_by_role("link", name="Cells").click()
    page.wait_for_selector(".st-key-example_images img")
    page.get_by_role("link", name="Explore").click()
    shows(f"Scene only predicts {NAMES[OTHER]}", both)
    page.go_back()
    page.wait_for_selector(".st-key-example_images img")
    page.wait_for_function("!location.search.includes('returned')")
    page.go_back()
    shows(f"Scene only predicts {NAMES[OTHER]}", both)
    page.go_back()
    shows(other, sample)
    page.go_back()
    shows(first, "")
    page.go_forward()
    shows(other, sample)
    page.reload()
    shows(other, sample)


def test_an_upload_is_located_and_its_name_stays_text(visit):
    page = visit()
    hostile = {"name": "<img src=x onerror=alert(1)>.jpg", "mimeType": "image/jpeg", "buffer": b"<"}
    upload(page, jpeg(painted(30)), hostile)
    expect(verdict(page)).to_contain_text("Things seen says Himalaya, 66 %")
    expect(page.locator(".pata-seen")).to_contain_text(f"what that says for {NAMES[30]}")
    expect(page.get_by_test_id("stAlert")).to_contain_text("<img src=x onerror=alert(1)>.jpg")
    assert page.locator("img[src=x]").count() == 0


def test_an_upload_stays_from_page_to_page(visit):
    page = visit()
    upload(page, jpeg(painted(30)))
    expect(verdict(page)).to_contain_text("Things seen says Himalaya")
    page.get_by_role("link", name="Leakage").click()
    page.wait_for_selector(".st-key-scene_photo img")
    page.get_by_role("link", name="Explore").click()
    expect(verdict(page)).to_contain_text("Things seen says Himalaya")


def test_a_photo_out_of_distribution_is_drawn_as_a_guess_and_only_when_asked_for(visit):
    page = visit()
    upload(page, jpeg(painted(30, red=255)))
    expect(verdict(page)).to_contain_text("Things seen says")
    page.keyboard.press("Escape")
    page.get_by_text("Scene and name", exact=True).first.click()
    expect(verdict(page)).to_contain_text("Out of distribution.")
    assert UNFAMILIAR < 255
    expect(page.map.locator(".pata-mark")).to_have_count(0)
    page.keyboard.press("Escape")
    # at once, while the page may still be running: the photo stays
    page.get_by_role("button", name="Show its guess anyway").click()
    expect(page.map.locator(".pata-mark")).to_have_count(2)
    expect(verdict(page)).to_contain_text("Out of distribution.")
    fills = page.map.eval_on_selector_all(
        "path.leaflet-interactive", "paths => paths.map((path) => path.getAttribute('fill'))"
    )
    for fill in fills:
        red, green, blue = (int(fill[at : at + 2], 16) for at in (1, 3, 5))
        assert max(red, green, blue) - min(red, green, blue) <= 8  # grey


def test_a_file_that_cannot_be_read_shows_nobody_elses_result(visit):
    page = visit()
    upload(page, {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b""})
    expect(verdict(page)).to_contain_text("No photo yet.")
    expect(page.locator("iframe")).to_have_count(0)
    expect(page.locator(".st-key-photo img")).to_have_count(0)


def test_the_png_is_the_image_on_show(visit, tmp_path):
    page = visit()
    page.get_by_text("Details", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Photo, PNG").click()
    download.value.save_as(tmp_path / "overlay.png")
    shown = np.asarray(Image.open(tmp_path / "overlay.png"))
    assert shown.shape == (640, 640, 3)
    assert shown[-20, 0].tolist() == [255, 214, 10]


def test_the_map_is_reached_by_few_tabs_and_the_result_by_one(visit):
    page = visit()
    for _ in range(3):  # Streamlit's own skip link comes first, and what that leads to
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the result"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'result'")
    for _ in range(9):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "IFRAME":
            break
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"
    assert page.evaluate("document.activeElement.title") == "Map of India"


def test_samples_are_buttons_with_names_and_a_selected_state(visit):
    page = visit()
    buttons = page.locator(".strip button")
    expect(buttons).to_have_count(len(CELLS))
    expect(buttons.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(buttons.nth(0)).to_have_attribute("aria-pressed", "false")
    assert all(
        re.search(r"\w", name)
        for name in buttons.evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_visitors_setting_and_stays_readable(visit, scheme):
    probe = visit()
    probe.emulate_media(color_scheme=scheme)
    page = visit()
    page.wait_for_timeout(500)
    ratio = page.evaluate(
        """() => {
          const light = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => {
              const share = part / 255;
              return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const paper = light(getComputedStyle(document.querySelector(".stApp")).backgroundColor);
          const inks = [...document.querySelectorAll(
            ".pata-verdict, .pata-verdict em, .pata-foot, .pata-bars small, .pata-legend li"
          )].map((one) => light(getComputedStyle(one).color));
          return Math.min(...inks.map((ink) =>
            (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)));
        }"""
    )
    assert ratio >= 4.5


@pytest.mark.parametrize("width", [420, 820, 1400])
def test_nothing_sticks_out_at_any_width(visit, width):
    page = visit()
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function(
        "(main => main.scrollWidth <= main.clientWidth)(document.querySelector('.stMain'))"
    )


def test_on_a_phone_verdict_photo_and_map_stand_within_a_screen_and_a_half(visit):
    probe = visit()
    probe.set_viewport_size({"width": 420, "height": 900})
    page = visit()
    page.wait_for_timeout(1000)
    box = page.locator("iframe").bounding_box()
    assert box["y"] + box["height"] <= 1.5 * 900
    expect(page.get_by_role("link", name="Leakage")).to_be_in_viewport()


def test_a_card_to_share_and_a_link_that_opens_the_same(visit, tmp_path):
    page = visit(f"?sample=panorama-{CELLS[2]}&hidden_unmasked=yes")
    page.get_by_role("button", name="Share").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Card to share, PNG").click()
    download.value.save_as(tmp_path / "card.png")
    assert Image.open(tmp_path / "card.png").size == (1200, 630)
    said = page.get_by_text("Link to this page").inner_text()
    link = re.search(r"https?://\S+", said).group()
    sentence = verdict(page).inner_text()
    page.goto("about:blank")
    page.goto(link)
    expect(verdict(page)).to_have_text(sentence)
