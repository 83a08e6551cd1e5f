"""A data set from photographs on disk: their places from a table, the files, or their folders.

They are copied as they are, under names made of their content. The journal knows which file became
which copy: the same command reads only files that are new or were changed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from geoloc_core.collect.asking import CollectError
from geoloc_core.collect.journal import Journal, open_journal
from geoloc_core.collect.towns import Named, named_place
from geoloc_core.collect.words import one_line
from geoloc_core.data.filling import NO_PLACE, cells_of, filled, is_inside
from geoloc_core.data.manifest import outside_words, refuse, write_manifest
from geoloc_core.data.own_photos import place_of
from geoloc_core.data.photo_stream import Read, files_in
from geoloc_core.data.table import NEEDED, find_table, read_table, shown
from geoloc_core.files import write_whole
from geoloc_core.geography.grid import article_grid
from geoloc_core.images.formats import EXTENSIONS, format_of
from geoloc_core.images.photo import MAX_BYTES, PhotoError, read_photo

_SMALL = 64  # pixels, enough to see that a file can be decoded
_TEXTS = ("panorama", "uploader", "date", "source", "licence")


@dataclass(frozen=True)
class Gathered:
    """What a folder gave.

    images: copied, now or before; named: how many got the place of their folder's name, by place;
    left_out: a sentence for each file that is not taken; outside: one on images outside India, ""
    if there is none.
    """

    images: int
    named: dict[Named, int]
    left_out: tuple[str, ...]
    outside: str


def gather(
    folder: Path,
    out: Path,
    *,
    begin: Callable[[int], object] = lambda files: None,
    tell: Callable[[], object] = lambda: None,
) -> Gathered:
    """Copy the photographs in a folder, or those that its CSV table lists, with their places.

    A place is that of the table (see `find_table`), else that in the file, else the town or
    district that the nearest folder above is named by. `begin` is called with the number of files,
    `tell` for each. Raises `CollectError`, `ManifestError`.
    """
    _refuse_nested(folder, out)
    listed, left_out = _listed(folder)
    begin(len(listed))
    at = hashlib.sha256(bytes(folder.resolve())).hexdigest()[:16]
    rows: dict[str, dict[str, Any]] = {}
    named = Counter[Named]()
    with open_journal(out, {"version": 1, "source": "folder", "folder": at}) as journal:
        for each in listed.to_dict("records"):
            row: dict[str, Any] = {str(name): value for name, value in each.items()}
            file = str(row["file"])
            tell()
            try:
                copy, gps = _copied(journal, folder / file, file, out)
                if copy in rows:
                    raise PhotoError(f"It is a copy of {shown(rows[copy]['original'])}.")
                place = _placed(row, gps, folder.resolve().name)
            except PhotoError as error:
                left_out.append(f"{shown(file)}: {error}")
                continue
            if isinstance(place, Named):
                named[place] += 1
            rows[copy] = _row(row, copy, place)
        if not rows:
            first = f" {left_out[0]}" if left_out else ""
            raise CollectError(f"{folder} holds no photograph with a place.{first}")
        frame = pd.DataFrame(list(rows.values()))
        frame["cell"] = cells_of(frame, article_grid())
        write_manifest(out, frame)
    outside = outside_words(frame.assign(file=frame["original"]), frame["cell"].to_numpy())
    return Gathered(len(rows), dict(named), tuple(left_out), outside)


def _refuse_nested(folder: Path, out: Path) -> None:
    inner, outer = out.resolve(), folder.resolve()
    if inner.is_relative_to(outer) or outer.is_relative_to(inner):
        raise CollectError(f"{out} and {folder} lie in one another: give --out another folder.")


def _listed(folder: Path) -> tuple[pd.DataFrame, list[str]]:
    """The rows of the folder's table, or its photographs without places, and what is left out."""
    table = find_table(folder)
    if table is not None:
        frame, faults = filled(read_table(table))
        refuse((each for each in faults if each.kind != NO_PLACE), str(table))
        return frame, []
    files, left_out = [], []
    for each in files_in([folder]):
        if isinstance(each, Read):
            left_out.append(f"{shown(each.path)}: {each.photo}")
            continue
        file = each.relative_to(folder).as_posix()
        if is_inside(file) and _is_text(file):
            files.append(file)
        else:
            left_out.append(f"{shown(file)}: Its name cannot be kept: rename it.")
    if not files:
        raise CollectError(left_out[0])
    frame, _ = filled(pd.DataFrame({"file": files, **dict.fromkeys(NEEDED[1:], np.nan)}))
    return frame, left_out


def _is_text(name: str) -> bool:
    """Whether a file's name can be written down: not all that disks allow is Unicode."""
    return name.encode("utf-8", "ignore").decode() == name


def _copied(
    journal: Journal, path: Path, file: str, out: Path
) -> tuple[str, tuple[float, float] | None]:
    """The copy of a file in the data set, made if it is not there, and the place in the file."""
    try:
        if path.exists() and not path.is_file():  # a pipe might never end
            raise PhotoError("This is no file.")
        state = path.stat()
        key = f"{file} {state.st_size} {state.st_mtime_ns}"
        known = journal.get(key)
        if known and (out / known[0]).is_file():
            return known[0], known[1] and tuple(known[1])
        with path.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise PhotoError(f"The file cannot be read: {error.strerror}.") from error
    gps = read_photo(content, target=_SMALL).gps
    suffix = EXTENSIONS[format_of(content) or "JPEG"][0]
    copy = f"pictures/{hashlib.sha256(content).hexdigest()[:20]}.{suffix}"
    if not (out / copy).is_file():
        write_whole(out / copy, lambda temporary: temporary.write_bytes(content))
    journal.put(key, [copy, gps])
    return copy, gps


def _placed(
    row: dict[str, Any], gps: tuple[float, float] | None, top: str
) -> tuple[float, float] | Named:
    """Where a photograph was taken; `top` names the whole folder. Raises `PhotoError`."""
    place = (row["latitude"], row["longitude"])
    if np.isfinite(place).all():
        return place
    if gps:
        return gps
    above = (*PurePosixPath(row["file"]).parts[-2::-1], top)
    found = next(filter(None, map(named_place, above)), None)
    if found:
        return found
    raise PhotoError(f"It has no place, and '{shown(above[0])}' is no town or district known here.")


def _row(row: dict[str, Any], copy: str, place: tuple[float, float] | Named) -> dict[str, Any]:
    """A row of the manifest; `original` is the file that was copied."""
    latitude, longitude = place[-2:]
    if row["panorama"] == row["file"]:  # nobody named the place
        row["panorama"] = place.name if isinstance(place, Named) else place_of(latitude, longitude)
    texts = {name: one_line(row[name]) for name in _TEXTS}
    return (
        row
        | texts
        | {
            "file": copy,
            "latitude": latitude,
            "longitude": longitude,
            "source": texts["source"] or one_line(row["file"]),
            "original": row["file"],
        }
    )
