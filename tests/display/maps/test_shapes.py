from __future__ import annotations

import json

import pytest
import shapely

from geoloc_core.display.maps.shapes import feature, joined, line
from geoloc_core.geography.grid import Grid, article_grid

GRID = article_grid()
INLAND = 25  # a whole square


def test_squares_side_by_side_are_joined_to_one_rectangle_with_rounded_corners():
    border = joined(GRID, (INLAND, INLAND + 1))
    square = shapely.box(*border.bounds)
    assert len(shapely.get_parts(border)) == 1
    assert border.bounds == pytest.approx(shapely.total_bounds(list(GRID.cells[25:27])), abs=0.02)
    assert square.difference(border).area < 0.1
    assert border.contains(square.intersection(border.centroid.buffer(1.4)))


@pytest.mark.parametrize("cells", [(4, 3, 5, 0), (45, 44, 40, 41), (9, 10, 19, 20, 29, 30, 38, 39)])
def test_a_border_follows_its_cells_in_one_clean_piece(cells):
    border = joined(GRID, cells)
    area = sum(GRID.cells[cell].area for cell in cells)
    assert border.geom_type == "Polygon"
    assert border.is_valid
    assert border.area == pytest.approx(area, rel=0.1)
    coast = shapely.union_all([GRID.cells[cell] for cell in cells])
    assert shapely.get_num_coordinates(border) < shapely.get_num_coordinates(coast) / 5
    assert border.length < coast.length


def test_islets_slivers_and_small_holes_have_no_border_of_their_own():
    square = shapely.box(70, 20, 76, 26)
    holed = square.difference(shapely.box(72, 22, 72.2, 22.2))
    islet = shapely.box(78, 20, 78.2, 20.2)
    sliver = shapely.box(76, 23, 80, 23.01)
    grid = Grid("made", (holed, shapely.MultiPolygon([islet, sliver])))
    assert joined(grid, (0, 1)).symmetric_difference(square).area < 0.06
    assert len(joined(grid, (0, 1)).interiors) == 0


def test_a_cell_that_is_an_islet_keeps_its_border():
    assert joined(GRID, (44,)).area == pytest.approx(GRID.cells[44].area, rel=0.15)


def test_a_feature_is_geojson_with_a_plain_text():
    told = json.loads(feature(shapely.box(70, 20, 71, 21), {"weight": 2}, "a `${b}` <i>"))
    assert told["properties"] == {"style": {"weight": 2}, "text": "a &#96;&#36;{b}&#96; &lt;i&gt;"}
    assert shapely.geometry.shape(told["geometry"]).equals(shapely.box(70, 20, 71, 21))
    way = json.loads(line((20.0, 78.0), (28.0, 77.0), {}))
    assert way["geometry"]["coordinates"] == [[78.0, 20.0], [77.0, 28.0]]
