"""The passes of a scan: what is asked, counted, kept and used again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit.scan.parts import row_bands
from geoloc_core.audit.scan.passes import FLOOR, Asked, Meter, log_probability, predicted, show
from geoloc_core.audit.scan.probes import of_part, whole
from geoloc_core.audit.scan.properties import Shown
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
        self.seen = 0

    def shown(self, file: str, whose: str, control: bool) -> Shown:
        return Shown(self.pixels[file], nothing())

    def predict(self, images: np.ndarray) -> np.ndarray:
        self.seen += len(images)
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


@pytest.mark.parametrize("change", ["nothing", "pixels", "key", "target", "damage"])
def test_only_the_same_is_used_again(change: str, tmp_path: Path) -> None:
    first = World()
    before = show(first.asked(tmp_path), PAIRS, PROBES)
    again, pairs, key = World(), PAIRS, ""
    if change == "pixels":
        again.pixels["c"] = again.pixels["c"] + 1
    elif change == "target":
        pairs = PAIRS.assign(target=[0, 1])
    elif change == "key":
        key = "other"
    elif change == "damage":
        (file,) = tmp_path.iterdir()
        file.write_bytes(file.read_bytes()[:40])
    asked = again.asked(tmp_path, key)
    after = show(asked, pairs, PROBES)
    assert asked.meter.passes == 8
    assert again.seen == (0 if change == "nothing" else 8)
    if change in ("nothing", "damage"):
        assert (after.nats == before.nats).all()


def test_images_of_several_sizes_are_each_answered_in_their_place() -> None:
    world = World()
    world.pixels["b"] = np.full((12, 6, 3), 240, np.uint8)
    said = predicted(world.predict, ["a", "b", "c"], world.shown, batch=3)
    np.testing.assert_allclose(said[:, 2], np.array([20, 240, 40]) / 255)


def test_log_probabilities_have_a_floor() -> None:
    assert log_probability(np.array([0.0, 1.0])).tolist() == [FLOOR, 0.0]


def test_no_pairs_give_no_answers() -> None:
    assert show(World().asked(), PAIRS[:0], PROBES).nats.shape == (0, 2, 2)
