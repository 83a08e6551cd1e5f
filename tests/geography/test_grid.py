"""The article's grid, other square grids, merging and GeoJSON."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

import numpy as np
import pyproj
import pytest
import shapely

from geoloc_core.geography.adaptive import adaptive_grid
from geoloc_core.geography.grid import (
    Grid,
    article_grid,
    grid_from_geojson,
    grid_to_geojson,
    square_grid,
)
from geoloc_core.geography.outline import load_mainland, load_outline
from geoloc_core.geography.sphere import haversine_km

# what the shipped weights were trained on: a change here orphans every checkpoint
ARTICLE_FINGERPRINT = "dc992d46b86f79d30fb64db9dffa72fd002a658963e287623af82d4bf910c119"


# as the first release computed them: number of cells, fingerprint, sha256 of the neighbours, and of
# the cells of 20,000 points on land, at sea and abroad
KNOWN_GRIDS = {
    "article": (58, ARTICLE_FINGERPRINT, "36f379f73aea51a7", "05903512844269cd"),
    "square-1.5": (181, "503105ed40cb095b", "695b0d14d25eb542", "a8a0c0ae1faf93c2"),
    "merged": (53, "906d7e8e1368e4ae", "9a4d1f5dfc1fb3d2", "6de2c64d96e02f8d"),
    "adaptive": (31, "029d4237c84a2eb3", "3b02befca4faf216", "4d9ae9752bcfb1fd"),
}
KNOWN_CELLS = {  # area in km², centroid
    0: (38275.0657963006, 22.01348990919136, 70.32697380146175),
    6: (100968.82315681288, 24.57196691065841, 72.6433),
    24: (105141.5704069707, 18.573019117929007, 78.6433),
    33: (102628.21231758928, 18.60558845997656, 81.61344925712034),
    57: (2055.7844650409447, 29.19217025970184, 95.87766998032802),
}


def made(name):
    crowd = np.random.default_rng(0)
    crowd.uniform((5, 66), (38, 99), (20000, 2))  # what stood before it when the values were noted
    return {
        "article": article_grid,
        "square-1.5": lambda: square_grid(1.5),
        "merged": lambda: square_grid(3, merge_below=0.01),
        "adaptive": lambda: adaptive_grid(
            crowd.normal((23, 79), 2, (800, 2)), max_photos=60, min_photos=5
        ),
    }[name]()


def places_in(grid, degrees):
    """Column and row of each cell's square, from its own coordinates."""
    west, south, _, _ = load_mainland().bounds
    middle = np.array([cell.representative_point().coords[0] for cell in grid.cells])
    return np.floor((middle - (west, south)) / degrees).astype(int)


def test_the_article_has_58_cells_in_its_column_pattern():
    columns = Counter(places_in(article_grid(), 3)[:, 0].tolist())
    assert len(article_grid()) == 58
    assert [columns[column] for column in sorted(columns)] == [3, 8, 10, 10, 9, 4, 4, 3, 4, 3]


def test_cells_are_numbered_column_by_column_from_the_south_west():
    places = [tuple(place) for place in places_in(article_grid(), 3).tolist()]
    assert places == sorted(places)


@pytest.mark.parametrize("degrees", [1.5, 3.0, 4.0])
def test_cells_cover_the_mainland_once_and_stay_on_land_in_their_square(degrees):
    grid = square_grid(degrees)
    together = shapely.union_all(grid.cells)
    assert shapely.difference(load_mainland(), together).area < 1e-3
    assert shapely.difference(together, load_outline()).area < 1e-3
    assert sum(cell.area for cell in grid.cells) == pytest.approx(together.area, abs=1e-6)
    for cell in grid.cells:
        west, south, east, north = cell.bounds
        assert max(east - west, north - south) <= degrees + 1e-6


def test_article_grid_is_the_square_grid_of_three_degrees():
    assert article_grid().fingerprint == square_grid().fingerprint == ARTICLE_FINGERPRINT


@pytest.mark.parametrize("name", KNOWN_GRIDS)
def test_a_grid_is_what_it_was(name):
    cells, fingerprint, neighbours, located = KNOWN_GRIDS[name]
    grid = made(name)
    points = np.random.default_rng(0).uniform((5, 66), (38, 99), (20000, 2))
    assert len(grid) == cells
    assert grid.fingerprint.startswith(fingerprint)
    assert hashlib.sha256(repr(grid.neighbours).encode()).hexdigest().startswith(neighbours)
    assert hashlib.sha256(grid.cells_of(points).tobytes()).hexdigest().startswith(located)


@pytest.mark.parametrize("cell", KNOWN_CELLS)
def test_a_cell_of_the_article_is_what_it_was(cell):
    area, *centroid = KNOWN_CELLS[cell]
    assert article_grid().frame["area_km2"][cell] == pytest.approx(area, rel=1e-5)
    assert article_grid().centroids[cell] == pytest.approx(centroid, abs=1e-9)


def test_fingerprint_depends_on_kind_and_shape_but_not_on_where_a_ring_starts():
    cell = shapely.box(70, 20, 73, 23)
    turned = shapely.Polygon(np.roll(shapely.get_coordinates(cell)[:-1], 2, axis=0))
    moved = shapely.box(70, 20, 73, 23.00001)
    fingerprint = Grid("square-3", (cell,)).fingerprint
    assert Grid("square-3", (turned,)).fingerprint == fingerprint
    assert Grid("square-3", (moved,)).fingerprint != fingerprint
    assert Grid("adaptive", (cell,)).fingerprint != fingerprint


def test_area_of_a_square_is_that_of_its_zone_on_the_ellipsoid():
    def zone(latitude):
        """Area in km² from the equator to `latitude` for each radian of longitude (WGS84)."""
        a, e = 6378.137, 0.0818191908426
        sine = np.sin(np.radians(latitude))
        return (
            a**2
            * (1 - e**2)
            * (sine / (2 * (1 - (e * sine) ** 2)) + np.arctanh(e * sine) / (2 * e))
        )

    grid = Grid("square-3", (shapely.box(70, 20, 73, 23),))
    expected = np.radians(3) * (zone(23) - zone(20))
    np.testing.assert_allclose(grid.frame["area_km2"], [expected], rtol=1e-6)


def test_areas_add_up_to_the_mainland_whichever_way_rings_turn():
    assert article_grid().frame["area_km2"].min() > 0
    mainland = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(load_mainland())[0]
    assert article_grid().frame["area_km2"].sum() == pytest.approx(abs(mainland) / 1e6, rel=1e-3)


@pytest.mark.parametrize("cell", [0, 6, 20, 33, 57])
def test_centroid_is_the_middle_of_points_spread_evenly_over_the_land(cell):
    shape = article_grid().cells[cell]
    west, south, east, north = shape.bounds
    sines = np.linspace(np.sin(np.radians(south)), np.sin(np.radians(north)), 400)
    longitude, latitude = np.meshgrid(np.linspace(west, east, 400), np.degrees(np.arcsin(sines)))
    inside = shapely.contains_xy(shape, longitude, latitude)
    middle = latitude[inside].mean(), longitude[inside].mean()
    assert haversine_km(article_grid().centroids[cell], middle) < 2


def test_neighbours_are_the_cells_that_touch():
    cells = article_grid().cells
    apart = np.array([[shapely.distance(a, b) for b in cells] for a in cells])
    for number, neighbours in enumerate(article_grid().neighbours):
        expected = set(np.flatnonzero(apart[number] <= 1e-6).tolist()) - {number}
        assert neighbours == tuple(sorted(expected))


@pytest.mark.parametrize(("degrees", "share"), [(3, 0.01), (3, 0.1), (3, 0.3), (2, 0.5)])
def test_merging_leaves_no_sliver_and_loses_no_land(degrees, share):
    merged = square_grid(degrees, merge_below=share)
    assert shapely.union_all(merged.cells).area == pytest.approx(
        shapely.union_all(square_grid(degrees).cells).area, abs=1e-3
    )
    assert min(cell.area for cell in merged.cells) >= share * degrees**2


def test_merging_stops_at_one_cell():
    assert len(square_grid(30, merge_below=1)) == 1


def test_the_smallest_sliver_joins_the_cell_with_the_longest_shared_border():
    cells = article_grid().cells
    sliver = min(range(58), key=lambda number: cells[number].area)
    borders = [cells[sliver].intersection(other).length for other in cells]
    borders[sliver] = 0
    widest = int(np.argmax(borders))
    merged = square_grid(merge_below=cells[sliver].area / 9 * 1.0001)
    assert len(merged) == 57
    united = merged.cells[widest - (widest > sliver)]
    assert united.area == pytest.approx(cells[sliver].area + cells[widest].area, abs=1e-5)


@pytest.mark.parametrize(
    "arguments", [{"cell_degrees": 0}, {"cell_degrees": np.nan}, {"merge_below": -0.1}]
)
def test_impossible_grids_are_refused(arguments):
    with pytest.raises(ValueError, match="cells"):
        square_grid(**arguments)


@pytest.mark.parametrize("grid", [article_grid(), square_grid(4, merge_below=0.1)])
def test_geojson_brings_the_same_grid_back(grid):
    text = grid_to_geojson(grid)
    again = grid_from_geojson(text)
    assert again.fingerprint == grid.fingerprint
    assert grid_to_geojson(again) == text
    np.testing.assert_array_equal(again.centroids, grid.centroids)


SQUARE = shapely.geometry.mapping(shapely.box(70, 20, 73, 23))


def feature(geometry):
    return {"kind": "square-3", "features": [{"properties": {}, "geometry": geometry}]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        "{}",
        '{"kind": "square-3", "features": []}',
        '{"kind": 3, "features": 4}',
        json.dumps(feature(None)),
        json.dumps(feature({"type": "Polygon", "coordinates": []})),
        json.dumps(feature(SQUARE) | {"kind": None}),
        json.dumps(feature(SQUARE) | {"kind": ["a", "b"]}),
        json.dumps({"features": [{"properties": {}, "geometry": SQUARE}]}),
        json.dumps({"features": [{"properties": {"kind": 3}, "geometry": SQUARE}]}),
        json.dumps({"features": [{"properties": {"geometry": "x"}, "geometry": SQUARE}]}),
        json.dumps({"kind": "a", "features": {"properties": {}, "geometry": SQUARE}}),
        json.dumps({"kind": "a", "features": [SQUARE]}),
        json.dumps(feature({"type": "Polygon", "coordinates": [[[0, 0], [0, 1]]]})),
        json.dumps(feature({"type": "Polygon", "coordinates": "abc"})),
        json.dumps(feature({"type": "Polygon", "coordinates": [[[0, 0], [0, 1e-9], [1e-9, 0]]]})),
        json.dumps(feature({"type": "Point", "coordinates": [70, 20]})),
        json.dumps(feature({"type": "Polygon", "coordinates": [[[70, 20], "x", [71, 21]]]})),
        json.dumps(feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0]]]})),
        json.dumps(feature(shapely.geometry.mapping(shapely.box(170, 80, 190, 95)))),
        json.dumps(feature({"type": "Polygon", "coordinates": [[[0, 0], [1, float("nan")]]]})),
    ],
)
def test_text_that_is_no_grid_is_refused_in_words(text):
    with pytest.raises(ValueError, match="grid"):
        grid_from_geojson(text)
