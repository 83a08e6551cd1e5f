"""What every file of a data set is, each read once: there or not, whole or not, like another."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from tqdm import tqdm

from geoloc_core.data.filling import is_inside
from geoloc_core.data.photo_stream import work_ahead
from geoloc_core.images.likeness import HASHED_SIDE, perceptual_hash
from geoloc_core.images.photo import MAX_BYTES, PhotoError, read_photo

_MOST_THREADS = 4


class Seen(NamedTuple):
    """A file: whether it is there, why it is no image ("" if it is one), and two fingerprints.

    digest: the sha256 of its content, "" if it is no image; code: its `perceptual_hash`, else 0.
    """

    there: bool
    wrong: str
    digest: str = ""
    code: int = 0


def look_at(folder: Path, files: Sequence[str], *, progress: bool = True) -> pd.DataFrame:
    """Read each file under a folder: a row each, its columns those of `Seen`."""
    paths = (folder / file if is_inside(file) else None for file in files)
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    seen = list(
        tqdm(
            work_ahead(_look, paths, threads),
            "files",
            total=len(files),
            unit=" images",
            disable=None if progress else True,
        )
    )
    frame = pd.DataFrame(seen, columns=list(Seen._fields))
    return frame.astype({"there": bool, "wrong": str, "digest": str, "code": "uint64"})


def _look(path: Path | None) -> Seen:
    try:
        if path is None or not path.is_file():
            return Seen(False, "")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        # small decoding takes a fraction of the time
        pixels = read_photo(content, target=4 * HASHED_SIDE).pixels
    except PhotoError as error:
        return Seen(True, str(error))
    except (OSError, ValueError) as error:
        return Seen(True, f"It cannot be read: {getattr(error, 'strerror', None) or error}.")
    return Seen(True, "", hashlib.sha256(content).hexdigest(), perceptual_hash(pixels))
