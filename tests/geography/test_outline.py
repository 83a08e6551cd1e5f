"""The outlines are sound and do not claim the same land twice."""

from __future__ import annotations

import shapely

from geoloc_core.geography.outline import (
    clip,
    load_mainland,
    load_neighbours,
    load_outline,
    polygons,
)


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
