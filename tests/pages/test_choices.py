"""The link and the visit's choices, with Streamlit's state and query parameters replaced."""

from types import SimpleNamespace

import pytest

from pages.common import choices
from pages.common.choices import (
    RETURNED,
    kept,
    kept_switch,
    read_link,
    write_link,
    write_link_of_fragment,
)

OPTIONS = ["a", "b", "c"]


class Query(dict):
    def to_dict(self):
        return dict(self)

    def from_dict(self, given):
        self.clear()
        self.update(given)


@pytest.fixture
def browser(monkeypatch):
    """A visit: `link` is what the address holds, `state` what the session does."""
    fake = SimpleNamespace(session_state={}, query_params=Query())
    monkeypatch.setattr(choices, "st", fake)
    return SimpleNamespace(link=fake.query_params, state=fake.session_state)


def run():
    """Run a page with one choice and one switch."""
    read_link()
    shown = kept("letter", OPTIONS, "a"), kept_switch("lit")
    write_link()
    return shown


def test_a_first_look_writes_no_default_into_the_link(browser):
    assert run() == ("a", True)
    assert browser.link == {}


def test_a_choice_goes_into_the_link_and_back_to_the_default_out_of_it(browser):
    run()
    browser.state["letter"] = "b"
    assert run() == ("b", True)
    assert browser.link == {"letter": "b"}
    browser.state["letter"] = "a"
    run()
    assert browser.link == {}


def test_a_followed_link_sets_all_choices_and_nonsense_in_it_none(browser):
    browser.link.update({"letter": "c", "lit": "no", "other": "x"})
    assert run() == ("c", False)
    assert browser.link == {"letter": "c", "lit": "no"}
    browser.state.clear()
    browser.link.update({"letter": "<b>", "lit": "maybe"})
    assert run() == ("a", True)


def test_back_and_forward_set_the_choices_too(browser):
    run()
    browser.state["letter"] = "b"
    run()
    browser.link.clear()
    browser.link[RETURNED] = "yes"  # back
    assert run() == ("a", True)
    assert browser.link == {}
    browser.link.update({"letter": "b", RETURNED: "yes"})  # forward
    assert run() == ("b", True)
    assert browser.link == {"letter": "b"}


def test_a_page_that_is_come_to_by_its_name_keeps_the_visits_choices(browser):
    run()
    browser.state["letter"] = "b"
    run()
    browser.link.clear()  # its name in the line on top
    assert run() == ("b", True)
    assert browser.link == {"letter": "b"}


def test_a_reload_starts_from_the_link(browser):
    run()
    browser.state["letter"] = "b"
    run()
    browser.state.clear()
    assert run() == ("b", True)


def test_a_link_that_lags_behind_the_choices_does_not_undo_them(browser):
    run()
    browser.state["letter"] = "b"
    run()
    browser.link.clear()  # the browser has not heard of it yet
    browser.state["lit"] = False
    assert run() == ("b", False)
    assert browser.link == {"letter": "b", "lit": "no"}


def test_a_page_that_was_stopped_half_way_loses_no_choice(browser):
    run()
    browser.state["letter"] = "b"
    read_link()  # and here a click stops it
    assert run() == ("b", True)
    assert browser.link == {"letter": "b"}


def test_a_fragment_by_itself_writes_the_link_and_within_its_page_does_not(browser):
    read_link()
    kept("letter", OPTIONS, "a")
    write_link_of_fragment()
    assert browser.state["link_open"]
    write_link()
    browser.state["letter"] = "c"
    kept("letter", OPTIONS, "a")
    write_link_of_fragment()
    assert browser.link == {"letter": "c"}
    assert run() == ("c", True)
