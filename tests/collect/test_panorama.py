"""Views cut out of a panorama, against rays that are followed one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geoloc_core.collect.panorama import perspective


def sphere(longitude: float, latitude: float) -> tuple[float, float, float]:
    """A smooth colour for each direction, in radians, the same a turn further."""
    return (
        127.5 + 100 * math.sin(longitude),
        127.5 + 100 * math.cos(longitude),
        127.5 + 100 * math.sin(latitude),
    )


def painted(height: int) -> NDArray[np.uint8]:
    rows = [
        [
            sphere(
                ((x + 0.5) / (2 * height) - 0.5) * 2 * math.pi,
                (0.5 - (y + 0.5) / height) * math.pi,
            )
            for x in range(2 * height)
        ]
        for y in range(height)
    ]
    return np.rint(rows).astype(np.uint8)


PANORAMA = painted(96)


def seen(turn: float, side: int, field_of_view: float, x: int, y: int) -> NDArray[np.float64]:
    """The colour of one pixel: its ray, turned about the vertical by a rotation matrix."""
    focal = side / 2 / math.tan(math.radians(field_of_view) / 2)
    ray = np.array([x + 0.5 - side / 2, side / 2 - y - 0.5, focal])  # right, up, ahead
    ray /= np.linalg.norm(ray)
    angle = math.radians(turn)
    about = np.array(
        [[math.cos(angle), 0, math.sin(angle)], [0, 1, 0], [-math.sin(angle), 0, math.cos(angle)]]
    )
    right, up, ahead = about @ ray
    return np.array(sphere(math.atan2(right, ahead), math.asin(up)))


@settings(max_examples=25, deadline=None)
@given(st.floats(-720, 720), st.sampled_from([60.0, 90.0, 100.0]), st.sampled_from([5, 8]))
def test_a_view_is_what_its_rays_meet(turn: float, field_of_view: float, side: int) -> None:
    view = perspective(PANORAMA, turn, side, field_of_view)
    oracle = [[seen(turn, side, field_of_view, x, y) for x in range(side)] for y in range(side)]
    assert np.abs(view - np.array(oracle)).max() < 3


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 360, -90])
def test_the_middle_of_a_view_lies_its_turn_to_the_right(turn: int) -> None:
    panorama = np.zeros((36, 72, 3), np.uint8)
    column = (36 + turn // 5) % 72
    panorama[16:20, [(column + k) % 72 for k in (-2, -1, 0, 1)]] = 255
    view = perspective(panorama, turn, 10).astype(int)
    assert view[4:6, 4:6].min() > 100
    assert view[:3].max() == view[7:].max() == view[:, :3].max() == view[:, 7:].max() == 0


def test_a_straight_line_stays_straight() -> None:
    """A wall's upper edge ahead, bent in the panorama, is one row of the view."""
    longitude = ((np.arange(400) + 0.5) / 400 - 0.5) * 2 * math.pi
    latitude = (0.5 - (np.arange(200) + 0.5) / 200) * math.pi
    above = np.tan(latitude)[:, None] > 0.5 * np.cos(longitude)[None]
    view = perspective(np.where(above[..., None], 255, 0).astype(np.uint8).repeat(3, 2), 0, 100)
    edge = (view[..., 0] > 127).sum(axis=0)
    assert np.abs(edge - 25).max() <= 1
