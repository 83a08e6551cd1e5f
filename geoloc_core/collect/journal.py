"""What was answered in a data set's folder, one JSON line an answer: nothing is asked twice.

The first line says what the answers are to. A line that a kill cut short is dropped.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from geoloc_core.collect.asking import CollectError
from geoloc_core.data.table import PARQUET

NAME = "answers.jsonl"


class Journal:
    """Answers by the key of what was asked; make one with `open_journal`."""

    def __init__(self, file: IO[bytes], answers: dict[str, Any]) -> None:
        """Hold the answers that the file has."""
        self._file, self._answers = file, answers

    def get(self, key: str) -> Any:
        """What was answered, None where it was not asked."""
        return self._answers.get(key)

    def put(self, key: str, answer: Any) -> None:
        """Write down an answer; it is on the disk when this returns."""
        _write(self._file, [key, answer])
        self._answers[key] = answer


@contextmanager
def open_journal(folder: Path, settings: dict[str, Any]) -> Iterator[Journal]:
    """The journal of a folder, held for oneself; begun with `settings` where there is none.

    Raises `CollectError` where it was begun with others, another process holds it, or the folder
    holds a data set that was not collected.
    """
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
    except OSError as error:
        raise CollectError(f"{folder} cannot be written: {error.strerror}.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CollectError(f"Another process collects into {folder}.") from error
        lines = _whole_lines(file)
        try:
            begun, *answers = [json.loads(line) for line in lines] or [None]
            known = {str(key): answer for key, answer in answers}
        except (ValueError, TypeError) as error:
            raise CollectError(f"{path} is damaged: collect into another folder.") from error
        if begun is None:
            if (folder / PARQUET).exists():
                raise CollectError(f"{folder} holds another data set: use another folder.")
            _write(file, settings)
        elif begun != settings:
            raise CollectError(
                f"{folder} was begun with other settings ({_difference(begun, settings)}): use "
                "those, or another folder."
            )
        yield Journal(file, known)


def _whole_lines(file: IO[bytes]) -> list[bytes]:
    """The lines that end; what comes after them is cut off."""
    file.seek(0)
    content = file.read()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        file.truncate(len(whole))
    return whole.splitlines()


def _write(file: IO[bytes], what: Any) -> None:
    file.write(json.dumps(what).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _difference(begun: Any, settings: dict[str, Any]) -> str:
    if not isinstance(begun, dict):
        return "unknown ones"
    return ", ".join(name for name in settings if begun.get(name) != settings[name])
