"""Groups of images whose evidence maps are alike."""

from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.audit.strategies import LEAST, strategies


def made(groups: dict[tuple[int, int], int]) -> np.ndarray:
    """Noisy maps of 8 by 8 with their evidence around these places, so many of each."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[0:8, 0:8]
    maps = []
    for (row, column), count in groups.items():
        bump = np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / 2)
        maps.append(bump + random.normal(0, 0.05, (count, 8, 8)))
    return np.concatenate(maps).astype(np.float32)


@pytest.mark.parametrize(
    "groups", [{(7, 6): 60, (2, 2): 40}, {(7, 6): 50, (2, 2): 40, (1, 7): 30}], ids=["two", "three"]
)
def test_planted_groups_are_found_largest_first(groups) -> None:
    cam = made(groups)
    right = np.repeat([n % 2 == 0 for n in range(len(groups))], list(groups.values()))
    found = strategies(cam, right)
    assert [one["images"] for one in found] == list(groups.values())
    for number, ((row, column), one) in enumerate(zip(groups, found, strict=True)):
        mean = np.array(one["map"])
        assert np.unravel_index(mean.argmax(), mean.shape) == (row, column)
        assert mean.sum() == pytest.approx(1, abs=0.01)
        assert one["accuracy"] == (number % 2 == 0)
        assert sum(list(groups.values())[:number]) <= one["example"]


def test_without_maps_or_with_too_few_there_are_none() -> None:
    assert strategies(np.zeros((90, 0, 0), np.float32), np.ones(90, bool)) == []
    few = made({(1, 1): LEAST - 1})
    assert strategies(few, np.ones(len(few), bool)) == []
    assert strategies(-np.ones((90, 4, 4), np.float32), np.ones(90, bool)) == []
