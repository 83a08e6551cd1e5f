"""A real Chromium on the Play page: five rounds, by the map and by the keyboard, and the card."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def open_game(page, address, seed=7):
    page.goto(f"{address}/play?seed={seed}")
    expect(page.get_by_role("heading", name="Photo 1 of 5")).to_be_visible()
    return page.frame_locator(".st-key-play_chart iframe")


def click_map(page, chart, right, down):
    """A guess, at these shares of the map's width and height."""
    land = chart.locator(".leaflet-container")
    box = land.bounding_box()
    land.click(position={"x": right * box["width"], "y": down * box["height"]})


def lock_in(page):
    button = page.get_by_role("button", name="Lock in and reveal")
    expect(button).to_be_enabled()
    button.click()
    expect(page.locator(".pata-round")).to_be_visible()


def nothing_sticks_out(page):
    page.wait_for_function(
        "(main => main.scrollWidth <= main.clientWidth)(document.querySelector('.stMain'))"
    )


@pytest.mark.parametrize("width", [1400, 420])
def test_a_game_of_five_photos(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    chart = open_game(page, address)
    chart.locator(".leaflet-container").evaluate("() => { window.untouched = true; }")
    marks = chart.locator(".pata-mark")
    for number in range(5):
        expect(page.get_by_role("heading", name=f"Photo {number + 1} of 5")).to_be_visible()
        expect(marks).to_have_count(0)
        page.wait_for_function("document.querySelector('.stMain').scrollTop < 5")
        click_map(page, chart, 0.4, 0.4)
        expect(marks).to_have_count(1)
        before = marks.first.bounding_box()
        click_map(page, chart, 0.45, 0.6)  # the guess moves
        page.wait_for_timeout(300)
        expect(marks).to_have_count(1)
        for _ in range(100):
            if marks.first.bounding_box() != before:
                break
            page.wait_for_timeout(100)
        assert marks.first.bounding_box() != before
        lock_in(page)
        # all three, the true place, and in the last round where the reader's point was
        expect(marks).to_have_count(5 if number == 4 else 4)
        expect(page.locator(".pata-flight")).to_have_count(1 if number == 4 else 0)
        nothing_sticks_out(page)
        page.get_by_role("button", name="See the result" if number == 4 else "Next photo").click()
        if number < 4:  # one and the same map all the way
            assert chart.locator(".leaflet-container").evaluate("() => window.untouched")

    expect(page.locator(".pata-totals")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_contain_text("beat")
    nothing_sticks_out(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Result card, PNG").click()
    assert waiting.value.suggested_filename == "pata-beat-the-cheat-7.png"
    with open(waiting.value.path(), "rb") as file:
        assert Image.open(io.BytesIO(file.read())).size == (1200, 630)
    page.get_by_role("button", name="Play again").click()
    expect(page.get_by_role("heading", name="Photo 1 of 5")).to_be_visible()
    page.wait_for_url(lambda url: not url.endswith("seed=7"))
    assert page.outside == []
    assert page.failed == []


def test_a_guess_by_keyboard_alone(page, address):
    open_game(page, address)
    cells = page.get_by_role("combobox")
    cells.focus()
    page.keyboard.type("Bengal")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Lock in and reveal")
    expect(button).to_be_enabled()
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pata-round")).to_be_visible()


def test_a_game_outlives_a_visit_to_another_page_and_a_reload_starts_anew(page, address):
    chart = open_game(page, address, 11)
    click_map(page, chart, 0.4, 0.4)
    lock_in(page)
    page.get_by_role("button", name="Next photo").click()
    expect(page.get_by_role("heading", name="Photo 2 of 5")).to_be_visible()
    page.get_by_role("link", name="Cells").click()
    expect(page.get_by_role("heading", name="Photo 2 of 5")).to_have_count(0)
    page.get_by_role("link", name="Play").click()
    expect(page.get_by_role("heading", name="Photo 2 of 5")).to_be_visible()
    page.wait_for_url("**/play?seed=11")
    page.reload()
    expect(page.get_by_role("heading", name="Photo 1 of 5")).to_be_visible()
    assert page.url.endswith("seed=11")
