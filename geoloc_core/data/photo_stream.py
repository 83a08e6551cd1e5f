"""Many photographs, one after another: found in folders, decoded by threads ahead of their use.

Few are in memory at a time, however many there are.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from geoloc_core.images.formats import SUFFIXES
from geoloc_core.images.photo import Photo, PhotoError, read_photo_file

_AHEAD = 16  # photographs decoded before they are asked for
_MOST_THREADS = 4
_SECONDS = 0.2  # how soon a reader that nobody listens to any more ends


T = TypeVar("T")
U = TypeVar("U")


class Read(NamedTuple):
    """A file, or the name of what is none, and the photograph in it, or why there is none."""

    path: Path | str
    photo: Photo | PhotoError


class Named(NamedTuple):
    """A photograph that is no file here: its name, and what reads it or raises PhotoError."""

    name: str
    read: Callable[[], Photo]


Found = Path | Read | Named
"""What to read, or a file of which it is already known that it cannot be read."""


def files_in(paths: Iterable[Path]) -> Iterator[Path | Read]:
    """The files themselves, and of folders the photos in them and their folders, by name.

    In folders those whose name ends as a photo's does, hidden ones left out. A folder without any,
    or that cannot be read, is found as a `PhotoError`.
    """
    for path in paths:
        with suppress(OSError, ValueError):  # reading it will say what is wrong with it
            if path.is_dir():
                yield from _in_folder(path)
                continue
        yield path


def _in_folder(folder: Path) -> Iterator[Path | Read]:
    closed: list[OSError] = []
    empty = True
    for parent, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                empty = False
                yield Path(parent, name)
    for error in closed:
        sentence = PhotoError(f"The folder cannot be read: {error.strerror}.")
        yield Read(Path(os.fsdecode(error.filename or folder)), sentence)
    if empty and not closed:
        yield Read(folder, PhotoError("There are no photos in this folder."))


def read_ahead(found: Iterable[Found], most: int) -> Iterator[list[Read]]:
    """What was found, read in its order, as many at a time as are ready: 1 to `most`.

    Decoded in threads of its own, so that whatever uses the photographs seldom waits; and it never
    waits for a second one where only one was found so far, as when names come through a pipe.
    """
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    with (
        ThreadPoolExecutor(threads, "decode") as pool,
        _fed((pool.submit(_read, each) for each in found), _AHEAD) as ready,
    ):
        while True:
            item = ready.get()
            batch = []
            while isinstance(item, Future):
                batch.append(item.result())
                if len(batch) == most or ready.empty():
                    break
                item = ready.get()
            if batch:
                yield batch
            if isinstance(item, BaseException):
                raise item
            if isinstance(item, _End):
                return


def work_ahead(work: Callable[[T], U], items: Iterable[T], threads: int) -> Iterator[U]:
    """What `work` makes of each item, in order; so many threads are at the next ones meanwhile."""
    with (
        ThreadPoolExecutor(threads, "work") as pool,
        _fed((pool.submit(work, each) for each in items), 1) as ready,
    ):
        while isinstance(item := ready.get(), Future):
            yield item.result()
        if isinstance(item, BaseException):
            raise item


class _End:
    """Nothing comes after it."""


@contextmanager
def _fed(items: Iterable[T], most: int) -> Iterator[queue.Queue[T | BaseException | _End]]:
    """A queue that a thread fills with the items, then `_End` or what finding them raised.

    It holds at most so many. The thread ends with the block, or with the program where it waits.
    """
    ready: queue.Queue[T | BaseException | _End] = queue.Queue(most)
    stopped = threading.Event()

    def put(item: T | BaseException | _End) -> None:
        while not stopped.is_set():
            with suppress(queue.Full):
                return ready.put(item, timeout=_SECONDS)

    def feed() -> None:
        try:
            for each in items:
                put(each)
                if stopped.is_set():
                    return
            put(_End())
        except BaseException as error:  # the one who takes the items raises it
            put(error)

    threading.Thread(target=feed, name="find", daemon=True).start()
    try:
        yield ready
    finally:
        stopped.set()


def _read(found: Found) -> Read:
    if isinstance(found, Read):
        return found
    name, read = found if isinstance(found, Named) else (found, partial(read_photo_file, found))
    try:
        return Read(name, read())
    except PhotoError as error:
        return Read(name, error)
