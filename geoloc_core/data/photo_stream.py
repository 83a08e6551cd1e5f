"""Many photographs, one after another: found in folders, decoded by threads ahead of their use.

Few are in memory at a time, however many there are.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from geoloc_core.images.photo import Photo, PhotoError, read_photo_file

SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"))
_AHEAD = 16  # photographs decoded before they are asked for
_MOST_THREADS = 4
_SECONDS = 0.2  # how soon a reader that nobody listens to any more ends


class Read(NamedTuple):
    """A file and the photograph in it, or why there is none."""

    path: Path
    photo: Photo | PhotoError


Found = Path | Read
"""A file to read, or one of which it is already known that it cannot be read."""


def files_in(paths: Iterable[Path]) -> Iterator[Found]:
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


def _in_folder(folder: Path) -> Iterator[Found]:
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
    ready: queue.Queue[Future[Read] | BaseException | None] = queue.Queue(_AHEAD)
    stopped = threading.Event()
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    with ThreadPoolExecutor(threads, "decode") as pool:

        def put(item: Future[Read] | BaseException | None) -> None:
            while not stopped.is_set():
                with suppress(queue.Full):
                    return ready.put(item, timeout=_SECONDS)

        def feed() -> None:
            try:
                for each in found:
                    if stopped.is_set():
                        return
                    put(pool.submit(_read, each))
                put(None)
            except BaseException as error:  # the one who reads raises it
                put(error)

        threading.Thread(target=feed, name="find", daemon=True).start()
        try:
            yield from _batches(ready, most)
        finally:
            stopped.set()


def _batches(
    ready: queue.Queue[Future[Read] | BaseException | None], most: int
) -> Iterator[list[Read]]:
    while True:
        item = ready.get()
        batch = []
        while isinstance(item, Future):
            batch.append(item.result())
            if len(batch) == most:
                break
            try:
                item = ready.get_nowait()
            except queue.Empty:
                break
        if batch:
            yield batch
        if isinstance(item, BaseException):
            raise item
        if item is None:
            return


def _read(found: Found) -> Read:
    if isinstance(found, Read):
        return found
    try:
        return Read(found, read_photo_file(found))
    except PhotoError as error:
        return Read(found, error)
