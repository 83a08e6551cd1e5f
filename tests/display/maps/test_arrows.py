import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from geoloc_core.display.maps.arrows import arrow

places = st.tuples(st.floats(6, 37), st.floats(68, 97))


@given(places, places, st.floats(0.05, 0.8))
def test_an_arrow_is_one_sound_shape_that_starts_and_ends_where_it_should(start, end, width):
    assume(np.hypot(*np.subtract(start, end)) > 1)
    shape = arrow(start, end, width)
    assert shape.is_valid
    tip = shapely.Point(end[::-1])
    assert shape.exterior.distance(tip) < 1e-9
    assert shape.distance(shapely.Point(start[::-1])) < 1e-3


@given(places, places)
def test_there_and_back_are_two_arrows(start, end):
    assume(np.hypot(*np.subtract(start, end)) > 2)
    there, back = arrow(start, end, 0.05), arrow(end, start, 0.05)
    assert there.intersection(back).area < 0.2 * there.area


def test_an_arrow_swings_to_its_left():
    east = arrow((20.0, 70.0), (20.0, 80.0), 0.1)
    assert east.centroid.y > 20.3
    west = arrow((20.0, 80.0), (20.0, 70.0), 0.1)
    assert west.centroid.y < 19.7


def test_a_wider_arrow_has_a_wider_shaft():
    areas = [arrow((10.0, 77.0), (28.0, 77.0), width).area for width in (0.1, 0.2, 0.4)]
    assert areas == sorted(areas)
    assert areas[0] < areas[1] / 1.7


def test_one_place_makes_no_arrow():
    with pytest.raises(ValueError, match="two places"):
        arrow((20.0, 70.0), (20.0, 70.0), 0.1)
