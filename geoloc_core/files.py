"""Writing files whole or not at all, and telling one from another."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, then rename it into place.

    Whoever reads `path` sees the old file or the new one, never a part. If `write` raises, the
    temporary file is removed and `path` stays as it was; an OSError names `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno and error.filename in (None, name):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def file_sha256(path: Path) -> str:
    """The sha256 of a file's content, as hex digits; a file that did not change is not read again.

    Raises OSError.
    """
    seen = path.stat()
    return _sha256(path, seen.st_ino, seen.st_size, seen.st_mtime_ns)


@lru_cache(maxsize=1024)
def _sha256(path: Path, number: int, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
