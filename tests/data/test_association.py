import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc_core.data.association import theils_u, theils_u_by_chance

PAIRS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from("abcd")), min_size=1, max_size=30)


def entropy(labels):
    return -sum(n / len(labels) * math.log(n / len(labels)) for n in Counter(labels).values())


def textbook_u(target, given):
    """H(target | given) as the mean over the groups of their own entropies."""
    left = 0.0
    for value in set(given):
        group = [t for t, g in zip(target, given, strict=True) if g == value]
        left += len(group) / len(target) * entropy(group)
    return (entropy(target) - left) / entropy(target) if entropy(target) else 0.0


@given(PAIRS)
def test_u_is_the_textbooks(pairs):
    target, known = zip(*pairs, strict=True)
    assert theils_u(target, known) == pytest.approx(textbook_u(target, known), abs=1e-12)


@given(PAIRS)
def test_u_lies_between_nothing_and_everything(pairs):
    target, known = zip(*pairs, strict=True)
    assert 0 <= theils_u(target, known) <= 1
    assert theils_u(target, target) == pytest.approx(float(len(set(target)) > 1))
    assert theils_u(target, ["the same"] * len(target)) == pytest.approx(0, abs=1e-12)


def test_u_is_not_symmetric_and_independent_labels_tell_nothing():
    cells, names = [0, 0, 1, 1], ["a", "b", "c", "c"]
    assert theils_u(cells, names) == 1
    assert theils_u(names, cells) == pytest.approx(1 - math.log(2) / 2 / (1.5 * math.log(2)))
    assert theils_u([0, 0, 1, 1], ["a", "b", "a", "b"]) == pytest.approx(0)


def test_by_chance_is_the_mean_over_shuffles():
    cells, names = np.repeat(np.arange(5), 4), np.repeat(list("abcdefghij"), 2)
    rng = np.random.default_rng(0)
    shuffled = [textbook_u(cells.tolist(), rng.permutation(names).tolist()) for _ in range(20)]
    found = theils_u_by_chance(cells, names)
    assert found == pytest.approx(np.mean(shuffled))
    assert 0.2 < found < theils_u(cells, names) == pytest.approx(1)


@pytest.mark.parametrize(("target", "known"), [([], []), ([1, 2], [1]), ([[1]], [[1]])])
def test_labels_must_come_in_pairs(target, known):
    with pytest.raises(ValueError, match="as many"):
        theils_u(target, known)
