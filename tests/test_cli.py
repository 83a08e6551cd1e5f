"""The command line: what it prints and the exit status it ends with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geoloc_core import cli
from geoloc_core.model import record


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["geoloc_core", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_a_failed_photo_is_in_the_json_and_in_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def predict_files(paths: list[Path], model: str, mask: str | None) -> tuple[list, bool]:
        asked.append((paths, model, mask))
        return [{"photo": "a.jpg", "error": "No photo."}], True

    monkeypatch.setattr(record, "predict_files", predict_files)
    assert run(monkeypatch, "predict", "a.jpg", "--mask", "box", "--json") == 1
    assert asked == [([Path("a.jpg")], "masked", "box")]
    assert json.loads(capsys.readouterr().out) == [{"photo": "a.jpg", "error": "No photo."}]


def test_photos_that_all_work_end_with_status_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(record, "predict_files", lambda *_: ([], False))
    assert run(monkeypatch, "predict", "a.jpg", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["predict", "a.jpg", "--model", "nowhere.safetensors"], "nowhere.safetensors"),
        (["evaluate", "--data", "nowhere", "--model", "nowhere.safetensors"], "nowhere"),
        (["train", "--data", "nowhere", "--mask", "crop", "--out", "x.safetensors"], "manifest"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(
    words: list[str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, *words) == 2
    said = capsys.readouterr().err
    assert said.startswith("pata: ")
    assert sentence in said
    assert "Traceback" not in said


def test_help_does_not_wait_for_a_network_library() -> None:
    program = "import sys, geoloc_core.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
