"""The numbers that people read are the committed ones."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("numbers", ROOT / "tools" / "write_numbers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_documents_hold_the_committed_numbers(tool) -> None:
    for document in tool.DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        assert tool.with_numbers(text) == text, document.name
    assert tool.bench_table() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_changed_number_is_noticed(tool, monkeypatch: pytest.MonkeyPatch) -> None:
    text = tool.DOCUMENTS[0].read_text(encoding="utf-8")
    monkeypatch.setattr(tool, "TABLES", {"bench": lambda: "| another |"})
    assert tool.with_numbers(text) != text
