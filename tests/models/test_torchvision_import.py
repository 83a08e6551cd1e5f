from __future__ import annotations

import subprocess
import sys

import torch

from geoloc_core.models import torchvision_import


def test_torchvision_imports_in_a_fresh_process() -> None:
    code = "import geoloc_core.models.torchvision_import, torchvision.models"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr


def test_operators_exist_whether_compiled_or_declared() -> None:
    for operator in ("nms", "qnms"):
        schema = torch._C._dispatch_find_schema_or_throw(f"torchvision::{operator}", "")
        assert schema is not None


def test_nothing_is_declared_where_the_extension_loads(monkeypatch) -> None:
    monkeypatch.setattr(torchvision_import, "_extension_loads", lambda: True)
    assert torchvision_import.declare_missing_operators() is None
