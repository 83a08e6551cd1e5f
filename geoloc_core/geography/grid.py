"""The grid: cells of land that a photograph is assigned to, and what is known of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache, cached_property

import numpy as np
import pyproj
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPolygon, Polygon

from geoloc_core.geography.nearest import Reach, checked_points, covering, nearest_cells, reach
from geoloc_core.geography.outline import CRS, PRECISION_DEGREES, clip, load_mainland, polygons
from geoloc_core.geography.place_names import cell_names

ARTICLE_DEGREES = 3.0
# a cylinder on the WGS84 ellipsoid: meridians and parallels stay straight
_EQUAL_AREA = "EPSG:6933"


class Grid:
    """Cells of land, numbered from 0, that overlap nowhere.

    `kind` says in a word how the grid was made; nothing downstream depends on it. `cells` is a
    GeoSeries of polygons in EPSG:4326 (longitude, latitude). Make one with `square_grid`,
    `adaptive_grid` or `grid_from_geojson`, which fix its coordinates to 1e-6 degrees.
    """

    def __init__(self, kind: str, cells: Iterable[Polygon | MultiPolygon]) -> None:
        """Number the cells in the order given."""
        self.kind = kind
        self.cells: GeoSeries = GeoSeries(list(cells), crs=CRS)

    def __len__(self) -> int:
        """The number of cells."""
        return len(self.cells)

    @cached_property
    def frame(self) -> GeoDataFrame:
        """One row a cell: name, latitude and longitude of the centroid, area_km2 and geometry."""
        return GeoDataFrame(
            {
                "name": cell_names(self),
                "latitude": self.centroids[:, 0],
                "longitude": self.centroids[:, 1],
                "area_km2": self.cells.segmentize(0.05).to_crs(_EQUAL_AREA).area / 1e6,
            },
            geometry=self.cells,
        ).rename_axis("cell")

    @cached_property
    def centroids(self) -> NDArray[np.float64]:
        """Centres of area (n, 2) as latitude, longitude in degrees.

        Each is the planar centroid in a Lambert azimuthal equal-area projection laid on the cell.
        """
        return np.array([_centroid(cell) for cell in self.cells])

    @cached_property
    def neighbours(self) -> tuple[tuple[int, ...], ...]:
        """For each cell the numbers of those that share an edge or a corner of land with it."""
        cell, other = self.cells.sindex.query(
            self.cells, predicate="dwithin", distance=PRECISION_DEGREES, sort=True
        )
        return tuple(
            tuple(other[(cell == number) & (other != number)].tolist())
            for number in range(len(self))
        )

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of the kind and of each cell's normalised outline to 6 decimals, as hex digits."""
        outlines = self.cells.normalize().to_wkt(rounding_precision=6)
        return hashlib.sha256("\n".join([self.kind, *outlines]).encode()).hexdigest()

    @cached_property
    def _reach(self) -> Reach:
        return reach(self.cells)

    def cell_of(self, latitude: float, longitude: float) -> int | None:
        """The cell that a point in degrees belongs to (see `nearest`), None for none.

        Raises ValueError when it is no point on the globe.

        >>> article_grid().cell_of(28.61, 77.21), article_grid().cell_of(51.5, -0.13)
        (27, None)
        """
        cell = int(self.cells_of([(latitude, longitude)])[0])
        return None if cell < 0 else cell

    def cells_of(self, points: ArrayLike) -> NDArray[np.int64]:
        """The cells (m,) that points (m, 2), latitude and longitude, belong to, -1 for none.

        A point on a border belongs to the lower number. Raises ValueError when `points` are no
        points on the globe.
        """
        points = checked_points(points)
        cells = covering(self.cells, points)
        outside = np.flatnonzero(cells < 0)
        if outside.size:
            cells[outside] = nearest_cells(self._reach, points[outside])
        return cells


@cache
def article_grid() -> Grid:
    """The article's 58 cells: squares of 3.0 degrees, numbered as there."""
    return square_grid(ARTICLE_DEGREES)


def square_grid(cell_degrees: float = ARTICLE_DEGREES, *, merge_below: float = 0.0) -> Grid:
    """Squares from the south-west corner of the mainland's bounding box, clipped to the outline.

    Only squares that hold some of the mainland become cells, numbered column by column from the
    south-west. A cell that holds less than the share `merge_below` of its square (in square
    degrees) joins the cell with which it shares the longest border, smallest first. Raises
    ValueError when `cell_degrees` is not in 0.1 to 30 or `merge_below` not in [0, 1].
    """
    if not 0.1 <= cell_degrees <= 30:
        raise ValueError(f"cells must measure 0.1 to 30 degrees, not {cell_degrees}")
    if not 0 <= merge_below <= 1:
        raise ValueError(f"the share below which cells merge must be 0 to 1, not {merge_below}")
    west, south, east, north = load_mainland().bounds
    squares = [
        shapely.box(x, y, x + cell_degrees, y + cell_degrees)
        for x in np.arange(west, east, cell_degrees)
        for y in np.arange(south, north, cell_degrees)
    ]
    cells = [cell for cell in clip(squares) if shapely.intersects(cell, load_mainland())]
    kind = f"square-{cell_degrees:g}"
    if merge_below:
        kind += f"-merged-{merge_below:g}"
        cells = _merged(cells, merge_below * cell_degrees**2)
    return Grid(kind, cells)


def grid_table(grid: Grid) -> GeoDataFrame:
    """The grid's frame as it goes into a file: with cell and kind, its numbers rounded."""
    places = {"latitude": 6, "longitude": 6, "area_km2": 4}
    return grid.frame.round(places).assign(kind=grid.kind).reset_index()


def grid_to_geojson(grid: Grid) -> str:
    """The `grid_table` as GeoJSON, from which `grid_from_geojson` makes the grid again."""
    return json.dumps(grid_table(grid).to_geo_dict())


def grid_from_geojson(text: str) -> Grid:
    """The grid that `grid_to_geojson` wrote; its fingerprint is the same.

    Raises ValueError, in words, when the text holds no grid.
    """
    try:
        collection = json.loads(text)
        table = GeoDataFrame.from_features(collection["features"], CRS)
        if "kind" in collection:  # once said of all cells together, as in the shipped weights
            table["kind"] = collection["kind"]
        cells, kind = table.geometry, table["kind"].iloc[0]
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
        shapely.GEOSException,
    ) as error:
        raise ValueError("the text is no grid in GeoJSON") from error
    return sound_grid(kind, cells)


def sound_grid(kind: object, cells: GeoSeries) -> Grid:
    """The grid of cells that a file holds; ValueError, in words, where they cannot be one."""
    areas = cells.geom_type.isin(["Polygon", "MultiPolygon"]) & cells.is_valid & ~cells.is_empty
    if not isinstance(kind, str) or not areas.all():
        raise ValueError("a grid needs a kind and cells, each a valid polygon")
    if not (np.abs(cells.total_bounds) <= (180, 90, 180, 90)).all():
        raise ValueError("a grid's cells must lie on the globe")
    rounded = [polygons(cell) for cell in cells]
    if any(cell.is_empty for cell in rounded):
        raise ValueError("a grid's cells must be larger than the precision of its coordinates")
    return Grid(kind, rounded)


def _merged(cells: list[Polygon | MultiPolygon], least: float) -> list[Polygon | MultiPolygon]:
    """Cells of which none is below `least` square degrees, unless one cell is all that is left."""
    cells = list(cells)
    while len(cells) > 1 and min(cell.area for cell in cells) < least:
        sliver = min(cells, key=lambda cell: cell.area)
        cells.remove(sliver)
        # the mainland hangs together, so every cell has a border with some other
        widest = int(np.argmax(shapely.length(shapely.intersection(cells, sliver))))
        cells[widest] = polygons(shapely.union(cells[widest], sliver))
    return cells


def _centroid(cell: Polygon | MultiPolygon) -> tuple[float, float]:
    middle = cell.centroid
    flat = pyproj.Proj(proj="laea", lat_0=middle.y, lon_0=middle.x, ellps="WGS84")
    projected = shapely.transform(
        shapely.segmentize(cell, 0.05), lambda lonlat: np.column_stack(flat(*lonlat.T))
    )
    longitude, latitude = flat(projected.centroid.x, projected.centroid.y, inverse=True)
    return latitude, longitude
