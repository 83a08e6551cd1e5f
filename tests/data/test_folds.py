from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc_core.data.folds import group_folds, groups_of, round_folds, split


def manifest(pairs: list[tuple[int, int]]) -> pd.DataFrame:
    """An image for each (panorama, uploader); uploader 0 is unknown."""
    return pd.DataFrame(
        {
            "panorama": [f"p{panorama}" for panorama, _ in pairs],
            "uploader": [f"u{uploader}" if uploader else "" for _, uploader in pairs],
        }
    )


@pytest.fixture
def many() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return manifest([(n // 4, int(rng.zipf(1.5)) % 50) for n in range(8000)])


def test_split_holds_its_shares_and_keeps_panoramas_whole(many):
    folds = split(many)
    shares = folds.value_counts(normalize=True)
    assert shares["test"] == pytest.approx(0.20, abs=0.03)
    assert shares["validation"] == pytest.approx(0.05, abs=0.015)
    assert folds.groupby(many["panorama"]).nunique().max() == 1


def test_split_stays_when_the_data_set_grows(many):
    part = many.sample(frac=0.3, random_state=0)
    pd.testing.assert_series_equal(split(part), split(many).loc[part.index])


def test_split_is_the_same_everywhere():
    assert split(manifest([(n, 1) for n in range(8)])).tolist() == [
        "test",
        "train",
        "validation",
        "train",
        "train",
        "train",
        "train",
        "test",
    ]


def linked(pairs: list[tuple[int, int]], group: str) -> list[set[int]]:
    """Slow oracle: rows that hang together, by merging sets until none share a key."""
    keys = []
    for panorama, uploader in pairs:
        key = {("p", panorama)} if group != "uploader" else set()
        if group != "panorama":
            key |= {("u", uploader)} if uploader else {("p", panorama)}
        keys.append(key)
    sets = [({row}, set(key)) for row, key in enumerate(keys)]
    merged = True
    while merged:
        merged = False
        for a in range(len(sets)):
            for b in range(a + 1, len(sets)):
                if sets[a][1] & sets[b][1]:
                    sets[a] = (sets[a][0] | sets[b][0], sets[a][1] | sets[b][1])
                    del sets[b]
                    merged = True
                    break
            if merged:
                break
    return [rows for rows, _ in sets]


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 8)), min_size=1, max_size=30),
    st.sampled_from(["panorama", "uploader", "both"]),
    st.integers(2, 5),
)
def test_groups_lie_in_one_fold_each(pairs, group, folds):
    groups = linked(pairs, group)
    if len(groups) < folds:
        with pytest.raises(ValueError, match="cannot make"):
            group_folds(manifest(pairs), group, folds)
        return
    dealt = group_folds(manifest(pairs), group, folds)
    assert set(dealt) == set(range(folds))
    assert all(len({dealt[row] for row in rows}) == 1 for rows in groups)
    sizes = np.bincount(dealt)
    assert sizes.max() - sizes.min() <= max(len(rows) for rows in groups)


def test_one_fold_is_no_folds(many):
    with pytest.raises(ValueError, match="1 folds"):
        group_folds(many, "panorama", 1)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 8)), min_size=1, max_size=30),
    st.sampled_from(["panorama", "uploader", "both"]),
)
def test_groups_are_the_rows_that_hang_together(pairs, group):
    groups = groups_of(manifest(pairs), group)
    given = {frozenset(np.flatnonzero(groups == number)) for number in range(groups.max() + 1)}
    assert given == {frozenset(rows) for rows in linked(pairs, group)}


@pytest.mark.parametrize(("group", "count"), [("panorama", 200), ("uploader", 80), ("both", 40)])
def test_rounds_hold_every_image_out_once_and_share_no_group(group, count):
    chained = manifest([(n // 4, 1 + n // 10) for n in range(800)])
    rounds = [round_folds(chained, group, 10, held_out) for held_out in range(10)]
    assert (sum((names == "test").astype(int) for names in rounds) == 1).all()
    groups = groups_of(chained, group)
    for names in rounds:
        members = [set(groups[names == name]) for name in ("train", "validation", "test")]
        assert all(members)
        assert len(set.union(*members)) == sum(map(len, members)) == count


def test_a_round_validates_on_a_small_and_varied_part(many):
    names = round_folds(many, "panorama", 10, 3)
    assert np.mean(names == "test") == pytest.approx(0.10, abs=0.005)
    assert np.mean(names == "validation") == pytest.approx(0.045, abs=0.005)
    # one uploader holds a third of all images, and validation by it alone would say little
    names = round_folds(many, "uploader", 2, 1)
    assert many["uploader"][names == "validation"].nunique() > 1


def test_a_round_of_few_groups_still_validates():
    few = manifest([(n, 1) for n in range(3)])
    assert sorted(round_folds(few, "panorama", 3, 0)) == ["test", "train", "validation"]
    with pytest.raises(ValueError, match="1 groups"):
        round_folds(few, "panorama", 2, int(group_folds(few, "panorama", 2)[2]))
