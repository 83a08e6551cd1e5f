"""The outlines are sound and do not claim the same land twice."""

from __future__ import annotations

import pytest
import shapely

from geoloc_core.geography.outline import (
    clip,
    load_mainland,
    load_neighbours,
    load_outline,
    load_state_borders,
    polygons,
)
from geoloc_core.paths import ASSETS


def test_outlines_are_valid_and_apart():
    india, abroad = load_outline(), load_neighbours()
    assert india.is_valid
    assert abroad.is_valid
    # the coarser neighbours overlap India by slivers along the frontier only
    assert shapely.intersection(india, abroad).area < 0.002 * india.area


def test_mainland_is_the_outline_without_islands():
    islands = shapely.difference(load_outline(), load_mainland())
    assert len(islands.geoms) == len(load_outline().geoms) - 1
    assert islands.area < 0.01 * load_outline().area


def test_clip_keeps_land_only():
    inland, sea = shapely.box(78, 20, 79, 21), shapely.box(85, 10, 86, 11)
    assert [cell.equals(inland) for cell in clip([inland, sea])] == [True]


def test_polygons_drop_what_has_no_area_and_round_the_rest():
    square = shapely.box(70, 20, 71.00000049, 21)
    mixed = shapely.GeometryCollection([square, shapely.Point(0, 0), shapely.box(1, 1, 2, 1)])
    assert polygons(mixed).equals(shapely.box(70, 20, 71, 21))


@pytest.mark.parametrize(
    ("first", "second", "borders"),
    [
        ((28.61, 77.21), (28.98, 77.70), 1),  # Delhi, Meerut
        ((12.97, 77.59), (12.92, 79.13), 1),  # Bengaluru, Vellore
        ((12.97, 77.59), (15.36, 75.12), 0),  # Bengaluru, Hubballi
        ((17.39, 78.49), (16.51, 80.65), 1),  # Hyderabad, Vijayawada
        ((26.91, 75.79), (24.58, 73.71), 0),  # Jaipur, Udaipur
        ((23.02, 72.57), (24.58, 73.71), 1),  # Ahmedabad, Udaipur
        ((25.59, 85.14), (23.34, 85.31), 1),  # Patna, Ranchi
        ((9.93, 76.27), (9.93, 78.12), 1),  # Kochi, Madurai
        ((18.52, 73.86), (21.15, 79.09), 0),  # Pune, Nagpur
        ((22.72, 75.86), (21.15, 79.09), 1),  # Indore, Nagpur
        ((26.14, 91.74), (25.58, 91.89), 1),  # Guwahati, Shillong
        ((24.82, 93.94), (23.73, 92.72), 1),  # Imphal, Aizawl
        ((30.32, 78.03), (28.98, 77.70), 1),  # Dehradun, Meerut
    ],
)
def test_the_way_from_town_to_town_crosses_as_many_state_borders(first, second, borders):
    way = shapely.LineString([first[::-1], second[::-1]])
    crossings = load_state_borders().intersection(way)
    assert shapely.get_num_coordinates(crossings) == borders


def test_state_borders_lie_within_india_and_weigh_little():
    borders = load_state_borders()
    assert borders.difference(load_outline().buffer(0.002)).length == 0
    assert borders.is_valid
    assert (ASSETS / "geo" / "states.geojson").stat().st_size < 80_000
