from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc_core.display.maps.placement import Block, along, beside, boxes, first_free
from geoloc_core.display.maps.viewport import fit_viewport

VIEWS = [fit_viewport(360, 460), fit_viewport(700, 600)]
DELHI, LUCKNOW, CHENNAI = (28.61, 77.21), (26.85, 80.95), (13.08, 80.27)

land = st.tuples(st.floats(8, 36), st.floats(69, 96))


def meet(one, other, view):
    """Whether two blocks share a pixel, counted on a canvas."""
    canvas = np.zeros((700, 900), int)
    for block in (one, other):
        canvas[pixels(block, view)] += 1
    return canvas.max() > 1


def pixels(block, view):
    """What a block covers of a canvas with a margin of 100 pixels."""
    ((left, top, right, bottom),) = np.rint(boxes([block], view)).astype(int) + 100
    return slice(max(top, 0), max(bottom, 0)), slice(max(left, 0), max(right, 0))


def test_a_label_stands_right_of_its_mark_where_there_is_room():
    mark = Block(DELHI, (22, 22))
    label = first_free(beside(DELHI, (50, 16), 13), [mark], VIEWS)
    assert label.offset == (38, 0)


def test_a_label_moves_to_the_other_side_of_what_is_in_its_way():
    view = VIEWS[1]
    neighbour = Block(DELHI, (22, 22), (40, 0))
    label = first_free(beside(DELHI, (50, 16), 13), [Block(DELHI, (22, 22)), neighbour], [view])
    assert label.offset == (-38, 0)


def test_no_label_leaves_the_frame():
    east = (20.0, 97.9)
    label = first_free(beside(east, (60, 16), 13), [], VIEWS)
    assert label.offset[0] <= 0
    assert first_free(beside((60.0, 10.0), (60, 16), 13), [], VIEWS) is None


def test_what_finds_no_room_is_left_out():
    wall = Block(DELHI, (300, 300))
    assert first_free(beside(DELHI, (50, 16), 13), [wall], VIEWS) is None


@given(land, land, land)
def test_labels_meet_nothing_in_any_view(first, second, third):
    marks = [Block(place, (22, 22)) for place in (first, second, third)]
    taken = list(marks)
    for mark in marks:
        label = first_free(beside(mark.place, (64, 18), 13), taken, VIEWS)
        if label is not None:
            assert not any(meet(label, other, view) for other in taken for view in VIEWS)
            taken.append(label)


def test_a_lines_label_stands_in_its_middle_or_beside_its_end():
    long = next(iter(along(DELHI, CHENNAI, (50, 16), 13)))
    start, middle, end = VIEWS[0].pixels([DELHI, long.place, CHENNAI])
    assert middle == pytest.approx((start + end) / 2)
    marks = [Block(DELHI, (22, 22)), Block(LUCKNOW, (22, 22))]
    short = first_free(along(DELHI, LUCKNOW, (50, 16), 13), marks, VIEWS)
    assert short.place == LUCKNOW
