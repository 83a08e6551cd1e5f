"""Networks in TorchScript archives. Such a file is a program: torch compiles it, Python never runs.

What the program could do beside computing is to read and write files; one that names such an
operator is refused. That it computes for ever cannot be seen beforehand.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from geoloc_core.models.adapters.card import Card, Told
from geoloc_core.models.adapters.files import archive_entries, digest_of, first_line
from geoloc_core.models.adapters.network import Network
from geoloc_core.models.tensors import CheckpointError

_TOUCHES_FILES = re.compile(rb"\b(save|from_file|load|open)\s*\(")
_OPERATORS = re.compile(rb"\bops\.(\w+)\.")
_KNOWN = {b"prim", b"aten", b"torchvision", b"quantized", b"_quantized"}
_MOST_CODE = 50 * 2**20  # bytes, unpacked


def torchscript_network(path: Path, told: Told) -> Network:
    """The network in a TorchScript archive. Raises `CheckpointError`, in words."""
    import torch

    import geoloc_core.models.torchvision_import  # noqa: F401  its operators may be in it

    _check_code(path)
    try:
        module = torch.jit.load(str(path), map_location="cpu").eval()  # type: ignore[no-untyped-call]
    except (RuntimeError, ValueError, OSError) as error:
        raise CheckpointError(
            f"{path.name} is no TorchScript that can be read: {first_line(error)}"
        ) from error
    from geoloc_core.models.adapters.torch_run import runner

    card = Card(**told)
    return Network(path.name, runner(module, card), card, digest_of(path, told))


def _check_code(path: Path) -> None:
    """Raise `CheckpointError` for a program with operators that do more than compute."""
    entries = archive_entries(path)
    code = [info for name, info in entries.items() if name.endswith(".py")]
    if sum(info.file_size for info in code) > _MOST_CODE:
        raise CheckpointError(f"{path.name} holds more than {_MOST_CODE >> 20} MB of program.")
    try:
        with zipfile.ZipFile(path) as archive:
            for info in code:
                text = archive.read(info)
                others = {each[1] for each in _OPERATORS.finditer(text)} - _KNOWN
                if _TOUCHES_FILES.search(text) or others:
                    raise CheckpointError(
                        f"{path.name} is a program that does more than compute, and is not run."
                    )
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError) as error:
        raise CheckpointError(
            f"{path.name} is no whole archive: it is cut short or damaged."
        ) from error
