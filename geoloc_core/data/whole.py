"""Whether files are whole images, told from their ends, before hours are spent on them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from geoloc_core.data.table import ManifestError, shown
from geoloc_core.images.photo import PhotoError, read_photo_file

_ENDS = {b"\xff\xd8\xff": b"\xff\xd9", b"\x89PNG": b"IEND\xae\x42\x60\x82"}
"""The last bytes of a JPEG and of a PNG by their first ones."""


def refuse_broken(paths: Sequence[Path]) -> None:
    """Raise ManifestError, naming the first, if a file is missing or cut short.

    A file that ends as an image does is not decoded: this takes some 20 microseconds for each.
    """
    broken = [(path, wrong) for path in paths if (wrong := _wrong_with(path))]
    if broken:
        path, wrong = broken[0]
        others = f" So it is with {len(broken) - 1} other files." if len(broken) > 1 else ""
        raise ManifestError(f"{shown(path)} cannot be read: {wrong}{others}")


def _wrong_with(path: Path) -> str:
    """Why a file is no image, "" if it seems to be one."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            file.seek(-min(8, file.seek(0, os.SEEK_END)), os.SEEK_END)
            end = file.read()
            if any(start.startswith(a) and end.endswith(z) for a, z in _ENDS.items()):
                return ""
        read_photo_file(path, target=64)
    except PhotoError as error:
        return str(error)
    except OSError as error:
        return f"{error.strerror}."
    return ""
