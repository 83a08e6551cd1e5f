from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.display.maps.viewport import INDIA, fit_viewport, world
from geoloc_core.geography.outline import load_outline


def test_the_projection_is_the_textbooks():
    latitude, longitude = 28.61, 77.21
    x = (longitude + 180) / 360
    y = (1 - np.log(np.tan(np.pi / 4 + np.radians(latitude) / 2)) / np.pi) / 2
    assert world([(latitude, longitude)])[0] == pytest.approx([x, y])


def test_india_lies_within_the_bounds_that_are_fitted():
    west, south, east, north = load_outline().bounds
    assert INDIA[0][0] < south < north < INDIA[1][0]
    assert INDIA[0][1] < west < east < INDIA[1][1]


@pytest.mark.parametrize(("width", "height"), [(360, 460), (560, 600), (700, 500)])
def test_a_fitted_view_shows_all_of_india_as_large_as_it_goes(width, height):
    view = fit_viewport(width, height)
    (left, bottom), (right, top) = view.pixels(INDIA)
    assert left == pytest.approx(width - right)
    assert top == pytest.approx(height - bottom)
    assert min(left, top) == pytest.approx(0, abs=1e-6)


def test_a_snapped_view_is_smaller_by_less_than_one_step():
    free, snapped = fit_viewport(560, 600), fit_viewport(560, 600, snap=0.1)
    assert 1 <= free.scale / snapped.scale < 2**0.1
    assert np.log2(snapped.scale / 256) * 10 == pytest.approx(
        round(np.log2(snapped.scale / 256) * 10)
    )
