"""A great many photographs in parts: from folders, tables, object stores, Parquet of images.

The list of them is written down once, a row group for each part, so that no memory holds it and a
run that goes on finds the same parts.
"""

from __future__ import annotations

import glob
import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import partial
from itertools import groupby, islice
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pyarrow
import pyarrow.parquet

from geoloc_core.data.filling import NO_PLACE, filled
from geoloc_core.data.manifest import refuse
from geoloc_core.data.photo_stream import Found, Named, Read, files_in
from geoloc_core.data.store import (
    Store,
    StoreError,
    files_under,
    open_store,
    read_bytes,
    safe_address,
)
from geoloc_core.data.table import read_table
from geoloc_core.images.formats import SUFFIXES
from geoloc_core.images.photo import MAX_BYTES, Photo, PhotoError, read_photo, read_photo_file

IMAGE = "image"
"""The column of a Parquet file that holds images: bytes, or bytes and path as Hugging Face has."""

_PLAN = pyarrow.schema(
    [
        ("place", pyarrow.int32()),
        ("paths", pyarrow.list_(pyarrow.binary())),
        ("groups", pyarrow.list_(pyarrow.int32())),
    ]
)
_TABLES = (".parquet", ".csv")
_WILD = "*?["
_ROWS = 16  # images of a Parquet file that are in memory at a time


class Part(NamedTuple):
    """Photographs of one of the places that were asked for, `place` being its number.

    paths: of photos; or of one Parquet file of images, whose row groups are then in `groups`.
    """

    place: int
    paths: tuple[str, ...]
    groups: tuple[int, ...] = ()


class _Group(NamedTuple):
    """A row group of a Parquet file of images."""

    path: str
    number: int
    rows: int


def write_plan(places: Sequence[str], size: int, path: Path) -> tuple[int, str]:
    """Find the photographs in places and list them in parts of `size`; their number, a digest.

    A place is a photo, a folder of photos, a data set's table (.parquet or .csv), a Parquet file
    with a column `IMAGE`, a pattern (*, ?, [...]) of these, or the address of one (see `store`).
    Parts of a Parquet file of images are whole row groups. Raises UserError, in words, where there
    is nothing or it cannot be read.
    """
    digest, count = hashlib.sha256(), 0
    with pyarrow.parquet.ParquetWriter(path, _PLAN, compression="zstd") as writer:
        for part in _parts(places, size):
            row = part._asdict() | {
                "paths": [name.encode("utf-8", "surrogateescape") for name in part.paths]
            }
            digest.update(repr(row).encode())
            writer.write_table(pyarrow.Table.from_pylist([row], _PLAN))
            count += 1
    return count, digest.hexdigest()


def read_part(plan: pyarrow.parquet.ParquetFile, number: int) -> Part:
    """A part of what `write_plan` wrote."""
    (row,) = plan.read_row_group(number).to_pylist()
    paths = tuple(path.decode("utf-8", "surrogateescape") for path in row["paths"])
    return Part(row["place"], paths, tuple(row["groups"]))


def photos_in(part: Part, places: Sequence[str], folder: Path) -> Iterator[Found]:
    """The photographs of a part, to be read one after another.

    Paths of this machine start in `folder`, and are named as they were given.
    """
    place = places[part.place]
    store = open_store(place)
    if part.groups:
        (path,) = part.paths
        yield from _images(store, path if store.scheme else str(folder / path), part)
    for path in () if part.groups else part.paths:
        if store.scheme:
            yield Named(store.name(path), partial(_read_stored, store, path))
        else:
            yield Named(path, partial(read_photo_file, folder / path))


def _parts(places: Sequence[str], size: int) -> Iterator[Part]:
    for number, place in enumerate(places):
        for path, found in groupby(_listed(place), lambda one: getattr(one, "path", None)):
            if path is None:
                names = (str(one) for one in found)
                while some := tuple(islice(names, size)):
                    yield Part(number, some)
                continue
            groups: list[int] = []
            rows = 0
            for one in found:
                if groups and rows + one.rows > size:
                    yield Part(number, (path,), tuple(groups))
                    groups, rows = [], 0
                groups.append(one.number)
                rows += one.rows
            yield Part(number, (path,), tuple(groups))


def _listed(place: str) -> Iterator[Any]:
    """The paths of the photos in a place, and a `_Group` for each row group of images."""
    store = open_store(place)
    for path in _expanded(place, store):
        if path.lower().endswith(_TABLES):
            yield from _in_table(store, path)
        elif store.scheme:
            yield path
        else:
            for found in files_in([Path(path)]):
                if isinstance(found, Read):
                    raise PhotoError(f"{found.path}: {found.photo}")
                yield str(found)


def _expanded(place: str, store: Store) -> Iterator[str]:
    """The files that a place means; of this machine also folders."""
    marks = [store.root.find(mark) for mark in _WILD if mark in store.root]
    if not store.scheme:
        if not marks or Path(place).exists():
            yield place
            return
        paths: Iterable[str] = sorted(glob.iglob(place, recursive=True))
    elif marks:
        base = store.root[: min(marks)].rpartition("/")[0]
        paths = (path for path in files_under(store, base) if fnmatchcase(path, store.root))
    else:
        named = PurePosixPath(store.root).suffix.lower() in (*SUFFIXES, *_TABLES)
        paths = (
            path
            for path in files_under(store, store.root)
            if named or path.lower().endswith(tuple(SUFFIXES))
        )
    none = True
    for path in paths:
        none = False
        yield path
    if none:
        raise StoreError(f"There are no photos in {safe_address(place)}.")


def _in_table(store: Store, path: str) -> Iterator[Any]:
    """The photos that a data set's table lists, or the row groups of a file of images."""
    if path.lower().endswith(".parquet"):
        try:
            with _open(store, path) as file:
                schema, metadata = file.schema_arrow, file.metadata
        except (OSError, ValueError, pyarrow.ArrowException) as error:
            raise StoreError(f"{store.name(path)} is no Parquet file that can be read.") from error
        if IMAGE in schema.names:
            for number in range(metadata.num_row_groups):
                yield _Group(path, number, metadata.row_group(number).num_rows)
            return
    folder = path.rpartition("/")[0] if store.scheme else str(Path(path).parent)
    with tempfile.TemporaryDirectory() as here:
        table = Path(path)
        if store.scheme:
            table = Path(here, PurePosixPath(path).name)
            table.write_bytes(read_bytes(store, path))
        frame, faults = filled(read_table(table))
    refuse((each for each in faults if each.kind != NO_PLACE), store.name(path))
    yield from (
        f"{folder}/{file}" if store.scheme else str(Path(folder, file)) for file in frame["file"]
    )


def _open(store: Store, path: str) -> pyarrow.parquet.ParquetFile:
    at = path if store.scheme else str(Path(path).absolute())
    return pyarrow.parquet.ParquetFile(store.files.open_input_file(at))


def _images(store: Store, path: str, part: Part) -> Iterator[Found]:
    with _open(store, path) as file:
        columns = [name for name in (IMAGE, "file") if name in file.schema_arrow.names]
        starts = [
            sum(file.metadata.row_group(g).num_rows for g in range(group)) for group in part.groups
        ]
        for group, row in zip(part.groups, starts, strict=True):
            for batch in file.iter_batches(_ROWS, row_groups=[group], columns=columns):
                for each in batch.to_pylist():
                    image = each[IMAGE]
                    content, name = image, each.get("file")
                    if isinstance(image, dict):
                        content, name = image.get("bytes"), image.get("path") or name
                    name = str(name or f"{store.name(part.paths[0])}#{row}")
                    yield Named(name, partial(_read_given, content))
                    row += 1


def _read_given(content: Any) -> Photo:
    if not isinstance(content, bytes):
        raise PhotoError("There is no image in this row.")
    return read_photo(content)


def _read_stored(store: Store, path: str) -> Photo:
    try:
        content = read_bytes(store, path, MAX_BYTES + 1)
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise PhotoError("The file cannot be read from its store.") from error
    return read_photo(content)
