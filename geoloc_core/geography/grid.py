"""The grid: cells of land that a photograph is assigned to, and what is known of each."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPolygon, Polygon

from geoloc_core.geography.lookup import Reach, checked_points, covering, nearest_cells, reach
from geoloc_core.geography.outline import PRECISION_DEGREES, clip, load_mainland, polygons

ARTICLE_DEGREES = 3.0
_ELLIPSOID = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells of land, numbered from 0, that overlap nowhere.

    `kind` says in a word how the grid was made; nothing downstream depends on it. `cells` are in
    EPSG:4326 with shapely's order (longitude, latitude). Make one with `square_grid`,
    `adaptive_grid` or `grid_from_geojson`, which fix its coordinates to 1e-6 degrees.
    """

    kind: str
    cells: tuple[Polygon | MultiPolygon, ...]

    def __len__(self) -> int:
        """The number of cells."""
        return len(self.cells)

    @cached_property
    def centroids(self) -> NDArray[np.float64]:
        """Centres of area (n, 2) as latitude, longitude in degrees.

        Each is the planar centroid in a Lambert azimuthal equal-area projection laid on the cell.
        """
        return np.array([_centroid(cell) for cell in self.cells])

    @cached_property
    def areas_km2(self) -> NDArray[np.float64]:
        """Areas (n,) in km² on the WGS84 ellipsoid."""
        return np.array([_area_km2(cell) for cell in self.cells])

    @cached_property
    def neighbours(self) -> tuple[tuple[int, ...], ...]:
        """For each cell the numbers of those that share an edge or a corner of land with it."""
        tree = shapely.STRtree(self.cells)
        touching = tree.query(self.cells, predicate="dwithin", distance=PRECISION_DEGREES)
        pairs = {(int(a), int(b)) for a, b in touching.T if a != b}
        return tuple(
            tuple(sorted(b for a, b in pairs if a == cell)) for cell in range(len(self.cells))
        )

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of the kind and of each cell's normalised outline to 6 decimals, as hex digits."""
        outlines = shapely.to_wkt(shapely.normalize(list(self.cells)), rounding_precision=6)
        return hashlib.sha256("\n".join([self.kind, *outlines]).encode()).hexdigest()

    @cached_property
    def _reach(self) -> Reach:
        return reach(self.cells)

    def cell_of(self, latitude: float, longitude: float) -> int | None:
        """The cell that a point in degrees belongs to (see `lookup`), None for none.

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
    return Grid(kind, tuple(cells))


def grid_to_geojson(grid: Grid) -> str:
    """The grid as a GeoJSON feature collection, from which `grid_from_geojson` makes it again."""
    features = [
        {
            "type": "Feature",
            "properties": {"cell": number},
            "geometry": shapely.geometry.mapping(cell),
        }
        for number, cell in enumerate(grid.cells)
    ]
    return json.dumps({"type": "FeatureCollection", "kind": grid.kind, "features": features})


def grid_from_geojson(text: str) -> Grid:
    """The grid that `grid_to_geojson` wrote; its fingerprint is the same.

    Raises ValueError when the text holds no grid.
    """
    try:
        collection = json.loads(text)
        kind = collection["kind"]
        shapes = [shapely.geometry.shape(part["geometry"]) for part in collection["features"]]
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        RecursionError,
        shapely.GEOSException,
    ) as error:
        raise ValueError("the text is no grid in GeoJSON") from error
    sound = all(isinstance(shape, Polygon | MultiPolygon) and shape.is_valid for shape in shapes)
    if not isinstance(kind, str) or not shapes or not sound:
        raise ValueError("a grid needs a kind and at least one cell, each a valid polygon")
    if not (np.abs(shapely.total_bounds(shapes)) <= (180, 90, 180, 90)).all():
        raise ValueError("a grid's cells must lie on the globe")
    return Grid(kind, tuple(polygons(shape) for shape in shapes))


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


def _area_km2(cell: Polygon | MultiPolygon) -> float:
    # a ring that turns clockwise would count as negative
    dense = shapely.segmentize(shapely.orient_polygons(cell), 0.05)
    area, _ = _ELLIPSOID.geometry_area_perimeter(dense)
    return area / 1e6
