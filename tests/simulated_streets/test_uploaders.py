from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.points import point_in
from simulated_streets.uploaders import PER_CELL, choose, population


@pytest.fixture(scope="module")
def people():
    return population(article_grid(), 1)


def test_names_are_distinct_and_can_be_written(people):
    names = [uploader.name for uploader in people]
    assert len(set(names)) == len(names) == PER_CELL * len(article_grid())
    assert all(name.replace(" ", "").isascii() and len(name) <= 20 for name in names)
    assert all(name.replace(" ", "").isalpha() for name in names)


def test_the_seed_settles_who_there_is(people):
    assert population(article_grid(), 1) == people
    assert population(article_grid(), 2) != people


def test_everyone_lives_in_a_cell(people):
    homes = [(uploader.latitude, uploader.longitude) for uploader in people]
    assert article_grid().cells_of(homes).tolist() == [uploader.cell for uploader in people]


def test_most_pictures_of_a_cell_are_by_those_who_live_there(people):
    rng = np.random.default_rng(0)
    at_home, counts = [], Counter()
    for _ in range(40):
        for cell, outline in enumerate(article_grid().cells):
            uploader = choose(people, cell, *point_in(outline, rng), rng)
            at_home.append(uploader.cell == cell)
            counts[uploader.name] += 1
    assert 0.7 <= np.mean(at_home) <= 0.9
    busiest = sum(count for _, count in counts.most_common(len(people) // 5))
    assert busiest >= 0.4 * len(at_home)


def test_only_travellers_turn_up_far_from_home(people):
    rng = np.random.default_rng(0)
    kerala = article_grid().cell_of(10.0, 76.5)
    far = [
        uploader
        for uploader in (choose(people, kerala, 10.0, 76.5, rng) for _ in range(400))
        if uploader.latitude > 24
    ]
    assert far
    assert all(uploader.travels for uploader in far)
