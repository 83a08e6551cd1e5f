"""Reading and writing tensors as safetensors: a format that holds numbers and no code.

Tensors are NumPy arrays here, so that predicting need not import torch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from geoloc_core.errors import UserError
from geoloc_core.files import write_whole

Array = NDArray[Any]


class CheckpointError(UserError):
    """A checkpoint that cannot be used; the message is the sentence to show."""


class Layout(NamedTuple):
    """What a network's file must hold: the shape of every tensor by name, and the head's name."""

    shapes: Mapping[str, tuple[int, ...]]
    head: str


def check_shapes(
    found: Mapping[str, Array], wanted: Mapping[str, tuple[int, ...]], backbone: str, file: str
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


def read_tensors(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """Read a safetensors file: its tensors by name, and its metadata decoded from JSON.

    Metadata that another program wrote as plain text stays text. Raises `CheckpointError` if the
    file is missing, cut short, or of another format. A pickle (`.pth`, `.pt`) is never opened,
    since opening one can run whatever code it holds.
    """
    if not path.is_file():
        raise CheckpointError(f"There is no file {path}.")
    try:
        with safe_open(path, framework="np") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            metadata = file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            f"{path.name} is no whole safetensors file: it is cut short, damaged or of another "
            "format. Pickled weights (.pth, .pt) are never opened."
        ) from error
    except TypeError as error:  # NumPy has no bfloat16
        raise CheckpointError(
            f"{path.name} holds bfloat16 or another kind of number that cannot be read here: save "
            "it as float32 or float16."
        ) from error
    return tensors, {key: _decoded(text) for key, text in metadata.items()}


def write_tensors(path: Path, tensors: Mapping[str, Array], metadata: Mapping[str, Any]) -> None:
    """Write tensors and JSON-able metadata to a safetensors file, whole or not at all."""
    plain = {name: np.asarray(tensor, order="C") for name, tensor in tensors.items()}
    texts = {key: json.dumps(value) for key, value in metadata.items()}
    write_whole(path, lambda temporary: save_file(plain, temporary, texts))


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
