"""Few work at once, some wait, more are told to come again; and what was asked is not lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from streamlit.testing.v1 import AppTest

from pages.common import turns
from pages.common.turns import BUSY, BusyError, Lane
from tests.pages.test_explore import NAMES, gallery, html, page, painted, photo, upload, words
from tests.patience import LONG

__all__ = ["gallery", "page"]  # fixtures


def filled(at_once: int = 1) -> tuple[Lane, ExitStack]:
    """A lane in which nobody may wait and all work; and what ends their work."""
    lane, working = Lane(at_once, 0), ExitStack()
    for _ in range(at_once):
        working.enter_context(lane.turn())
    return lane, working


def test_so_many_work_at_once_and_the_others_follow():
    lane, start = Lane(at_once=2, waiting=8), threading.Barrier(10)
    inside, most, lock = set(), [], threading.Lock()

    def work(number: int) -> None:
        start.wait()
        with lane.turn():
            with lock:
                inside.add(number)
                most.append(len(inside))
            threading.Event().wait(0.01)
            with lock:
                inside.remove(number)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(10)))
    assert len(most) == 10
    assert max(most) == 2


def test_one_too_many_is_told_at_once():
    lane, working = filled()
    with pytest.raises(BusyError, match=BUSY), lane.turn():
        pass
    working.close()
    with lane.turn():
        pass


def test_a_turn_that_fails_leaves_room_for_the_next():
    lane = Lane(1, 0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), lane.turn():
            raise ZeroDivisionError
    with lane.turn():
        pass


def busy_part() -> None:
    import streamlit as st

    from pages.common.show_page import show_page, tells_faults
    from pages.common.turns import PHOTOS

    def answer() -> None:
        with PHOTOS.turn():
            st.write("The answer.")

    part = st.fragment(tells_faults(answer)) if st.session_state.get("as_part") else answer
    show_page(part)


@pytest.mark.parametrize("as_part", [False, True])
def test_a_page_says_that_many_wait_and_can_be_asked_again(monkeypatch, as_part):
    lane, working = filled()
    monkeypatch.setattr(turns, "PHOTOS", lane)
    shown = AppTest.from_function(busy_part, default_timeout=LONG)
    shown.session_state["as_part"] = as_part
    shown.run()
    assert not shown.exception
    assert [each.value for each in shown.warning] == [BUSY]
    assert not shown.markdown
    working.close()
    shown.button[0].click().run()
    assert not shown.warning
    assert shown.markdown[0].value == "The answer."


def test_photos_that_came_while_many_waited_are_kept_and_read_later(page, monkeypatch):
    page.run()
    lane, working = filled()
    monkeypatch.setattr("pages.common.choose_subject.PHOTOS", lane)
    upload(page, ("mine.jpg", photo(painted(13))))
    assert not page.exception
    assert [each.value for each in page.warning] == [BUSY]
    assert "own" not in page.session_state
    working.close()
    next(button for button in page.button if button.label == "Try again").click().run()
    assert not page.warning
    assert "In use: mine" in words(page)
    assert NAMES[13] in html(page)
