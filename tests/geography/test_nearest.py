"""The cell of a point: known places, and every rule against a slow oracle."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.nearest import BORDER_KM, SHORE_KM, checked_points
from geoloc_core.geography.outline import load_mainland, load_neighbours, load_outline
from geoloc_core.geography.sphere import EARTH_KM, haversine_km

SAMPLING_KM = 0.6


def distances_km(point, shapes):
    """Great-circle km from a point to each shape, read off a map centred on the point."""
    latitude, longitude = point
    flat = pyproj.Proj(proj="aeqd", lat_0=latitude, lon_0=longitude, R=EARTH_KM)
    dense = shapely.segmentize(list(shapes), 0.1)
    mapped = shapely.transform(dense, lambda lonlat: np.column_stack(flat(*lonlat.T)))
    return shapely.distance(mapped, shapely.Point(0, 0))


def islands_outside(cells):
    return [
        part
        for part in load_outline().geoms
        if not part.equals(load_mainland()) and not shapely.intersects(part, cells).any()
    ]


ISLANDS = islands_outside(list(article_grid().cells))


@given(st.floats(5, 38), st.floats(66, 99))
@settings(max_examples=60)
@example(10.5667, 72.6417)
@example(11.62, 92.73)
@example(9.0, 79.4)
@example(23.6, 68.0)
def test_a_point_has_the_cell_that_the_rules_give(latitude, longitude):
    point = shapely.Point(longitude, latitude)
    cell = article_grid().cell_of(latitude, longitude)
    covering = np.flatnonzero(shapely.intersects(list(article_grid().cells), point))
    if covering.size:
        assert cell == covering[0]
        return
    own = distances_km((latitude, longitude), article_grid().cells)
    island = distances_km((latitude, longitude), ISLANDS)
    nearest = min(own.min(), island.min())
    abroad = distances_km((latitude, longitude), [load_neighbours()])[0]
    reached = nearest <= BORDER_KM or nearest <= min(SHORE_KM, abroad)
    doubtful = min(abs(nearest - BORDER_KM), abs(nearest - SHORE_KM), abs(nearest - abroad))
    if doubtful > SAMPLING_KM:
        assert (cell is not None) == reached
    if cell is not None and own.min() < island.min() - SAMPLING_KM:
        assert own[cell] <= own.min() + SAMPLING_KM


def test_many_points_at_once_are_each_point_alone():
    points = np.random.default_rng(0).uniform((5, 66), (38, 99), (300, 2))
    alone = [article_grid().cell_of(*point) for point in points]
    assert article_grid().cells_of(points).tolist() == [-1 if c is None else c for c in alone]
    assert None in alone


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        pytest.param(11.62, 92.73, id="Port Blair"),
        pytest.param(7.0, 93.9, id="Great Nicobar"),
        pytest.param(10.57, 72.64, id="Kavaratti"),
        pytest.param(8.28, 73.05, id="Minicoy"),
        pytest.param(20.71, 70.98, id="Diu"),
        pytest.param(18.90, 72.81, id="off Mumbai"),
        pytest.param(9.29, 79.32, id="Rameswaram"),
        pytest.param(31.60, 74.60, id="Attari"),
        pytest.param(24.25, 94.30, id="Moreh"),
        pytest.param(23.04, 88.88, id="Petrapole"),
        pytest.param(27.39, 88.83, id="Nathu La"),
        pytest.param(34.15, 77.57, id="Leh"),
        pytest.param(28.27, 97.02, id="Kibithu"),
    ],
)
def test_places_of_india_have_a_cell(latitude, longitude):
    assert article_grid().cell_of(latitude, longitude) is not None


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        pytest.param(6.93, 79.85, id="Colombo"),
        pytest.param(9.66, 80.02, id="Jaffna"),
        pytest.param(27.70, 85.30, id="Kathmandu"),
        pytest.param(24.86, 67.00, id="Karachi"),
        pytest.param(31.55, 74.34, id="Lahore"),
        pytest.param(23.80, 90.40, id="Dhaka"),
        pytest.param(27.47, 89.64, id="Thimphu"),
        pytest.param(7.10, 72.90, id="north of the Maldives"),
        pytest.param(14.10, 93.36, id="Coco Islands"),
        pytest.param(15.0, 87.0, id="Bay of Bengal"),
        pytest.param(48.85, 2.35, id="Paris"),
    ],
)
def test_places_elsewhere_have_none(latitude, longitude):
    assert article_grid().cell_of(latitude, longitude) is None


def test_an_island_goes_whole_to_the_cell_nearest_to_it():
    andaman = max(ISLANDS, key=lambda island: island.area)
    west, south, east, north = andaman.bounds
    points = np.random.default_rng(1).uniform((south, west), (north, east), (500, 2))
    on_it = points[shapely.intersects_xy(andaman, points[:, 1], points[:, 0])]
    shore = shapely.get_coordinates(shapely.segmentize(andaman, 0.1))[:, ::-1]
    away = np.array(
        [
            haversine_km(
                shore[:, None], shapely.get_coordinates(shapely.segmentize(cell, 0.05))[:, ::-1]
            ).min()
            for cell in article_grid().cells
        ]
    )
    assert set(article_grid().cells_of(on_it).tolist()) == {int(away.argmin())}


def test_a_point_on_a_border_belongs_to_the_lower_number():
    first, second = article_grid().cells[15], article_grid().cells[16]
    border = shapely.intersection(first, second).interpolate(0.5, normalized=True)
    assert article_grid().cell_of(border.y, border.x) == 15


def test_no_points_have_no_cells():
    assert article_grid().cells_of([]).shape == (0,)


@pytest.mark.parametrize("points", [[1, 2, 3], [[1, 2, 3]], [[91, 0]], [[0, 181]], [[np.nan, 0]]])
def test_what_is_no_point_is_refused(points):
    with pytest.raises(ValueError, match="latitude"):
        checked_points(points)
