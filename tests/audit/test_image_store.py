from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from geoloc_core.audit.image_store import ImageStore
from geoloc_core.data.manifest import ManifestError
from geoloc_core.images.photo import Photo, read_photo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((8, 9, 3), 10 * number, np.uint8))
    return tmp_path


def test_what_is_asked_for_again_is_neither_read_nor_decoded_again(folder: Path) -> None:
    read: list[str] = []
    decoded: list[bytes] = []

    def reading(path: Path) -> bytes:
        read.append(path.name)
        return path.read_bytes()

    def decoding(content: bytes) -> Photo:
        decoded.append(content)
        return read_photo(content)

    images = ImageStore(folder, again=["0.png"], read=reading, decode=decoding)
    for _ in range(2):
        assert (images.pixels("0.png") == 0).all()
        assert (images.pixels("1.png") == 10).all()
        assert images.encoded("0.png") == (folder / "0.png").read_bytes()
    assert read == ["0.png", "1.png"]
    assert len(decoded) == 3  # only what is named beforehand stays decoded
    images.encoded("2.png")
    images.encoded("2.png")
    assert read.count("2.png") == 2  # nothing is kept of what is only looked over


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "1.png").write_bytes(b"no image")
    images = ImageStore(folder)
    for file in ("1.png", "absent.png"):
        with pytest.raises(ManifestError, match=rf"{file} cannot be read"):
            images.pixels(file)


def test_what_would_not_fit_into_memory_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geoloc_core.audit.image_store.MOST", 1000)
    opened = []

    def read(path: Path) -> bytes:
        opened.append(path.name)
        return path.read_bytes()

    pixels = np.zeros((4, 4, 3), np.uint8)
    for name, size in (("small.png", 0), ("large.png", 2000)):
        content = cv2.imencode(".png", pixels)[1].tobytes() + bytes(size)
        (tmp_path / name).write_bytes(content)
    images = ImageStore(tmp_path, read=read)
    for name in ("small.png", "large.png"):
        assert (images.pixels(name) == images.pixels(name)).all()
        images.digest(name)
    assert opened == ["small.png", "large.png", "large.png", "large.png"]
