"""The scan's statistics against enumeration, simulation and scipy."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom, false_discovery_control

from geoloc_core.audit.scan.statistics import (
    MARGINS,
    POWER,
    benjamini_hochberg,
    detectable,
    family_test,
    often,
    recognition,
    sums_by_uploader,
)


def made(uploaders: int, pairs: int, probes: int, seed: int, effect: float = 0.0):
    """Differences (2, m, k) of noise, with an effect in the first probe, and whose they are."""
    random = np.random.default_rng(seed)
    m = uploaders * pairs
    travel = random.choice([-1.0, 0, 0, 0, 0, 0, 0, 0, 0, 1.0], (m, probes))
    nats = random.normal(0, 1, (m, probes)) * 0.5
    travel[:, 0] = np.where(random.random(m) < effect, 1.0, travel[:, 0])
    nats[:, 0] += 3 * effect
    return np.stack([travel, nats]), np.repeat(np.arange(uploaders), pairs).astype(str)


def test_p_is_that_of_all_sign_flips() -> None:
    excess, whose = made(9, 3, 2, seed=1, effect=0.15)
    found = family_test(excess, whose)
    sums = sums_by_uploader(excess - MARGINS[:, None, None], whose)
    measures = np.concatenate([sums, often(excess[0], whose)[None]])
    scale = np.maximum(np.sqrt((measures**2).sum(axis=1)), np.array([[1.0], [1e-9], [1.0]]))
    flips = np.array(list(product([-1.0, 1.0], repeat=9)))
    drawn = np.stack([flips @ of for of in measures], axis=1) / scale
    largest = drawn.reshape(len(flips), -1).max(axis=1)
    exact = (largest[:, None, None] >= found.statistic - 1e-9).mean(axis=0)
    np.testing.assert_allclose(found.p, exact, atol=0.02)


def test_false_alarms_are_at_most_five_per_cent_and_effects_are_found() -> None:
    alarms = [(family_test(*made(30, 4, 15, seed)).p <= 0.05).any() for seed in range(120)]
    assert np.mean(alarms) <= 0.09  # 5 % within its error over 120
    found = family_test(*made(30, 4, 15, seed=3, effect=0.4))
    assert found.p[:, 0].min() < 0.001
    assert found.p[:, 1:].min() > 0.05


def test_an_effect_below_the_margin_is_none() -> None:
    excess, whose = made(200, 5, 1, seed=2)
    excess[0] = 0.0
    excess[1] = 0.05 + np.random.default_rng(0).normal(0, 0.1, excess[1].shape)
    assert family_test(excess, whose).p.min() > 0.5
    excess[1] += 0.15
    assert family_test(excess, whose).p.min() < 0.001


def test_few_uploaders_that_always_travel_stand_out() -> None:
    whose = np.repeat([f"u{n:02}" for n in range(60)], 4)
    excess = np.zeros((2, 240, 3))
    excess[0, :32, 1] = 1  # eight of sixty
    found = family_test(excess, whose)
    assert found.p[:, 1].min() < 0.05
    assert found.p[:, 0].min() > 0.5
    np.testing.assert_array_equal(often(excess[0], whose)[:, 1], [1] * 8 + [0] * 52)


def test_the_detectable_share_is_found_that_often() -> None:
    excess, whose = made(40, 5, 1, seed=4)
    critical = family_test(excess, whose).critical
    least = detectable(excess[0, :, 0], whose, critical)
    assert least is not None
    random = np.random.default_rng(9)
    travel = excess[0, :, 0] - excess[0, :, 0].mean()

    def power(share: float) -> float:
        reached = []
        for _ in range(300):
            values = np.where(random.random(len(travel)) < share, 1.0, travel) - MARGINS[0]
            sums = np.array([values[whose == name].sum() for name in np.unique(whose)])
            reached.append(sums.sum() / max(1.0, np.sqrt((sums**2).sum())) >= critical)
        return float(np.mean(reached))

    assert power(least) == pytest.approx(POWER, abs=0.08)
    assert power(least / 2) < POWER - 0.1


def test_one_uploader_alone_shows_nothing() -> None:
    assert detectable(np.zeros(3), np.array(["a", "a", "a"]), 2.0) is None


def test_discoveries_are_those_of_scipy() -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        p = np.concatenate([random.random(30), random.random(8) * 0.01])
        np.testing.assert_array_equal(benjamini_hochberg(p), false_discovery_control(p) <= 0.05)
    assert not benjamini_hochberg(np.zeros(0)).any()


def test_recognition_is_held_against_the_controls() -> None:
    whose = np.repeat(["known", "new"], 10)
    travelled = np.zeros((20, 2))
    travelled[:8, 0] = 1
    travelled[10, :] = 1
    names, p = recognition(travelled, whose)
    assert names.tolist() == ["known", "new"]
    overall = (1 + 1) / 21
    chance = max(overall, (0 + 10 * overall) / 20)
    assert p[0] == pytest.approx(binom.sf(7, 10, chance))
    assert p[0] < 1e-4 < 0.3 < p[1]
