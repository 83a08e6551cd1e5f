"""The rule for the browser's history (pages/common/history.js), on a page that has nothing else."""

from pathlib import Path

import pytest

from tests.patience import LONG

pytestmark = pytest.mark.browser
RULE = Path(__file__).parents[2] / "pages" / "common" / "history.js"
SITE = "http://pata.test"


@pytest.fixture
def page(chromium):
    context = chromium.new_context()
    body = f"<script>{RULE.read_text()}</script><button>Do</button><input type='text'>"
    context.route("**/*", lambda route: route.fulfill(body=body, content_type="text/html"))
    page = context.new_page()
    page.set_default_timeout(1000 * LONG)
    page.goto(f"{SITE}/")
    yield page
    context.close()


def write(page, *addresses):
    for address in addresses:
        page.evaluate("address => history.pushState(null, '', address)", address)


def stands_at(page, address):
    """Once the browser has told the page of its address."""
    page.wait_for_function(
        "address => location.pathname + location.search === address", arg=address
    )


def back_to(page, address):
    page.go_back()
    stands_at(page, f"{address}returned=yes")


def test_each_act_makes_an_entry(page):
    page.get_by_role("button").click()
    write(page, "/?sample=1")
    page.get_by_role("button").press("Enter")
    write(page, "/?sample=2")
    page.evaluate("document.querySelector('button').click()")  # without a pointer
    write(page, "/cells")
    back_to(page, "/?sample=2&")
    back_to(page, "/?sample=1&")
    back_to(page, "/?")


def test_what_is_written_without_an_act_makes_none(page):
    page.get_by_role("button").click()
    write(page, "/cells", "/cells?cell=3", "/cells?cell=4")
    page.get_by_role("textbox").press("x")
    write(page, "/cells?cell=5")
    back_to(page, "/?")


def test_choices_that_come_before_their_page_are_no_entry_of_the_page_before(page):
    """A quick answer: Streamlit writes a page's choices into the address before its path."""
    page.get_by_role("button").click()
    write(page, "/cells")
    page.get_by_role("button").click()
    write(page, "/cells?sample=1", "/?sample=1")
    stands_at(page, "/?sample=1")
    back_to(page, "/cells?")
    back_to(page, "/?")


def test_an_address_that_someone_went_back_to_is_marked_until_the_page_has_written_it(page):
    page.get_by_role("button").click()
    write(page, "/cells?cell=3")
    page.go_back()
    write(page, "/?sample=1")
    page.go_forward()
    stands_at(page, "/cells?cell=3&returned=yes")
    back_to(page, "/?sample=1&")
