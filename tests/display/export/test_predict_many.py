from __future__ import annotations

import io
import json
import os
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from geoloc_core.display.export import predict_many, record
from geoloc_core.display.export.predict_many import print_predictions
from geoloc_core.display.export.record import json_lines, predict_files
from geoloc_core.images import photo


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked for; the photos whose names hold "bad" fail."""
    asked: list[str] = []

    def predict_files(
        found: list[Path], model: str, mask: str | None, *, signs: bool
    ) -> Iterator[dict]:
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


class Answering:
    """Stands in for a predictor: answers with the number of pixels."""

    def __init__(self, model: str) -> None:
        self.model = model

    def predict_each(self, photos: list[np.ndarray], mask: str | None) -> list[int]:
        return [pixels.size for pixels in photos]


def test_many_photos_take_no_more_memory_than_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A photo has 120 kB; `python -m bench stream` measures the same in a process of its own."""
    monkeypatch.setattr(record, "Predictor", Answering)
    monkeypatch.setattr(record, "prediction_record", lambda size, name: {name: size})
    monkeypatch.setattr(photo, "MAX_BYTES", 10_000)  # as much is set aside for every file
    first = tmp_path / "0000.jpg"
    Image.new("RGB", (200, 200)).save(first)
    for number in range(1, 600):
        (tmp_path / f"{number:04}.jpg").hardlink_to(first)
    peaks = []
    for count in (60, 600):
        paths = sorted(tmp_path.glob("*.jpg"))[:count]
        tracemalloc.start()
        answered = sum(len(text) > 0 for text in json_lines(predict_files(paths, "m")))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert answered == count
    assert peaks[1] < peaks[0] + 30 * 120_000  # 540 more were read
