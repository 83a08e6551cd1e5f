"""The passes of a scan: what is asked, counted, kept and used again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit.scan.parts import row_bands
from geoloc_core.audit.scan.passes import (
    FLOOR,
    PART_SIZE,
    Answers,
    Asked,
    Meter,
    log_probability,
    predicted,
    show,
)
from geoloc_core.audit.scan.probes import Probe, of_part, whole
from geoloc_core.audit.scan.properties import Shown, Signature
from geoloc_core.audit.scan.signatures import nothing

PROBES = [of_part(row_bands(2)[1]), whole()]
PAIRS = pd.DataFrame(
    [("a", "b", "who", "c", 2), ("b", "c", "whose", "a", 1)],
    columns=["file", "donor", "donor_uploader", "control", "target"],
)


class World:
    """Grey images; a network that gives class 2 to bright lower halves, and counts its images."""

    def __init__(self) -> None:
        self.pixels = {name: np.full((8, 8, 3), level, np.uint8) for name, level in LEVELS.items()}
        self.signature, self.tables = nothing(), None
        self.seen = self.batches = 0
        self.wanted: list[tuple[str, str, bool]] = []

    def shown(self, file: str, whose: str, control: bool) -> Shown:
        self.wanted.append((file, whose, control))
        return Shown(self.pixels[file], self.signature, self.tables)

    def predict(self, images: np.ndarray) -> np.ndarray:
        self.seen += len(images)
        self.batches += 1
        bright = images[:, 4:].mean(axis=(1, 2, 3)) / 255
        return np.stack([1 - bright - 0.01, np.full(len(images), 0.01), bright], axis=1)

    def asked(self, parts: Path | None = None, key: str = "") -> Asked:
        return Asked(self.predict, self.shown, parts, key, Meter(100, "", progress=False))


LEVELS = {"a": 20, "b": 240, "c": 40}


def test_answers_are_those_of_donor_and_control() -> None:
    world = World()
    asked = world.asked()
    answers = show(asked, PAIRS, PROBES)
    assert answers.nats.shape == answers.travelled.shape == (2, 2, 2)
    np.testing.assert_allclose(answers.nats[0, 0], np.log([240 / 255, 40 / 255]))
    np.testing.assert_array_equal(answers.travelled[0, 0], [1, 0])
    np.testing.assert_allclose(answers.nats[1], np.log(0.01))
    np.testing.assert_array_equal(answers.excess()[0, 0], [1, 1])
    assert world.seen == asked.meter.passes == 2 * 2 * 2
    assert asked.meter.left == 92
    assert world.wanted[:3] == [("a", "", False), ("b", "who", False), ("c", "who", True)]
    assert answers.excess()[1, 0, 0] == pytest.approx(np.log(240 / 40))


def test_the_answers_under_one_probe_are_its_column() -> None:
    nats, travelled = np.random.default_rng(0).random((2, 5, 3, 2))
    one = Answers(nats, travelled).of(1)
    np.testing.assert_array_equal(one.nats, nats[:, [1]])
    np.testing.assert_array_equal(one.travelled, travelled[:, [1]])


CHANGED = ["pixels", "shape", "signature", "tables", "target", "probe", "part", "key"]


@pytest.mark.parametrize("change", ["nothing", "damage", *CHANGED])
def test_only_the_same_is_used_again(change: str, tmp_path: Path) -> None:
    first = World()
    before = show(first.asked(tmp_path), PAIRS, PROBES)
    again, pairs, key, probes = World(), PAIRS, "", PROBES
    if change == "pixels":
        again.pixels["c"] = again.pixels["c"] + 1
    elif change == "shape":
        again.pixels["c"] = again.pixels["c"].reshape(16, 4, 3)  # of the same bytes
    elif change == "target":
        pairs = PAIRS.assign(target=[0, 1])
    elif change == "key":
        key = "other"
    elif change == "signature":
        again.signature = Signature(np.array([0.1, 0, -0.1]), nothing().field)
    elif change == "tables":
        again.tables = {0: [2] * 64}
    elif change == "probe":
        probes = [Probe("another", PROBES[0].apply, PROBES[0].part), PROBES[1]]
    elif change == "part":
        lower = replace(row_bands(2)[1], top=0.75)  # of the same name
        probes = [of_part(lower), PROBES[1]]
    elif change == "damage":
        (file,) = tmp_path.iterdir()
        file.write_bytes(file.read_bytes()[:40])
    asked = again.asked(tmp_path, key)
    after = show(asked, pairs, probes)
    assert asked.meter.passes == 8
    assert again.seen == (0 if change == "nothing" else 8)
    if change in ("nothing", "damage"):
        assert (after.nats == before.nats).all()


def test_images_of_several_sizes_are_each_answered_in_their_place() -> None:
    world = World()
    world.pixels["b"] = np.full((12, 6, 3), 240, np.uint8)
    said = predicted(world.predict, ["a", "b", "c"], world.shown, batch=3)
    np.testing.assert_allclose(said[:, 2], np.array([20, 240, 40]) / 255)
    assert world.batches == 2


def test_log_probabilities_have_a_floor() -> None:
    assert log_probability(np.array([0.0, 1.0])).tolist() == [FLOOR, 0.0]


def test_no_pairs_give_no_answers() -> None:
    assert show(World().asked(), PAIRS[:0], PROBES).nats.shape == (0, 2, 2)


def test_an_interrupted_run_goes_on_where_its_last_whole_part_ends(tmp_path: Path) -> None:
    pairs = pd.concat([PAIRS] * (PART_SIZE + 10), ignore_index=True)
    pairs["target"] = np.arange(len(pairs)) // PART_SIZE  # three parts, none like another
    first = World()

    def broken(images: np.ndarray) -> np.ndarray:
        if first.seen >= 4 * (PART_SIZE + 5):
            raise KeyboardInterrupt
        return first.predict(images)

    with pytest.raises(KeyboardInterrupt):
        show(replace(first.asked(tmp_path), predict=broken), pairs, PROBES)
    again = World()
    asked = again.asked(tmp_path)
    answers = show(asked, pairs, PROBES)
    assert again.seen == 4 * (len(pairs) - PART_SIZE)
    assert asked.meter.passes == 4 * len(pairs)
    assert (answers.nats == show(World().asked(), pairs, PROBES).nats).all()
