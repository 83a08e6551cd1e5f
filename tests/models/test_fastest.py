"""Which engine is chosen, and what is kept of the measurement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geoloc_core.models import fastest
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.fastest import fastest_engine


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


class Clock:
    """A machine that takes as long as this says, and how often it was asked."""

    def __init__(self) -> None:
        self.took = {"int8": 5.0, "float": 9.0}
        self.asked = 0

    def __call__(self, engines: dict, size: int) -> dict[str, float]:
        self.asked += 1
        return dict(self.took)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Engines that are words."""
    clock = Clock()
    monkeypatch.setattr(fastest, "has_gpu", lambda: False)
    monkeypatch.setattr(fastest, "quantised_form", lambda checkpoint: "quantised")
    monkeypatch.setattr(fastest, "int8_engine", lambda quantised, cache: ("int8", cache))
    monkeypatch.setattr(fastest, "openvino_engine", lambda checkpoint, cache: ("float", cache))
    monkeypatch.setattr(fastest, "float_engine", lambda checkpoint: ("float", None))
    monkeypatch.setattr(fastest, "_measured", clock)
    return clock


@pytest.mark.parametrize(
    ("int8", "chosen"), [(5.0, "int8"), (8.1, "int8"), (8.5, "float"), (12.0, "float")]
)
def test_the_faster_is_taken_and_remembered(
    checkpoint: Checkpoint, home: Path, clock: Clock, int8: float, chosen: str
) -> None:
    clock.took["int8"] = int8
    expected = (chosen, home / "pata" / "compiled")
    assert fastest_engine(checkpoint) == expected
    clock.took = {"int8": clock.took["float"], "float": int8}  # nobody asks again
    assert fastest_engine(checkpoint) == expected
    assert clock.asked == 1
    (kept,) = (home / "pata" / "engines").iterdir()
    record = json.loads(kept.read_text())
    assert record["weights"] == checkpoint.file_sha256
    assert record["ms"]["int8"] == int8


@pytest.mark.parametrize("what", ["cpu", "cores", "openvino", "weights"])
def test_another_machine_is_measured_anew(
    checkpoint: Checkpoint,
    home: Path,
    clock: Clock,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fastest_engine(checkpoint)
    machine = fastest._machine(checkpoint) | {what: "another"}
    monkeypatch.setattr(fastest, "_machine", lambda checkpoint: machine)
    fastest_engine(checkpoint)
    assert clock.asked == 2


@pytest.mark.parametrize("text", ["", "{", '{"ms": {"int8": 3}}', '{"ms": {"int8": "x"}}', "[]"])
def test_a_damaged_record_is_measured_anew(
    checkpoint: Checkpoint, home: Path, clock: Clock, text: str
) -> None:
    fastest_engine(checkpoint)
    (kept,) = (home / "pata" / "engines").iterdir()
    kept.write_text(text)
    assert fastest_engine(checkpoint)[0] == "int8"
    assert clock.asked == 2
    assert json.loads(kept.read_text())["ms"]["float"] == 9.0


def test_without_a_home_to_write_to_nothing_is_kept(
    checkpoint: Checkpoint, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert fastest_engine(checkpoint) == ("int8", None)
    assert fastest_engine(checkpoint) == ("int8", None)
    assert clock.asked == 2


def test_float_predicts_where_there_is_no_int8_or_a_gpu_or_it_does_not_load(
    checkpoint: Checkpoint, home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fastest, "has_gpu", lambda: True)
    assert fastest_engine(checkpoint) == ("float", None)
    monkeypatch.setattr(fastest, "has_gpu", lambda: False)
    monkeypatch.setattr(fastest, "quantised_form", lambda checkpoint: None)
    assert fastest_engine(checkpoint) == ("float", None)

    def damaged(quantised: object, cache: object) -> None:
        raise RuntimeError("no model")

    monkeypatch.setattr(fastest, "quantised_form", lambda checkpoint: "quantised")
    monkeypatch.setattr(fastest, "int8_engine", damaged)
    assert fastest_engine(checkpoint) == ("float", None)
