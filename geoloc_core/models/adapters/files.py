"""What kind of file a model is, told from its content; what is never opened is refused here."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Literal

from geoloc_core.files import file_sha256
from geoloc_core.models.adapters.card import Told
from geoloc_core.models.tensors import CheckpointError
from geoloc_core.text import terminal_safe

MOST_BYTES = 8 * 2**30  # of a model's file, unpacked
_MOST_ENTRIES = 100_000  # of an archive

Kind = Literal["onnx", "safetensors", "torchscript", "exported"]

CONVERT = (
    'state = torch.load("{name}", map_location="cpu", weights_only=True)\n'
    'safetensors.torch.save_file({{k: v.contiguous() for k, v in state.items()}}, "{to}")'
)
"""The two lines of Python that turn a pickled state dict into safetensors."""


def kind_of(path: Path) -> Kind:
    """What kind of model a file is. Raises `CheckpointError`, in words, for a pickle and others."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}.") from error
    if size > MOST_BYTES:
        raise CheckpointError(f"{path.name} is larger than {MOST_BYTES >> 30} GB.")
    if start.startswith(b"PK\x03\x04"):
        return _kind_of_archive(path)
    if path.suffix == ".safetensors":
        return "safetensors"
    if path.suffix == ".onnx":
        return "onnx"
    if start[:1] == b"\x80" or path.suffix in (".pth", ".pt", ".pkl", ".bin", ".ckpt"):
        raise pickled(path)
    raise CheckpointError(
        f"{path.name} is no model that can be told: it may be .safetensors, .onnx, TorchScript, "
        "torch.export (.pt2), a folder of Hugging Face, or FILE.py:FUNCTION."
    )


def pickled(path: Path) -> CheckpointError:
    """The refusal of a pickle, with the lines that convert it where it is trusted."""
    name, to = terminal_safe(path.name), terminal_safe(f"{path.stem}.safetensors")
    return CheckpointError(
        f"{name} is a pickle, which can run any code and is never opened here; if you trust it, "
        f"convert it with these two lines of Python:\n{CONVERT.format(name=name, to=to)}"
    )


def archive_entries(path: Path) -> dict[str, zipfile.ZipInfo]:
    """The files in an archive of torch by name, its own folder left out.

    Raises `CheckpointError`, in words, where it is damaged, names a file twice, or would unpack to
    more than `MOST_BYTES`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise CheckpointError(
            f"{path.name} is no whole archive: it is cut short or damaged."
        ) from error
    entries = {info.filename.partition("/")[2]: info for info in infos}
    if len(entries) < len(infos) or len(infos) > _MOST_ENTRIES:
        raise CheckpointError(f"{path.name} is an archive as torch writes none.")
    if sum(info.file_size for info in infos) > MOST_BYTES:
        raise CheckpointError(f"{path.name} unpacks to more than {MOST_BYTES >> 30} GB.")
    return entries


def _kind_of_archive(path: Path) -> Kind:
    entries = archive_entries(path)
    if any(name.startswith("models/") for name in entries):
        return "exported"
    if "constants.pkl" in entries and any(name.startswith("code/") for name in entries):
        return "torchscript"
    raise pickled(path)


def digest_of(path: Path, told: Told) -> str:
    """What a cache knows a model by: its file's content and all that was told of it besides."""
    return hashlib.sha256(f"{file_sha256(path)} {sorted(told.items())}".encode()).hexdigest()


def first_line(error: Exception) -> str:
    """What an error of another library says, on one line that is not too long."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # OpenVINO says where in its own source an exception was raised before it says what is wrong
    telling = [line for line in lines if not line.startswith(("Exception from", "Check '"))]
    said = terminal_safe((telling or lines or [type(error).__name__])[0])
    return said if len(said) <= 200 else f"{said[:197]}..."
