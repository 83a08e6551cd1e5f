"""Small photographs for tests."""

from __future__ import annotations

from pathlib import Path

from PIL import Image


def folder_of_photos(folder: Path, count: int) -> Path:
    """A folder of grey JPEGs, number k of brightness 20 k."""
    folder.mkdir()
    for k in range(count):
        Image.new("RGB", (32, 32), (20 * k,) * 3).save(folder / f"{k}.jpg")
    return folder
