from __future__ import annotations

import numpy as np

from geoloc_core.paths import ASSETS
from tools.build_state_borders import FINER, borders, built, rounded, without_specks


def test_the_committed_borders_are_those_that_the_tool_makes():
    assert (ASSETS / "geo" / "states.geojson").read_text() == built()


def test_a_border_runs_between_two_states_and_ends_where_one_is_not_known():
    state = np.ones((40, 40), int)
    state[:, 20:] = 2
    state[30:] = 0
    (line,) = borders(state, np.array([10.0, 70.0, 0.4]))
    assert line.bounds == (70 + 19.5 * 0.4 / FINER, 10 - 0.05, 70 + 1.95, 10 + 29.5 * 0.1)
    assert rounded(line).length == line.length


def test_three_states_meet_in_one_point():
    state = np.ones((40, 40), int)
    state[:, 20:] = 2
    state[:20, 20:] = 3
    lines = borders(state, np.array([10.0, 70.0, 0.4]))
    assert len(lines) == 3
    ends = [{line.coords[0], line.coords[-1]} for line in lines]
    assert len(ends[0] & ends[1] & ends[2]) == 1
    smooth = [rounded(line) for line in lines]
    assert [{line.coords[0], line.coords[-1]} for line in smooth] == ends


def test_a_speck_goes_to_the_state_around_it_but_the_only_part_of_a_state_stays():
    state = np.ones((60, 60), int)
    state[5:9, 5:9] = 2
    state[30:50, 30:50] = 2
    state[20:22, 5:7] = 3
    cleared = without_specks(state)
    assert (cleared[5:9, 5:9] == 1).all()
    assert (cleared[30:50, 30:50] == 2).all()
    assert (cleared[20:22, 5:7] == 3).all()
