from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from geoloc_core.data import photo_stream
from geoloc_core.data.photo_stream import Read, files_in, read_ahead, work_ahead
from geoloc_core.images.photo import Photo, PhotoError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b" / ".kept").mkdir(parents=True)
    for name in ("z.JPG", "b/a.png", "b/.hidden.png", "b/.kept/c.png", "b/2.webp", "note.txt"):
        Image.fromarray(np.zeros((4, 6, 3), np.uint8)).save(tmp_path / name, "PNG")
    return tmp_path


def test_a_folders_photos_are_found_by_name_and_files_as_they_are_named(folder: Path) -> None:
    note = folder / "note.txt"
    found = list(files_in([note, folder, folder / "gone.jpg"]))
    names = ["note.txt", "z.JPG", "b/2.webp", "b/a.png", "gone.jpg"]
    assert found == [folder / name for name in names]


def test_a_folder_without_photos_does_not_vanish(tmp_path: Path) -> None:
    (found,) = files_in([tmp_path])
    assert isinstance(found, Read)
    assert (found.path, str(found.photo)) == (tmp_path, "There are no photos in this folder.")


def test_a_folder_that_may_not_be_read_does_not_vanish(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def guarded(path: str) -> object:
        if path == str(folder / "b"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = list(files_in([folder]))
    assert found[0] == folder / "z.JPG"
    assert isinstance(found[1], Read)
    assert found[1].path == folder / "b"
    assert str(found[1].photo) == "The folder cannot be read: Permission denied."


def test_nothing_is_lost_and_the_order_is_kept(folder: Path) -> None:
    asked = list(files_in([folder, folder / "note.txt", folder / "gone.jpg"])) * 12
    batches = list(read_ahead(asked, 4))
    read = list(chain.from_iterable(batches))
    assert [each.path for each in read] == asked
    assert all(1 <= len(batch) <= 4 for batch in batches)
    for path, photo in read:
        assert isinstance(photo, PhotoError if path.name == "gone.jpg" else Photo)


def test_a_photo_is_there_before_the_next_is_named(folder: Path) -> None:
    """As with names that come through a pipe from someone who waits for each answer."""
    answered = threading.Event()

    def named() -> Iterator[Path]:
        yield folder / "z.JPG"
        assert answered.wait(30)
        yield folder / "b/a.png"

    stream = read_ahead(named(), 4)
    assert [each.path for each in next(stream)] == [folder / "z.JPG"]
    answered.set()
    assert [each.path for each in next(stream)] == [folder / "b/a.png"]
    assert list(stream) == []


def test_few_are_read_ahead(folder: Path) -> None:
    named = 0

    def names() -> Iterator[Path]:
        nonlocal named
        for _ in range(1000):
            named += 1
            yield folder / "z.JPG"

    stream = read_ahead(names(), 4)
    next(stream)
    stream.close()
    assert named <= 4 + photo_stream._AHEAD + 2


def test_what_fails_while_files_are_found_is_raised(folder: Path) -> None:
    def named() -> Iterator[Path]:
        yield folder / "z.JPG"
        raise RuntimeError("no more")

    stream = read_ahead(named(), 1)
    assert next(stream)[0].path == folder / "z.JPG"
    with pytest.raises(RuntimeError, match="no more"):
        next(stream)


def test_work_ahead_keeps_the_order_overlaps_and_raises_what_fails() -> None:
    both = threading.Barrier(2, timeout=30)

    def work(number: int) -> int:
        if number < 2:
            both.wait()  # passes only if two are at work at once
        if number == 5:
            raise RuntimeError("five")
        return number * number

    stream = work_ahead(work, iter(range(9)), threads=2)
    assert [next(stream) for _ in range(5)] == [0, 1, 4, 9, 16]
    with pytest.raises(RuntimeError, match="five"):
        next(stream)
    assert list(work_ahead(work, [], threads=2)) == []
