"""The command `pata predict`: photos from files, folders and standard input, records to print."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from geoloc_core.data.photo_stream import Found, files_in
from geoloc_core.display.export.record import Record, predict_files
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.adapters.choice import Choice

STDIN = Path("-")


def print_predictions(
    paths: Iterable[Path],
    model: str | Choice,
    mask: Mask | None,
    form: Callable[[Iterable[Record]], Iterator[str]],
    *,
    signs: bool = False,
) -> bool:
    """Predict photos and print their records in a `form`; whether any could not be read.

    `paths` are files, folders, or "-" for their names on standard input, one a line. How far it is
    stands on standard error if that is a terminal; `signs` as in `predict_files`. Raises
    `CheckpointError` if the model cannot be used.
    """
    failed = False

    def counted(records: Iterable[Record], bar: tqdm[Any]) -> Iterator[Record]:
        nonlocal failed
        for record in records:
            failed |= "error" in record
            bar.update()
            yield record

    paths = list(paths)
    found: Iterable[Found] = files_in(_names(paths))
    total = None  # nobody knows how many names will come
    if STDIN not in paths:
        found = list(found)
        total = len(found)
    records = predict_files(found, model, mask, signs=signs)
    with tqdm(total=total, unit=" photos", disable=None, leave=False) as bar:
        for text in form(counted(records, bar)):
            with tqdm.external_write_mode():
                sys.stdout.write(text)
                sys.stdout.flush()
    return failed


def _names(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path != STDIN:
            yield path
            continue
        # a stream of its own: a thread that still waits for sys.stdin would spoil the program's end
        with open(sys.stdin.fileno(), "rb", closefd=False) as lines:
            for line in lines:
                name = os.fsdecode(line.rstrip(b"\r\n"))
                if name:
                    yield Path(name)
