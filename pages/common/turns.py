"""Turns: few visitors' photos are worked on at once, some wait, and more are asked to come again.

Side by side, many photos would take longer in all, and the memory of each would add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

from geoloc_core.errors import UserError

BUSY = "Many visitors are waiting for an answer at the moment. Try again in a moment."


class BusyError(UserError):
    """As many wait as can be served soon."""

    def __init__(self) -> None:
        """Say it in the one sentence that visitors are told."""
        super().__init__(BUSY)


class Lane:
    """How many do one kind of work at once, and how many more may wait for their turn."""

    def __init__(self, at_once: int, waiting: int) -> None:
        """Nobody works and nobody waits."""
        self._work = Semaphore(at_once)
        self._room = Semaphore(at_once + waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Do something once its turn has come. Raises `BusyError` at once where too many wait.

        What is done must not ask for another turn: it could wait for itself.
        """
        if not self._room.acquire(blocking=False):
            raise BusyError
        try:
            with self._work:
                yield
        finally:
            self._room.release()


PHOTOS = Lane(at_once=2, waiting=30)  # to decode a photo or to ask a network: parts of a second
RENDERED = Lane(at_once=1, waiting=30)  # to render an image: the same, the first one half a minute
LONG = Lane(at_once=1, waiting=2)  # to cover a photo part by part: a minute
