"""Adaptive cells hold no more photographs than allowed and no fewer than asked."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc_core.geography.adaptive import SMALLEST_DEGREES, adaptive_grid
from geoloc_core.geography.grid import grid_from_geojson, grid_to_geojson
from geoloc_core.geography.outline import load_mainland, load_outline

JAIPUR, PORT_BLAIR, PARIS = (26.9, 75.8), (11.62, 92.73), (48.85, 2.35)


def photographs(seed, count):
    """Inland photographs, crowded around one town and thin elsewhere."""
    random = np.random.default_rng(seed)
    crowded = random.normal((23.0, 79.0), 0.5, (count, 2))
    thin = random.uniform((10, 70), (32, 90), (count, 2))
    points = np.concatenate([crowded, thin])
    inland = load_mainland().buffer(-0.5)
    return points[shapely.contains_xy(inland, points[:, 1], points[:, 0])]


@given(st.integers(0, 1000), st.integers(5, 60), st.integers(1, 5))
@settings(max_examples=8)
def test_every_cell_holds_between_least_and_most(seed, most, least):
    points = photographs(seed, 200)
    grid = adaptive_grid(points, max_photos=most, min_photos=least)
    inside = np.array(
        [shapely.intersects_xy(cell, points[:, 1], points[:, 0]).sum() for cell in grid.cells]
    )
    assert inside.min() >= least
    side = np.sqrt([cell.envelope.area for cell in grid.cells])
    assert ((inside <= most) | (side < 2 * SMALLEST_DEGREES)).all()


def test_with_none_dropped_cells_cover_each_photograph_once_and_only_land():
    points = photographs(3, 300)
    grid = adaptive_grid(points, max_photos=20, min_photos=1)
    held = sum(shapely.intersects_xy(cell, points[:, 1], points[:, 0]) for cell in grid.cells)
    assert (held == 1).all()
    assert shapely.difference(shapely.union_all(grid.cells), load_outline()).area < 1e-3
    areas = sum(cell.area for cell in grid.cells)
    assert shapely.union_all(grid.cells).area == pytest.approx(areas, abs=1e-6)


def test_cells_are_smaller_where_photographs_are_many():
    grid = adaptive_grid(photographs(4, 400), max_photos=25, min_photos=1)
    crowded, thin = grid.cell_of(23.0, 79.0), grid.cell_of(27.0, 72.0)
    assert grid.frame["area_km2"][crowded] < grid.frame["area_km2"][thin] / 10


def test_a_crowd_at_one_spot_ends_at_the_smallest_square():
    grid = adaptive_grid([JAIPUR] * 50, max_photos=10, min_photos=1)
    west, south, east, north = grid.cells[0].bounds
    assert len(grid) == 1
    assert SMALLEST_DEGREES <= east - west < 2 * SMALLEST_DEGREES
    assert SMALLEST_DEGREES <= north - south < 2 * SMALLEST_DEGREES


def test_islands_have_cells_of_their_own_and_dropped_land_has_none():
    points = [PORT_BLAIR] * 20 + [PARIS] * 30 + [JAIPUR]
    grid = adaptive_grid(points, max_photos=20, min_photos=5)
    assert grid.cells_of([PORT_BLAIR, JAIPUR, PARIS]).tolist() == [0, -1, -1]


def test_geojson_keeps_an_adaptive_grid():
    grid = adaptive_grid(photographs(5, 200), max_photos=40, min_photos=2)
    assert grid_from_geojson(grid_to_geojson(grid)).fingerprint == grid.fingerprint


@pytest.mark.parametrize(("most", "least"), [(5, 6), (5, 0)])
def test_impossible_numbers_are_refused(most, least):
    with pytest.raises(ValueError, match=f"not MAX {most} and MIN {least}"):
        adaptive_grid([JAIPUR], max_photos=most, min_photos=least)


@pytest.mark.parametrize("points", [[], [PARIS] * 9])
def test_photographs_that_fill_no_cell_are_refused(points):
    with pytest.raises(ValueError, match="no place in India"):
        adaptive_grid(points, max_photos=5, min_photos=2)
