from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax

from geoloc_core.frozen.choose import (
    ALONE,
    DECAYS,
    TEMPERATURES,
    TOGETHER,
    OutOfFold,
    choose,
    dealt,
    grouped,
    weighted_level,
)


def table(**columns: list[str]) -> pd.DataFrame:
    count = len(next(iter(columns.values())))
    empty = {name: [""] * count for name in ("collection", "uploader", "place")}
    return pd.DataFrame(empty | columns)


@pytest.mark.parametrize(
    ("columns", "by", "groups"),
    [
        ({"collection": ["a", "b", "a"], "uploader": ["u", "v", "w"]}, "collection", 2),
        ({"collection": ["a", "a", "a"], "uploader": ["u", "v", "v"]}, "uploader", 2),
        ({"collection": ["a", "", ""], "place": ["p", "q", "q"]}, "collection", 2),
        ({"place": ["p", "q", "r"]}, "place", 3),
    ],
)
def test_the_coarsest_that_tells_photographs_apart_groups_them(
    columns: dict[str, list[str]], by: str, groups: int
) -> None:
    found = grouped(table(**columns))
    assert (found.by, found.groups) == (by, groups)


def test_one_place_makes_no_groups() -> None:
    with pytest.raises(ValueError, match="one place"):
        grouped(table(place=["p", "p"]))


def test_groups_stay_whole_and_folds_even() -> None:
    group = np.arange(200) % 23
    fold = dealt(group, 10)
    assert all(len(set(fold[group == each])) == 1 for each in range(23))
    assert np.ptp(np.bincount(fold)) <= 10


def said(random: np.random.Generator, *, head_knows: bool) -> OutOfFold:
    """What `scene` and heads might say of 300 photographs; only one of them knows."""
    cells = random.integers(0, 4, 300)
    truth, noise = 3 * np.eye(4)[cells], [random.normal(size=(300, 4)) for _ in range(2)]
    known, head = (noise[0], truth + noise[1]) if head_knows else (truth + noise[0], noise[1])
    told = {decay: head if decay == 1e-4 else noise[1] for decay in DECAYS}
    return OutOfFold(known, told, cells, np.full(300, 1 / 300), np.arange(300) % 10)


def test_what_knows_is_chosen() -> None:
    random = np.random.default_rng(0)
    best, found = choose(one := said(random, head_knows=True), (*TOGETHER, *ALONE))
    assert best.decay == 1e-4
    assert best.share / max(best.known, 1e-9) >= 1.5
    assert np.log(found[np.arange(300), one.cells]).mean() > -0.5
    best, _ = choose(said(random, head_knows=False), (*TOGETHER, *ALONE))
    assert best.known == 1
    assert best.share <= 0.1


def test_the_temperature_is_the_one_of_least_log_loss() -> None:
    one = said(np.random.default_rng(1), head_knows=False)
    best, _ = choose(one, [each for each in TOGETHER if each.share == 0])
    rows = np.arange(300)
    losses = {
        t: -np.log(softmax(one.known / t, axis=1)[rows, one.cells]).mean() for t in TEMPERATURES
    }
    assert best.temperature == min(losses, key=lambda t: losses[t])


def test_a_fold_is_scored_with_settings_that_others_chose() -> None:
    """Of two heads one is right in fold 0 alone: there it must not be taken."""
    cells = np.zeros(40, np.int64)
    fold = np.repeat([0, 1], 20)
    right, wrong = np.array([4.0, 0.0]), np.array([0.0, 4.0])
    first = np.where(fold[:, None] == 0, right, wrong)
    told = {decay: first if decay == DECAYS[0] else -first for decay in DECAYS}
    one = OutOfFold(np.zeros((40, 2)), told, cells, np.full(40, 1 / 40), fold)
    _, found = choose(one, [each for each in ALONE if each.temperature == 1])
    assert found[:, 0].max() < 0.1


def test_a_level_holds_its_promise_by_weight() -> None:
    random = np.random.default_rng(0)
    found, cells = random.dirichlet(np.ones(9), 400), random.integers(0, 9, 400)
    weights = random.uniform(0.1, 3, 400)
    level = weighted_level(found, cells, weights, 400)
    ahead = np.array([p[p > p[c]].sum() for p, c in zip(found, cells, strict=True)])
    held = (weights * (ahead < level)).sum() / weights.sum()
    assert 0.9 <= held <= 0.915
    assert weighted_level(found, cells, weights, 8) == 1
