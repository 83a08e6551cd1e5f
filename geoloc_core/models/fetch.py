"""Downloading one large file: over https only, resumed where it stopped, whole or not at all."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import requests

from geoloc_core.files import file_sha256, write_whole
from geoloc_core.models.downloads import Download, DownloadError, partial_file, write_record
from geoloc_core.web import WebError, check_https, hops, host_of

_CHUNK = 1 << 20  # bytes
_SPARE = 64 << 20  # bytes that a download leaves free on the disk
_TOLERANCE = 0.1  # how far a size may be from the one expected
_SHA256 = re.compile(r'"?([0-9a-f]{64})"?')

Progress = Callable[[int, int], None]
"""Told bytes done and bytes in all."""


@dataclass(frozen=True)
class _Version:
    """Which file a server offers: its ETag and its size in bytes."""

    etag: str
    size: int


def fetch(
    download: Download, folder: Path, progress: Progress, *, plain_host: str | None = None
) -> Path:
    """Download a file into `folder` and give its path.

    What a broken download left is gone on with if the server offers the same file still. The
    content must have the size that the server says, about the expected one, and the sha256 if the
    server says one; its sha256 is written beside it. `plain_host`: a host that may be asked without
    encryption. Raises `DownloadError`, one sentence.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / download.file
        partial = partial_file(path)
        with partial.open("ab") as file, _alone(file, path):
            stated = _receive(download, file, partial, progress, plain_host)
            digest = file_sha256(partial)
            if stated not in (None, digest):
                _forget(partial)
                raise DownloadError(
                    f"What came of {download.file} has another sha256 than the server says: it was "
                    "changed or damaged on the way and is deleted. Try again."
                )
            write_record(path, download.url, digest)
            partial.replace(path)
            _version_file(partial).unlink(missing_ok=True)
            return path
    except WebError as error:
        raise DownloadError(str(error)) from error
    except requests.RequestException as error:
        raise DownloadError(
            f"The connection to {host_of(download.url)} failed or was cut: try again, the download "
            "goes on where it stopped."
        ) from error
    except OSError as error:
        raise DownloadError(f"{folder} cannot be written: {error.strerror or error}.") from error


def _receive(
    download: Download, file: IO[bytes], partial: Path, progress: Progress, plain_host: str | None
) -> str | None:
    """Bring the partial file to its whole size; the sha256 that the server says, if it does."""
    kept, had = _kept_version(partial), partial.stat().st_size
    headers = {"Accept-Encoding": "identity"}
    if kept is not None and had > 0:
        headers |= {"Range": f"bytes={had}-", "If-Range": kept.etag}
    with requests.Session() as session:
        answer, stated = _answer(session, download.url, headers, plain_host)
        with answer:
            other = answer.status_code == 416 or _version(answer) != kept
            if "Range" in headers and answer.status_code != 200 and other:  # no part of this file
                _version_file(partial).unlink(missing_ok=True)
                return _receive(download, file, partial, progress, plain_host)
            _check_answer(answer, download)
            version = _version(answer)
            if answer.status_code == 200:
                file.truncate(0)
                had = 0
            _check_size(version, download)
            _check_disk(version.size - had, partial)
            text = json.dumps(asdict(version))
            write_whole(_version_file(partial), lambda path: path.write_text(text))
            progress(had, version.size)
            for chunk in answer.iter_content(_CHUNK):
                if had == 0 and chunk.lstrip()[:1] == b"<":
                    _forget(partial)
                    raise _is_page(download)
                file.write(chunk)
                had += len(chunk)
                progress(min(had, version.size), version.size)
            file.flush()
    if had != version.size:
        _forget(partial)
        raise DownloadError(
            f"{had} bytes came of {download.file} and not {version.size}: try again."
        )
    return stated


def _answer(
    session: requests.Session, url: str, headers: dict[str, str], plain_host: str | None
) -> tuple[requests.Response, str | None]:
    """What is at the end of the redirects, and the sha256 that any of the answers says."""
    stated = None
    for answer in hops(session, url, headers, lambda address: check_https(address, plain_host)):
        said = _SHA256.fullmatch(answer.headers.get("X-Linked-ETag", ""))
        stated = said[1] if said else stated
    return answer, stated


def _check_answer(answer: requests.Response, download: Download) -> None:
    """Raise `DownloadError` for any answer that is not the file."""
    status = answer.status_code
    if status in (404, 410):
        raise DownloadError(f"There is no file at {download.url} any more.")
    if status not in (200, 206):
        raise DownloadError(
            f"{host_of(download.url)} refuses the download (status {status}): try again later."
        )
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        raise _is_page(download)


def _check_size(version: _Version, download: Download) -> None:
    if abs(version.size - download.size) > _TOLERANCE * download.size:
        raise DownloadError(
            f"{host_of(download.url)} offers {version.size} bytes as {download.file}, which should "
            f"have about {download.size}: it is another file."
        )


def _check_disk(missing: int, partial: Path) -> None:
    free = shutil.disk_usage(partial.parent).free
    if free < missing + _SPARE:
        raise DownloadError(
            f"The disk of {partial.parent} has {free >> 20} MiB free and the download needs "
            f"{(missing + _SPARE) >> 20}: make room, or name another folder in PATA_MODELS."
        )


def _is_page(download: Download) -> DownloadError:
    return DownloadError(
        f"{host_of(download.url)} sends a web page instead of {download.file}: a proxy or a log-in "
        "may stand in between."
    )


def _version(answer: requests.Response) -> _Version:
    """Which file an answer is of, or a part of."""
    whole = re.fullmatch(r"bytes \d+-\d+/(\d+)", answer.headers.get("Content-Range", ""))
    size = whole[1] if whole else answer.headers.get("Content-Length", "0")
    return _Version(answer.headers.get("ETag", ""), int(size) if size.isdecimal() else 0)


def _kept_version(partial: Path) -> _Version | None:
    """Which file the partial one is a part of; None where that is not known for sure."""
    try:
        kept: dict[str, Any] = json.loads(_version_file(partial).read_text())
        version = _Version(str(kept["etag"]), int(kept["size"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return version if version.etag and not version.etag.startswith("W/") else None


def _forget(partial: Path) -> None:
    for each in (partial, _version_file(partial)):
        each.unlink(missing_ok=True)


def _version_file(partial: Path) -> Path:
    return partial.with_name(partial.name + ".json")


@contextmanager
def _alone(file: IO[bytes], path: Path) -> Iterator[None]:
    """Hold the partial file for oneself: two downloads into it would mix."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise DownloadError(f"{path.name} is being downloaded already.") from error
    try:
        yield
    finally:
        if os.fstat(file.fileno()).st_size == 0:  # nothing to go on with
            _forget(partial_file(path))
