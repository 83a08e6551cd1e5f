"""The files that ship with Pata: each is compared with its checksum before it is used.

assets/checksums.txt lists them as `sha256sum` does. A file that is not listed is used as it is, and
so is every file where the list itself is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from geoloc_core.errors import UserError
from geoloc_core.files import file_sha256
from geoloc_core.paths import ASSETS

T = TypeVar("T")

CHECKSUMS = ASSETS / "checksums.txt"
_DIGITS = 64  # of a sha256 in hex

_faults: dict[str, str] = {}


class AssetError(UserError):
    """A file that ships and is missing or changed; the message is the sentence to show."""


def intact(path: Path) -> Path:
    """The path of a file that ships, once its content has proved to be what the list says.

    It is read again only when it has changed. Raises `AssetError`.
    """
    name = path.relative_to(ASSETS).as_posix() if path.is_relative_to(ASSETS) else ""
    expected = checksums().get(name)
    if expected is None:
        return path
    try:
        found = "changed or damaged" if file_sha256(path) != expected else ""
    except OSError as error:
        found = "missing" if isinstance(error, FileNotFoundError) else "unreadable"
    if not found:
        _faults.pop(name, None)
        return path
    _faults[name] = (
        f"assets/{name} is {found}. Restore it with `git checkout assets/{name}`, or get Pata "
        "anew. If you made the file yourself, run `python tools/write_checksums.py`."
    )
    raise AssetError(_faults[name])


def unless_damaged(load: Callable[[], T], otherwise: T) -> T:
    """What `load` gives, or `otherwise` where a file that it needs is damaged: for decorations."""
    try:
        return load()
    except AssetError:
        return otherwise


def faults() -> tuple[str, ...]:
    """What was found wrong so far and not put right since, a sentence for each file."""
    for name in tuple(_faults):
        with suppress(AssetError):
            intact(ASSETS / name)
    return tuple(_faults.values())


def checksums() -> dict[str, str]:
    """The sha256 of every listed file by its path under assets/; lines cut short are left out."""
    try:
        return _checksums(CHECKSUMS.stat().st_mtime_ns)
    except OSError:
        return {}


@lru_cache(maxsize=1)
def _checksums(changed: int) -> dict[str, str]:
    text = CHECKSUMS.read_text(encoding="utf-8", errors="replace")
    pairs = (line.split("  ", 1) for line in text.splitlines())
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2 and len(pair[0]) == _DIGITS}
