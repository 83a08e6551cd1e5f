"""From answers to effects, the lead, and who is recognised."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit.scan.find import First, effects, family, recognised_table
from geoloc_core.audit.scan.passes import Answers
from geoloc_core.audit.scan.probes import WHOLE, first_probes


@pytest.fixture(scope="module")
def first() -> First:
    """40 uploaders with 5 pairs each: the lowest row band moves four of five."""
    probes = first_probes(jpegs=False, sizes=False)
    random = np.random.default_rng(0)
    m = 200
    travelled = (random.random((m, len(probes), 2)) < 0.05).astype(float)
    nats = random.normal(-3, 0.5, (m, len(probes), 2))
    moved = random.random(m) < 0.8
    travelled[moved, 3, 0] = 1
    nats[moved, 3, 0] = -0.1
    pairs = pd.DataFrame({"donor_uploader": np.repeat([f"u{n:02}" for n in range(40)], 5)})
    return First(probes, pairs, Answers(nats, travelled))


def test_effects_are_the_mean_differences_and_the_moved_probe_alone_is_sure(first) -> None:
    found = effects(first, family(first))
    assert [effect.name for effect in found] == [probe.name for probe in first.probes]
    excess = first.answers.excess()
    for number, effect in enumerate(found):
        assert effect.travel[0] == pytest.approx(excess[0, :, number].mean())
        assert effect.travel[1] <= effect.travel[0] <= effect.travel[2]
        assert effect.nats[0] == pytest.approx(excess[1, :, number].mean())
        assert (effect.p <= 0.05) == (number == 3)
    assert found[3].box == (0, 0.75, 1, 1)
    assert found[3].much
    assert found[-1].name == WHOLE
    assert len(first.tested) == len(first.probes) - 1


def test_uploaders_are_counted_and_told_apart() -> None:
    whose = np.repeat(["a", "b", "c"], 10)
    travelled = np.zeros((30, 2))
    travelled[:9, 0] = 1
    travelled[10:12] = 1
    people = recognised_table(travelled, whose).set_index("uploader")
    assert people["pairs"].tolist() == [10, 10, 10]
    assert people["travelled"].tolist() == [9, 2, 0]
    assert people["control"].tolist() == [0, 2, 0]
    assert people["recognised"].tolist() == [True, False, False]
