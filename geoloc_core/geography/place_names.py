"""What people call a place: district and state, a cell's name, a part of the country.

Looked up in assets/geo/places.npz: a raster of 0.05 degree, made from the post offices of India by
tools/build_places.py. Land more than 65 km from any post office, high mountains all, has no
district there.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoloc_core.assets import intact
from geoloc_core.geography.nearest import checked_points, covering
from geoloc_core.paths import ASSETS

if TYPE_CHECKING:  # a grid's frame holds the names that are made here
    from geoloc_core.geography.grid import Grid

NAMED_GRID = "dc992d46b86f79d30fb64db9dffa72fd002a658963e287623af82d4bf910c119"
"""Fingerprint of the grid, the article's, whose cells assets/geo/cell_names.csv names."""

LEAST_SHARE = 0.25
"""Share of a cell's land from which a state is part of its name."""

REGIONS = {
    "Himalaya": ("Jammu and Kashmir", "Ladakh", "Himachal Pradesh", "Uttarakhand"),
    "North": ("Punjab", "Chandigarh", "Haryana", "Delhi", "Uttar Pradesh"),
    "West": (
        *("Rajasthan", "Gujarat", "Dadra and Nagar Haveli and Daman and Diu"),
        *("Maharashtra", "Goa"),
    ),
    "Centre": ("Madhya Pradesh", "Chhattisgarh"),
    "East": ("Bihar", "Jharkhand", "Odisha", "West Bengal"),
    "North-East": (
        *("Sikkim", "Assam", "Meghalaya", "Arunachal Pradesh"),
        *("Nagaland", "Manipur", "Mizoram", "Tripura"),
    ),
    "South": ("Telangana", "Andhra Pradesh", "Karnataka", "Kerala", "Tamil Nadu", "Puducherry"),
    "Islands": ("Andaman and Nicobar Islands", "Lakshadweep"),
}
_REGION_OF = {state: region for region, states in REGIONS.items() for state in states}
_STRIDE = 4  # nodes every 0.2 degree tell the shares of states well enough


@dataclass(frozen=True, eq=False)
class _Places:
    """The raster's south-west node and step; the districts, of which 0 is none; towns by fame."""

    origin: NDArray[np.float64]
    district: NDArray[np.uint16]
    names: tuple[str, ...]
    states: tuple[str, ...]
    town_names: tuple[str, ...]
    town_points: NDArray[np.float64]


@cache
def degrees_text(latitude: float, longitude: float, digits: int = 2) -> str:
    """A point in degrees as people read it.

    >>> degrees_text(28.6139, 77.209), degrees_text(-34.6036, -58.3814, 1)
    ('28.61° N, 77.21° E', '34.6° S, 58.4° W')
    """
    north, east = "S" if latitude < 0 else "N", "W" if longitude < 0 else "E"
    return f"{abs(latitude):.{digits}f}° {north}, {abs(longitude):.{digits}f}° {east}"


@cache
def _places() -> _Places:
    with np.load(intact(ASSETS / "geo" / "places.npz"), allow_pickle=False) as file:
        return _Places(
            file["origin"],
            file["district"],
            ("", *file["district_names"].tolist()),
            ("", *file["district_states"].tolist()),
            tuple(file["town_names"].tolist()),
            file["town_points"].astype(np.float64),
        )


def place_name(latitude: float, longitude: float) -> str:
    """District and state, as "Leh, Ladakh"; one name where they share it, "" where none is known.

    Raises ValueError when the coordinates, in degrees, are no point on the globe.
    """
    places = _places()
    point = checked_points([(latitude, longitude)])
    district = _districts_at(point)[0]
    name, state = places.names[district], places.states[district]
    return state if name == state else f"{name}, {state}"


@lru_cache(maxsize=4)
def cell_names(grid: Grid) -> tuple[str, ...]:
    """A name for each cell: for the article's grid those of assets/geo/cell_names.csv.

    Any other grid gets the states that hold much of a cell, then its best known town, as
    "Rajasthan / Gujarat, around Udaipur". A cell without a town of 5,000 people is named by its
    middle: "Ladakh, 35.3° N 79.3° E"; a landmark outside it could lie on the wrong side of a
    border.
    """
    if grid.fingerprint == NAMED_GRID:
        path = intact(ASSETS / "geo" / "cell_names.csv")
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(row["name"] for row in csv.DictReader(file))
    places = _places()
    town_of = covering(grid.cells, places.town_points)
    # towns stand in the order of their fame: the first in a cell is its best known
    known = dict(zip(town_of[::-1].tolist(), reversed(range(len(town_of))), strict=True))
    names = []
    for cell, nodes in enumerate(_states_of_cells(grid)):
        states = [s for s, n in nodes.most_common() if s and n >= LEAST_SHARE * nodes.total()]
        if cell in known:
            where = f"around {places.town_names[known[cell]]}"
            states.append(places.states[_districts_at(places.town_points[[known[cell]]])[0]])
        else:
            latitude, longitude = grid.centroids[cell]
            where = f"{latitude:.1f}° N {longitude:.1f}° E"
        label = " / ".join(filter(None, dict.fromkeys(states)))
        names.append(f"{label or _region(nodes)}, {where}")
    return tuple(names)


def towns() -> tuple[tuple[str, tuple[float, float]], ...]:
    """Every town's name and its place (latitude, longitude) in degrees, best known first."""
    places = _places()
    points = ((latitude, longitude) for latitude, longitude in places.town_points.tolist())
    return tuple(zip(places.town_names, points, strict=True))


@cache
def district_middles() -> tuple[tuple[str, tuple[float, float]], ...]:
    """Every district's name and the mean (latitude, longitude) of its nodes, in degrees."""
    places = _places()
    row, column = np.nonzero(places.district)
    number = places.district[row, column]
    count = np.bincount(number, minlength=len(places.names))
    south, west, step = places.origin
    latitude = south + step * np.bincount(number, row, len(places.names)) / np.maximum(1, count)
    longitude = west + step * np.bincount(number, column, len(places.names)) / np.maximum(1, count)
    return tuple(
        (name, (float(latitude[at]), float(longitude[at])))
        for at, name in enumerate(places.names)
        if count[at] and name
    )


def cell_regions(grid: Grid) -> tuple[str, ...]:
    """For each cell the part of the country, a key of `REGIONS`, that most of its land lies in."""
    return tuple(map(_region, _states_of_cells(grid)))


def _region(nodes: Counter[str]) -> str:
    """The part of the country that most nodes lie in, counted by state."""
    held: Counter[str] = Counter()
    for state, count in nodes.items():
        # land without a state is far from any post office, which only high mountains are
        held[_REGION_OF.get(state, "Himalaya")] += count
    return held.most_common(1)[0][0]


def _districts_at(points: NDArray[np.float64]) -> NDArray[np.uint16]:
    """The districts (m,) of the nodes nearest to points (m, 2), 0 for none."""
    places = _places()
    row, column = np.rint((points - places.origin[:2]) / places.origin[2]).astype(np.int64).T
    rows, columns = places.district.shape
    within = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    found: NDArray[np.uint16] = np.where(
        within, places.district[row.clip(0, rows - 1), column.clip(0, columns - 1)], 0
    )
    return found


@cache
def _states_of_cells(grid: Grid) -> tuple[Counter[str], ...]:
    """For each cell how many of its nodes, and its centroid for one more, lie in each state."""
    places = _places()
    south, west, step = places.origin
    rows, columns = (np.arange(0, size, _STRIDE) * step for size in places.district.shape)
    nodes = np.stack(np.meshgrid(south + rows, west + columns, indexing="ij"), -1).reshape(-1, 2)
    cell_of = np.concatenate([covering(grid.cells, nodes), np.arange(len(grid))])
    district = _districts_at(np.concatenate([nodes, grid.centroids]))
    counts: tuple[Counter[str], ...] = tuple(Counter() for _ in grid.cells)
    pairs, sizes = np.unique(np.stack([cell_of, district]), axis=1, return_counts=True)
    for cell, number, size in zip(*pairs.tolist(), sizes.tolist(), strict=True):
        if cell >= 0:
            counts[cell][places.states[number]] += size
    return counts
