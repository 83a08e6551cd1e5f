"""What is known of where in India a thing is seen: the tables in assets/scene as shares of cells.

Three readable tables, not one photograph. `sites.csv`: known sites with their places, by kind.
`kinds.csv`: kinds of land and settlement by a formula over the layers. `classes.csv`: of an
ImageNet class, in which kinds of place it is seen, as shares. Each row says why.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from geoloc_core.geography.climate import SOUTH, STEP, WEST, layers
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.sphere import EARTH_KM, unit_vectors
from geoloc_core.models.scene.formula import evaluate, functions
from geoloc_core.paths import ASSETS

Shares = NDArray[np.float64]  # (n,) over the cells of a grid, summing to 1

TABLES = ASSETS / "scene"
CLASSES = 1000  # of ImageNet
ANYWHERE = "anywhere"
NEAR_KM, FAR_KM, FAR_SHARE = 40.0, 200.0, 0.15  # a site stands for its surroundings
PEOPLE_SHARE = 0.3  # of photographs taken where people are, the others at sites


@dataclass(frozen=True, eq=False)
class Knowledge:
    """The tables over a grid of n cells.

    prior (n,): where photographs are taken, before one is looked at; ratio (1000, n): how much more
    often than photographs as a whole a class is seen in each cell, 1 for a class that no row names;
    kinds: the shares of each kind of place.
    """

    prior: Shares
    ratio: NDArray[np.float64]
    kinds: Mapping[str, Shares]


@dataclass(frozen=True, eq=False)
class Spots:
    """The m spots of 0.1 degree that the land of a grid consists of.

    latitude, longitude: degrees; cell: of the grid; area: relative; layers: by the names that
    formulas use, elevation and relief in m, rain in mm a year, coldest month in °C, coast and river
    in km, people as post offices per 100 km².
    """

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    cell: NDArray[np.int64]
    area: NDArray[np.float64]
    states: NDArray[np.str_]
    layers: Mapping[str, NDArray[np.float64]]

    def shares(self, weight: NDArray[np.float64], cells: int) -> Shares:
        """A weight at each spot (m,) as shares of the cells."""
        summed = np.bincount(self.cell, weight * self.area, cells)
        return np.asarray(summed / summed.sum())


def read_knowledge(grid: Grid, regions: NDArray[np.str_], folder: Path = TABLES) -> Knowledge:
    """Read the tables in `folder` and say what they mean for each cell of a grid.

    `regions` (n,) names each cell's region: the prior gives every region the same weight, since
    there is no saying where a visitor's photo is from, and within one follows sites and people.
    Raises ValueError, with the row, where a table names what no other defines.
    """
    spots = spots_of(grid)
    sites = read_sites(spots, len(grid), folder / "sites.csv")
    kinds = read_kinds(spots, len(grid), folder / "kinds.csv") | sites
    at_sites = np.mean(list(sites.values()), axis=0)
    ratio = np.ones((CLASSES, len(grid)))
    for number, where in class_places(folder).items():
        ratio[number] = mixture(where, kinds) / at_sites
    taken = (1 - PEOPLE_SHARE) * at_sites + PEOPLE_SHARE * kinds[ANYWHERE]
    return Knowledge(balanced(taken, regions), ratio, kinds)


def class_places(folder: Path = TABLES) -> dict[int, dict[str, float]]:
    """In which kinds of place each class is seen: number -> kind -> share, largest first.

    Raises ValueError for a name that is no class of ImageNet, and for shares of another sum than 1.
    """
    names = class_names(folder)
    places: dict[int, dict[str, float]] = {}
    for row in _rows(folder / "classes.csv"):
        where = read_mixture(row["where"])
        for name in row["classes"].split(";"):
            if name not in names:
                raise ValueError(f"classes.csv names {name!r}, which is no class of ImageNet")
            places |= {number: where for number, each in enumerate(names) if each == name}
    return places


def class_names(folder: Path = TABLES) -> list[str]:
    """The names of ImageNet's classes, by number; two may be the same."""
    return [row["name"] for row in _rows(folder / "imagenet.csv")]


def read_mixture(text: str) -> dict[str, float]:
    """What "0.6 fort + 0.4 palace" says: kind -> share, the largest first.

    Raises ValueError where the shares sum to another number than 1.
    """
    shares: dict[str, float] = {}
    for part in text.split(" + "):
        share, _, kind = part.partition(" ")
        shares[kind] = float(share)
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise ValueError(f"the shares of {text!r} sum to {sum(shares.values()):g}, not to 1")
    return dict(sorted(shares.items(), key=lambda each: -each[1]))


def mixture(where: Mapping[str, float], kinds: Mapping[str, Shares]) -> Shares:
    """The shares of cells that kinds of place stand for together; ValueError for an unknown one."""
    unknown = sorted(set(where) - set(kinds))
    if unknown:
        raise ValueError(f"classes.csv names {unknown[0]!r}, which is no kind of place")
    return np.asarray(sum(share * kinds[kind] for kind, share in where.items()))


def balanced(shares: Shares, regions: NDArray[np.str_]) -> Shares:
    """Shares in which every region weighs the same, and cells within one keep their ratio."""
    names, region = np.unique(regions, return_inverse=True)
    return np.asarray(shares / np.bincount(region, shares)[region] / len(names))


def read_kinds(spots: Spots, cells: int, path: Path) -> dict[str, Shares]:
    """The kinds of place that a formula defines: name -> shares."""
    known = functions(spots.states, spots.latitude, spots.longitude)
    return {
        row["kind"]: spots.shares(evaluate(row["formula"], spots.layers, known), cells)
        for row in _rows(path)
    }


def read_sites(spots: Spots, cells: int, path: Path) -> dict[str, Shares]:
    """The kinds of place that known sites define: name -> shares.

    Each site weighs the same and spreads over its surroundings: a Gaussian of `NEAR_KM` and, by
    `FAR_SHARE`, one of `FAR_KM`.
    """
    here = unit_vectors(np.column_stack([spots.latitude, spots.longitude]))
    weights: dict[str, NDArray[np.float64]] = {}
    for row in _rows(path):
        there = unit_vectors((float(row["latitude"]), float(row["longitude"])))
        chord = 2 * EARTH_KM**2 * (1 - here @ there)  # squared; as good as the arc so near by
        spread = sum(
            share * (kernel := np.exp(-0.5 * chord / scale**2)) / (kernel @ spots.area + 1e-9)
            for scale, share in ((NEAR_KM, 1 - FAR_SHARE), (FAR_KM, FAR_SHARE))
        )
        weights[row["kind"]] = weights.get(row["kind"], 0) + np.asarray(spread)
    return {kind: spots.shares(weight, cells) for kind, weight in weights.items()}


def spots_of(grid: Grid) -> Spots:
    """The spots of a grid's cells; a cell too small to hold one gets the spot nearest to it."""
    data = layers()
    rows, columns = data["elevation"].shape
    row, column = np.indices((rows, columns)).reshape(2, -1)
    latitude, longitude = SOUTH + STEP * (row + 0.5), WEST + STEP * (column + 0.5)
    cell = np.full(len(row), -1)
    for number, shape in enumerate(grid.cells):
        west, south, east, north = shape.bounds
        near = (longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)
        inside = np.zeros(len(row), bool)
        inside[near] = shapely.contains_xy(shape, longitude[near], latitude[near])
        if not inside.any():
            point = shape.representative_point()
            inside[np.argmin((longitude - point.x) ** 2 + (latitude - point.y) ** 2)] = True
        cell[inside] = number
    kept = cell >= 0

    def at(layer: NDArray[np.float32]) -> NDArray[np.float64]:
        return layer.reshape(-1)[kept].astype(np.float64)

    return Spots(
        np.asarray(latitude[kept], np.float64),
        np.asarray(longitude[kept], np.float64),
        cell[kept],
        np.cos(np.radians(latitude[kept])),
        data["states"][data["state"]].reshape(-1)[kept],
        {
            "elevation": at(data["elevation"]),
            "relief": at(data["relief"]),
            "rain": at(data["rain"].sum(axis=0)),
            "coldest": at(data["temperature"].min(axis=0)),
            "coast": at(data["coast_km"]),
            "river": at(data["river_km"]),
            "people": at(data["offices"]) + 0.05,  # nowhere is nobody
        },
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
