"""Make `import torchvision` work beside a CPU-only torch.

The ordinary torchvision wheel is a CUDA build. Beside a CPU-only torch its compiled extension
cannot load, and torchvision's import then fails on two operators that nobody declared. Pata
calls no compiled operator of torchvision, so declaring the two is enough.

Import this module before torchvision, or before anything that imports it.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch

_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def _extension_loads() -> bool:
    package = importlib.util.find_spec("torchvision")
    if package is None or package.origin is None:
        raise ImportError("torchvision is not installed: pip install -r requirements.txt")
    try:
        torch.ops.load_library(Path(package.origin).with_name("_C.so"))  # type: ignore[no-untyped-call]
    except (ImportError, OSError):
        return False
    return True


def declare_missing_operators() -> torch.library.Library | None:
    """Declare torchvision's `nms` and `qnms` if its compiled extension cannot load.

    Returns the library that holds the declarations (they last as long as it does), or None where
    the extension loads and nothing is missing.
    """
    if _extension_loads():
        return None
    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for operator in ("nms", "qnms"):
        library.define(operator + _SIGNATURE)  # type: ignore[no-untyped-call]
    return library


OPERATORS = declare_missing_operators()
