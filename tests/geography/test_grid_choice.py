"""The choice of a grid in words or as a file, and the file of the article's grid that ships."""

from __future__ import annotations

import json

import geopandas
import numpy as np
import pyproj
import pytest
import shapely

from geoloc_core.data.manifest import ManifestError
from geoloc_core.geography.adaptive import adaptive_grid
from geoloc_core.geography.grid import article_grid, square_grid
from geoloc_core.geography.grid_choice import ARTICLE, GridError, parse_grid, read_grid, write_grid
from geoloc_core.geography.place_names import NAMED_GRID, cell_names
from geoloc_core.paths import ASSETS

CROWD = np.random.default_rng(0).normal((23, 79), 2, (300, 2))


def never():
    raise AssertionError("asked for points that this grid does not depend on")


@pytest.mark.parametrize(
    ("text", "grid"),
    [
        (ARTICLE, article_grid),
        ("square:3", article_grid),
        ("square:3.0", article_grid),
        ("square:6", lambda: square_grid(6)),
        ("square:3,merge=0.01", lambda: square_grid(3, merge_below=0.01)),
    ],
)
def test_words_choose_squares(text, grid):
    assert parse_grid(text, never).fingerprint == grid().fingerprint


def test_words_choose_adaptive_cells_of_the_training_images():
    chosen = parse_grid("adaptive:60,5", lambda: CROWD)
    assert chosen.kind == "adaptive-60-5"
    expected = adaptive_grid(CROWD, max_photos=60, min_photos=5)
    assert chosen.fingerprint == expected.fingerprint


@pytest.mark.parametrize(
    "text",
    [
        *("", "square", "square:", "square:.", "square:1.2.3", "square:nan", "square:1e1"),
        *("square:0", "square:0.09", "square:31", "square:-3", "square:3,merge=", "square:3,5"),
        *(
            "square:3,merge=1.5",
            "square:3,merge=-1",
            "square:3;merge=0.1",
            "square:３",
            "square:3 ",
        ),
        *(
            "square:3\n",
            f"square:{'9' * 10_000}",
            "Square:3",
            "hexagon:3",
            "adaptive",
            "adaptive:5",
        ),
        *("adaptive:5,6", "adaptive:5,0", "adaptive:5,-1", "adaptive:5.0,1", "adaptive:60,5,1"),
        *("adaptive:999999999,999999999", "none.geojson", "none.parquet", "/etc/passwd", "\x1b[2J"),
    ],
)
def test_any_other_words_are_refused_in_a_sentence(text):
    with pytest.raises(GridError) as refused:
        parse_grid(text, lambda: CROWD)
    message = str(refused.value)
    assert message.endswith(".")
    assert message.isprintable()
    assert len(message) < 350


def test_what_is_wrong_with_the_data_set_is_said_as_it_is():
    def points():
        raise ManifestError("There is no manifest.")

    with pytest.raises(ManifestError, match="no manifest"):
        parse_grid("adaptive:60,5", points)


def test_the_grid_that_ships_is_the_one_that_the_code_makes(tmp_path):
    shipped = ASSETS / "grid.geojson"
    write_grid(tmp_path / "grid.geojson", article_grid())
    assert shipped.read_text() == (tmp_path / "grid.geojson").read_text()
    assert read_grid(shipped).fingerprint == article_grid().fingerprint == NAMED_GRID


def test_a_gis_opens_the_grid_that_ships():
    table = geopandas.read_file(ASSETS / "grid.geojson")
    assert table.crs == "EPSG:4326"
    assert table["cell"].tolist() == list(range(58))
    assert tuple(table["name"]) == cell_names(article_grid())
    assert set(table["kind"]) == {"square-3"}
    places = table[["latitude", "longitude"]].to_numpy()
    np.testing.assert_allclose(places, article_grid().centroids, atol=1e-6)
    geodesic = pyproj.Geod(ellps="WGS84").geometry_area_perimeter
    rings = shapely.orient_polygons(table.segmentize(0.05))
    areas = [geodesic(cell)[0] / 1e6 for cell in rings]
    np.testing.assert_allclose(table["area_km2"], areas, rtol=1e-4)


@pytest.mark.parametrize("name", ["grid.geojson", "grid.parquet"])
def test_a_file_brings_the_same_grid_back_and_can_be_chosen(tmp_path, name):
    grid = square_grid(6, merge_below=0.1)
    write_grid(tmp_path / name, grid)
    assert parse_grid(str(tmp_path / name), never).fingerprint == grid.fingerprint


def test_a_table_of_another_projection_is_brought_back_to_degrees(tmp_path):
    write_grid(tmp_path / "grid.parquet", square_grid(6))
    table = geopandas.read_parquet(tmp_path / "grid.parquet")
    table.to_crs(7755).to_parquet(tmp_path / "other.parquet")
    again = read_grid(tmp_path / "other.parquet")
    np.testing.assert_allclose(again.centroids, square_grid(6).centroids, atol=1e-5)


def feature(west, kind="mine"):
    shape = shapely.geometry.mapping(shapely.box(west, 20, west + 3, 23))
    return {"type": "Feature", "properties": {"kind": kind}, "geometry": shape}


def test_cells_that_overlap_are_refused(tmp_path):
    path = tmp_path / "mine.geojson"
    path.write_text(json.dumps({"features": [feature(70), feature(73)]}))
    assert len(read_grid(path)) == 2
    path.write_text(json.dumps({"features": [feature(70), feature(72)]}))
    with pytest.raises(GridError, match="overlap"):
        read_grid(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.geojson", b"\xff\xfe"),
        ("b.geojson", b'<OGRVRTDataSource><OGRVRTLayer name="a"/></OGRVRTDataSource>'),
        ("c.parquet", b"PAR1 and nothing else"),
        ("d\x1b[2J.parquet", b""),
        ("e.parquet", None),
    ],
)
def test_a_file_that_holds_no_grid_is_refused_in_a_sentence(tmp_path, name, content):
    path = tmp_path / name
    if content is None:  # a table, but of no places
        article_grid().frame.drop(columns="geometry").to_parquet(path)
    else:
        path.write_bytes(content)
    with pytest.raises(GridError, match="holds no grid") as refused:
        parse_grid(str(path), never)
    assert "\x1b" not in str(refused.value)
