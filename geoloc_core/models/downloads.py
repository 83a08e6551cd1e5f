"""Model files that a visitor downloads: which there are, where they lie, whether they are whole.

A file lies in the folder `PATA_MODELS`, or where the variable is not set in `models` below
`cache_folder()`; `PATA_MODELS` may also name a file that the visitor already has. Beside a
downloaded file NAME lies NAME.json, with the sha256 that it had then. `fetch` downloads.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geoloc_core.catalogue import GEOCLIP
from geoloc_core.errors import UserError
from geoloc_core.files import file_sha256, write_whole
from geoloc_core.models.tensors import CheckpointError
from geoloc_core.paths import cache_folder
from geoloc_core.text import terminal_safe

FOLDER_VARIABLE = "PATA_MODELS"


class DownloadError(UserError):
    """A download that failed; the message is the sentence to show."""


@dataclass(frozen=True)
class Download:
    """A file to download: its name here, its address, its size in bytes, about, its licence."""

    file: str
    url: str
    size: int
    licence: str


_GEOCLIP_URL = "https://huggingface.co/Xenova/geoclip-large-patch14/resolve/main/onnx/"

DOWNLOADS = {
    GEOCLIP: {
        "int8": Download(
            "vision_model_int8.onnx", _GEOCLIP_URL + "vision_model_int8.onnx", 307_000_000, "MIT"
        ),
        "fp16": Download(
            "vision_model_fp16.onnx", _GEOCLIP_URL + "vision_model_fp16.onnx", 611_000_000, "MIT"
        ),
    }
}
"""The files of each model by precision. One of them is enough."""


def check_name(model: str) -> None:
    """Raise `DownloadError` unless `model` is one that can be downloaded."""
    if model not in DOWNLOADS:
        raise DownloadError(
            f"There is no model {terminal_safe(model)!r} to download, only: {', '.join(DOWNLOADS)}."
        )


def models_folder() -> Path:
    """The folder of the downloaded files. Raises `DownloadError` where there is none to write."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named).expanduser()
    folder = cache_folder()
    if folder is None:
        raise DownloadError(
            "There is no folder to keep models in: name one in the environment variable "
            f"{FOLDER_VARIABLE}."
        )
    return folder / "models"


def found_file(model: str) -> Path | None:
    """The file of a model, the more precise of two; None where there is none.

    A file that `PATA_MODELS` names is that of any model.
    """
    try:
        folder = models_folder()
    except DownloadError:
        return None
    files = sorted(DOWNLOADS[model].values(), key=lambda one: one.size, reverse=True)
    try:
        if folder.is_file():
            return folder
        return next((folder / one.file for one in files if (folder / one.file).is_file()), None)
    except OSError:  # a folder that may not be read holds nothing for us
        return None


def installed_file(model: str) -> Path:
    """The file of a model, checked against the sha256 that it had when it was downloaded.

    A file that came another way has none and is taken as it is. Raises `CheckpointError` where
    there is no file, or it is not what was downloaded.
    """
    path = found_file(model)
    if path is None:
        raise CheckpointError(
            f"The model '{model}' must be downloaded first: `pata models get {model}`, which says "
            f"its size and licence and asks; or name a file that you have in {FOLDER_VARIABLE}."
        )
    stat = path.stat()
    _check(path, stat.st_size, stat.st_mtime_ns)
    return path


def recorded_sha256(path: Path) -> str | None:
    """The sha256 that a file had when it was downloaded; None for one that came another way."""
    try:
        record: dict[str, Any] = json.loads(_record(path).read_text(encoding="utf-8"))
        return str(record["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def hash_words(path: Path) -> str:
    """What is known of the sha256 of a file that is, or is to be, at `path`."""
    return recorded_sha256(path) or (
        "the publisher's page shows it; written down at the download, checked at each use after it"
    )


def write_record(path: Path, url: str, sha256: str) -> None:
    """Write down where a file is from, and its sha256."""
    text = json.dumps({"url": url, "sha256": sha256}, indent=2) + "\n"
    write_whole(_record(path), lambda file: file.write_text(text, encoding="utf-8"))


def partial_file(path: Path) -> Path:
    """Where a download that is not yet whole is kept."""
    return path.with_name(path.name + ".part")


def remove(model: str) -> list[Path]:
    """Delete a model's files, whole or partial, from `models_folder`; those that were there.

    A file that `PATA_MODELS` names is the visitor's own and is left. Raises `DownloadError` where
    the folder does not allow it.
    """
    paths = [models_folder() / one.file for one in DOWNLOADS[model].values()]
    try:
        removed = [file for path in paths for file in (path, partial_file(path)) if file.is_file()]
        for file in removed:
            file.unlink()
            _record(file).unlink(missing_ok=True)
    except OSError as error:
        raise _closed(models_folder(), error) from error
    return removed


def is_here(download: Download) -> bool:
    """Whether a file lies in `models_folder`, or that is a file itself. Raises `DownloadError`."""
    folder = models_folder()
    try:
        return folder.is_file() or (folder / download.file).is_file()
    except OSError as error:
        raise _closed(folder, error) from error


def _closed(folder: Path, error: OSError) -> DownloadError:
    return DownloadError(
        f"The folder {folder} cannot be used ({error.strerror}): name another in the environment "
        f"variable {FOLDER_VARIABLE}."
    )


def _record(path: Path) -> Path:
    return path.with_name(path.name + ".json")


@cache
def _check(path: Path, size: int, changed: int) -> None:
    """Once for a file as it is: of this size in bytes, changed at this time."""
    wanted = recorded_sha256(path)
    if wanted is not None and file_sha256(path) != wanted:
        raise CheckpointError(
            f"{path.name} is not what was downloaded, its sha256 has changed: remove it by "
            "`pata models remove` and download it again."
        )
