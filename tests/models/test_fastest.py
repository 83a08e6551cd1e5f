"""Which engine is chosen, and what is kept of the measurement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.engines import Engine
from geoloc_core.models.fastest import (
    Machine,
    choose_engine,
    describe_machine,
    fastest_engine,
    measure_times,
)
from geoloc_core.models.quantised import Quantised

MAKE = {"int8": lambda: "int8", "float": lambda: "float"}  # engines that are words


class Clock:
    """A machine that takes as long as this says, and how often it was asked."""

    def __init__(self) -> None:
        self.took = {"int8": 5.0, "float": 9.0}
        self.asked = 0

    def __call__(self, engines: dict, size: int) -> dict[str, float]:
        assert [*engines.values()] == ["int8", "float"]
        self.asked += 1
        return dict(self.took)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def machine(checkpoint: Checkpoint) -> Machine:
    return describe_machine(checkpoint)


@pytest.mark.parametrize(
    ("int8", "chosen"), [(5.0, "int8"), (8.1, "int8"), (8.5, "float"), (12.0, "float")]
)
def test_the_faster_is_taken_and_remembered(
    checkpoint: Checkpoint, machine: Machine, tmp_path: Path, clock: Clock, int8: float, chosen: str
) -> None:
    clock.took["int8"] = int8
    assert choose_engine(MAKE, machine, 96, tmp_path, clock) == chosen
    clock.took = {"int8": clock.took["float"], "float": int8}  # nobody asks again
    assert choose_engine(MAKE, machine, 96, tmp_path, clock) == chosen
    assert clock.asked == 1
    (kept,) = tmp_path.iterdir()
    record = json.loads(kept.read_text())
    assert record["weights"] == checkpoint.file_sha256
    assert record["ms"]["int8"] == int8


@pytest.mark.parametrize("what", ["cpu", "cores", "openvino", "weights"])
def test_another_machine_or_model_is_measured_anew(
    machine: Machine, tmp_path: Path, clock: Clock, what: str
) -> None:
    choose_engine(MAKE, machine, 96, tmp_path, clock)
    choose_engine(MAKE, machine | {what: "another"}, 96, tmp_path, clock)
    assert clock.asked == 2


@pytest.mark.parametrize("text", ["", "{", '{"ms": {"int8": 3}}', '{"ms": {"int8": "x"}}', "[]"])
def test_a_damaged_record_is_measured_anew(
    machine: Machine, tmp_path: Path, clock: Clock, text: str
) -> None:
    choose_engine(MAKE, machine, 96, tmp_path, clock)
    (kept,) = tmp_path.iterdir()
    kept.write_text(text)
    assert choose_engine(MAKE, machine, 96, tmp_path, clock) == "int8"
    assert clock.asked == 2
    assert json.loads(kept.read_text())["ms"]["float"] == 9.0


def test_without_a_place_to_write_to_nothing_is_kept(
    machine: Machine, tmp_path: Path, clock: Clock
) -> None:
    (tmp_path / "file").write_text("no folder")
    for number, folder in enumerate((None, tmp_path / "file" / "engines"), 1):
        assert choose_engine(MAKE, machine, 96, folder, clock) == "int8"
        assert clock.asked == number


def test_each_engine_is_timed_on_one_image(checkpoint: Checkpoint) -> None:
    seen = []
    engines = {name: lambda image, name=name: seen.append((name, image.shape)) for name in MAKE}
    took = measure_times(engines, 96)
    assert {*seen} == {("int8", (1, 96, 96, 3)), ("float", (1, 96, 96, 3))}
    assert all(milliseconds >= 0 for milliseconds in took.values())


def precision(engine: Engine) -> str:
    return engine.precision


def test_float_predicts_where_there_is_no_int8_or_a_gpu_or_it_does_not_load(
    checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    damaged = Quantised(tmp_path / "none.xml", checkpoint)
    assert precision(fastest_engine(checkpoint, lambda _: None)) != "int8"
    assert precision(fastest_engine(checkpoint, lambda _: damaged, gpu=lambda: True)) != "int8"
    assert precision(fastest_engine(checkpoint, lambda _: damaged, gpu=lambda: False)) != "int8"
