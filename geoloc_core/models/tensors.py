"""Reading and writing tensors as safetensors: a format that holds numbers and no code.

Tensors are NumPy arrays here, so that predicting need not import torch.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from geoloc_core.errors import UserError
from geoloc_core.files import write_whole

Array = NDArray[Any]
T = TypeVar("T")

MOST_HEADER = 16 * 2**20  # bytes


class CheckpointError(UserError):
    """A checkpoint that cannot be used; the message is the sentence to show."""


class Layout(NamedTuple):
    """What a network's file must hold: the shape of every tensor by name, and the head's name."""

    shapes: Mapping[str, tuple[int, ...]]
    head: str


class Tensor(NamedTuple):
    """A tensor as a file's header describes it: kind of number (F16, I64, ...) and shape."""

    kind: str
    shape: tuple[int, ...]


class Header(NamedTuple):
    """What a safetensors file says before its numbers: tensors by name, metadata from JSON."""

    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, Any]


class _Shaped(Protocol):
    @property
    def shape(self) -> tuple[int, ...]: ...


def below(tensors: Mapping[str, T], prefix: str) -> dict[str, T]:
    """The tensors whose names begin with a prefix, by the rest of their names."""
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }


def check_shapes(
    found: Mapping[str, _Shaped], wanted: Mapping[str, tuple[int, ...]], backbone: str, file: str
) -> None:
    """Raise `CheckpointError` unless `found` holds every tensor of `wanted` in its shape."""
    for name, shape in wanted.items():
        if name not in found:
            raise CheckpointError(f"{file} holds no {backbone}: {name} is missing.")
        if found[name].shape != shape:
            raise CheckpointError(
                f"{file} holds no {backbone} of this kind: {name} is {found[name].shape}, "
                f"not {shape}."
            )


def check_numbers(tensors: Mapping[str, Array], file: str) -> None:
    """Raise `CheckpointError` for a tensor that holds a NaN or an infinite number."""
    for name, tensor in tensors.items():
        if not np.isfinite(tensor).all():
            raise CheckpointError(
                f"{file} cannot be used: {name} holds numbers that are not finite."
            )


def read_header(path: Path) -> Header:
    """Read what a safetensors file says before its numbers, and nothing else.

    Metadata that another program wrote as plain text stays text. Raises `CheckpointError` if the
    file is missing, cut short, of another format, or its header larger than `MOST_HEADER`.
    """
    with _opened(path) as file:
        slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118
        tensors = {
            name: Tensor(part.get_dtype(), tuple(part.get_shape())) for name, part in slices.items()
        }
        texts = file.metadata() or {}
    return Header(tensors, {key: _decoded(text) for key, text in texts.items()})


def read_tensors(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """Read a safetensors file: its tensors by name, and its metadata decoded from JSON.

    Raises `CheckpointError` as `read_header` does, and for kinds of numbers that NumPy lacks. A
    pickle (`.pth`, `.pt`) is never opened, since opening one can run whatever code it holds.
    """
    with _opened(path) as file:
        try:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except TypeError as error:  # NumPy has no bfloat16
            raise CheckpointError(
                f"{path.name} holds bfloat16 or another kind of number that cannot be read here: "
                "save it as float32 or float16."
            ) from error
        texts = file.metadata() or {}
    return tensors, {key: _decoded(text) for key, text in texts.items()}


def write_tensors(path: Path, tensors: Mapping[str, Array], metadata: Mapping[str, Any]) -> None:
    """Write tensors and JSON-able metadata to a safetensors file, whole or not at all.

    The same content gives the same bytes, so that a hash of the file tells what is in it.
    """
    plain = {name: np.asarray(tensor, order="C") for name, tensor in tensors.items()}
    texts = {key: json.dumps(value) for key, value in metadata.items()}

    def write(temporary: Path) -> None:
        try:
            save_file(plain, temporary, texts)
        except SafetensorError as error:  # the library's way to say what the system said
            full = f"os error {errno.ENOSPC}" in str(error)
            raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from error
        _sort_header(temporary)

    write_whole(path, write)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    if not path.is_file():
        raise CheckpointError(f"There is no file {path}.")
    try:
        with path.open("rb") as start:
            header = int.from_bytes(start.read(8), "little")
        if MOST_HEADER < header <= path.stat().st_size:
            raise CheckpointError(
                f"{path.name} cannot be used: its header is larger than {MOST_HEADER >> 20} MB."
            )
        with safe_open(path, framework="np") as file:
            yield file
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            f"{path.name} is no whole safetensors file: it is cut short, damaged or of another "
            "format. Pickled weights (.pth, .pt) are never opened."
        ) from error


def _sort_header(path: Path) -> None:
    """Put a file's metadata in order: the library writes them in another order each time."""
    with path.open("r+b") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
        text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
        if len(text) > length:
            raise AssertionError("the header is written as the library writes it")
        file.seek(8)
        file.write(text.ljust(length))


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
