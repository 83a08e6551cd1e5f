"""Files in a folder or an object store: a path, or an address such as s3://bucket/folder.

pyarrow reads addresses of file, s3, gs, abfs and hdfs, fsspec any other. What an address says
beside the place (keys, endpoints) is used and never told.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pyarrow
import pyarrow.fs

from geoloc_core.errors import UserError
from geoloc_core.files import write_whole


class StoreError(UserError):
    """A store that cannot be used; its message is the sentence to show."""


class Store(NamedTuple):
    """A place in a file system: root is its path there, scheme "" for a path of this machine."""

    files: Any
    root: str
    scheme: str

    def name(self, path: str) -> str:
        """What a file is called in records: its address without keys, or its path."""
        return f"{self.scheme}://{path}" if self.scheme else path


def is_address(place: str) -> bool:
    """Whether a place is an address and no path."""
    return "://" in place


def safe_address(place: str) -> str:
    """An address as it may be told: without user, password and settings."""
    if not is_address(place):
        return place
    scheme, _, rest = place.partition("?")[0].partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def open_store(place: str) -> Store:
    """The store of a place. Raises StoreError, in words."""
    if not is_address(place):
        return Store(pyarrow.fs.LocalFileSystem(), str(Path(place).absolute()), "")
    scheme = place.partition("://")[0]
    try:
        try:
            files, root = pyarrow.fs.FileSystem.from_uri(place)
        except pyarrow.ArrowInvalid:  # no scheme of pyarrow's
            import fsspec

            known, root = fsspec.core.url_to_fs(place)
            files = pyarrow.fs.PyFileSystem(pyarrow.fs.FSSpecHandler(known))
    except (OSError, ValueError, ImportError, pyarrow.ArrowException) as error:
        raise unusable(place, error) from None
    return Store(files, root.rstrip("/"), scheme)


def files_under(store: Store, root: str) -> Iterator[str]:
    """The paths of all files under a path, sorted, hidden ones left out; itself if it is a file.

    Raises StoreError if there is nothing or it cannot be read.
    """
    try:
        (info,) = store.files.get_file_info([root])
        if info.type == pyarrow.fs.FileType.File:
            yield root
            return
        found = store.files.get_file_info(pyarrow.fs.FileSelector(root, recursive=True))
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise unusable(store.name(root), error) from None
    under = len(root)
    for path in sorted(each.path for each in found if each.type == pyarrow.fs.FileType.File):
        if not any(part.startswith(".") for part in path[under:].split("/")):
            yield path


def read_bytes(store: Store, path: str, most: int = -1) -> bytes:
    """A file's content, at most so many bytes. Raises OSError."""
    with store.files.open_input_stream(path) as file:
        return bytes(file.read(None if most < 0 else most))


def write_bytes(store: Store, name: str, content: bytes) -> None:
    """Write a file under a store's root, whole or not at all. Raises OSError."""
    path = f"{store.root}/{name}"
    if isinstance(store.files, pyarrow.fs.LocalFileSystem):
        write_whole(Path(path), partial(_put, content))
        return
    with store.files.open_output_stream(path) as file:  # there only once it is closed
        file.write(content)


def names_in(store: Store) -> set[str]:
    """The names of the files right under a store's root; none where it is not there yet."""
    found = store.files.get_file_info(pyarrow.fs.FileSelector(store.root, allow_not_found=True))
    return {each.base_name for each in found if each.type == pyarrow.fs.FileType.File}


def has(store: Store, name: str) -> bool:
    """Whether a file is there under a store's root."""
    (info,) = store.files.get_file_info([f"{store.root}/{name}"])
    return bool(info.type == pyarrow.fs.FileType.File)


def unusable(place: str, error: Exception) -> StoreError:
    """The error to raise for a place that cannot be used, in words and without its keys."""
    told, reason = safe_address(place), getattr(error, "strerror", None) or str(error)
    secret = urlsplit(place).password if is_address(place) else None
    for hidden, instead in ((place, told), (secret, "...")):
        reason = reason.replace(hidden, instead) if hidden else reason
    first = reason.strip().partition("\n")[0].rstrip(".")
    return StoreError(f"{told} cannot be used: {first}.")


def _put(content: bytes, path: Path) -> None:
    path.write_bytes(content)
