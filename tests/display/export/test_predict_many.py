from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from geoloc_core.display.export import predict_many
from geoloc_core.display.export.predict_many import print_predictions
from geoloc_core.display.export.record import json_lines


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked for; the photos whose names hold "bad" fail."""
    asked: list[str] = []

    def predict_files(found: list[Path], model: str, mask: str | None) -> Iterator[dict]:
        for path in found:
            asked.append(os.fspath(path))
            yield {"photo": str(path)} | ({"error": "Bad."} if "bad" in path.name else {})

    monkeypatch.setattr(predict_many, "predict_files", predict_files)
    return asked


def test_names_come_from_standard_input_between_others(
    answered: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "c.jpg").touch()
    names = tmp_path / "names"
    names.write_bytes(b"one.jpg\r\n\nb\xff.jpg\n" + os.fsencode(folder))
    with names.open() as lines:
        monkeypatch.setattr(sys, "stdin", lines)
        paths = [Path("first.jpg"), Path("-"), Path("last.jpg")]
        assert not print_predictions(paths, "m", None, json_lines)
    expected = ["first.jpg", "one.jpg", "b\udcff.jpg", str(folder / "c.jpg"), "last.jpg"]
    assert answered == expected
    said = capsys.readouterr()
    assert [json.loads(line)["photo"] for line in said.out.splitlines()] == expected
    assert said.err == ""


def test_one_bad_photo_is_told(answered: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert print_predictions([Path("bad.jpg"), Path("a.jpg")], "m", None, json_lines)
    assert len(capsys.readouterr().out.splitlines()) == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_stands_on_a_terminals_standard_error_alone(
    answered: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    print_predictions([Path("a.jpg"), Path("b.jpg")], "m", None, json_lines)
    assert "/2 " in terminal.getvalue()
    assert "photos" in terminal.getvalue()
    assert len(capsys.readouterr().out.splitlines()) == 2
