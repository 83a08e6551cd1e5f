"""A gazetteer of India's landscapes: what grows, is sown and is built where.

The tables lie in assets/layers: `landscapes.csv` (one row a landscape, with its middle),
`states.csv` (habits that follow state borders) and `colours.csv` (soils, house paints, roofs).
They are written by hand, from general knowledge, and simplified.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc_core.assets import intact
from geoloc_core.geography.climate import Covariates, srgb_to_linear
from geoloc_core.paths import ASSETS
from simulated_streets.scenes.scene import Colour

REACH_KM = 85.0  # two places that far apart share most of their looks
REACH_METRES = 450.0  # of height, likewise

Shares = dict[str, float]


@dataclass(frozen=True)
class Landscape:
    """One row of the gazetteer; the fields are the columns of landscapes.csv."""

    name: str
    latitude: float
    longitude: float
    elevation: float
    soil: str
    kharif: tuple[str, ...]  # crops of the monsoon, likeliest first
    rabi: tuple[str, ...]  # of the winter
    summer: tuple[str, ...]
    farmed: float  # share of the land in fields
    field_size: float
    trees: Shares  # stems per hectare
    shrubs: Shares
    houses: Shares
    paint: str
    walls: Shares
    fence: str
    haystack: str
    animal: str
    landmarks: Shares
    rockiness: float
    boulders: float


@dataclass(frozen=True)
class StateHabits:
    """What follows the borders of a state."""

    pole: str
    kerb: str
    bus: Colour
    rickshaw: Colour


def linear(code: str) -> Colour:
    """Linear RGB of a colour written #rrggbb in sRGB."""
    encoded = np.frombuffer(bytes.fromhex(code.removeprefix("#")), np.uint8)
    red, green, blue = srgb_to_linear(encoded.astype(np.float32) / np.float32(255)).tolist()
    return red, green, blue


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a table of assets/layers."""
    with intact(ASSETS / "layers" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shares(text: str) -> Shares:
    """`"sal:60 mango:8"` as a dictionary."""
    pairs = (item.split(":") for item in text.split())
    return {name: float(value) for name, value in pairs}


@cache
def landscapes() -> tuple[Landscape, ...]:
    """Every landscape of the gazetteer."""
    parse: dict[str, Any] = {
        "float": float,
        "str": str,
        "Shares": shares,
        "tuple[str, ...]": lambda text: tuple(text.split()),
    }
    columns = [(field.name, parse[str(field.type)]) for field in fields(Landscape)]
    return tuple(
        Landscape(**{name: read(row[name]) for name, read in columns})
        for row in rows_of("landscapes.csv")
    )


@cache
def state_habits() -> dict[str, StateHabits]:
    """Habits by the state's name, as the layers write it."""
    return {
        row["state"]: StateHabits(
            row["pole"], row["kerb"], linear(row["bus"]), linear(row["rickshaw"])
        )
        for row in rows_of("states.csv")
    }


@cache
def colours(kind: str) -> dict[str, tuple[Colour, ...]]:
    """Colours by name, linear RGB; `kind` is "soil", "rock", "paint" or "roof"."""
    return {
        row["name"]: tuple(linear(code) for code in row["colours"].split())
        for row in rows_of("colours.csv")
        if row["kind"] == kind
    }


@cache
def _middles() -> NDArray[np.float64]:
    return np.array([(x.latitude, x.longitude, x.elevation) for x in landscapes()])


def weights(here: Covariates) -> NDArray[np.float64]:
    """How much each landscape has to say about a place, (landscapes,), summing to 1.

    A Gaussian in distance and in height, so that borders are as wide as in life.
    """
    middles = _middles()
    km = 111.2 * np.hypot(
        middles[:, 0] - here.latitude,
        (middles[:, 1] - here.longitude) * np.cos(np.radians(here.latitude)),
    )
    metres = middles[:, 2] - here.elevation
    square = (km / REACH_KM) ** 2 + (metres / REACH_METRES) ** 2
    weight = np.exp(-0.5 * (square - square.min()))
    return np.asarray(weight / weight.sum())


def blend(weight: NDArray[np.float64], column: str) -> Shares:
    """The weighted mean of a column of shares, such as "trees"."""
    mean: Shares = {}
    for share, landscape in zip(weight, landscapes(), strict=True):
        if share > 1e-3:
            for name, value in getattr(landscape, column).items():
                mean[name] = mean.get(name, 0.0) + float(share) * value
    return mean


def mean(weight: NDArray[np.float64], column: str) -> float:
    """The weighted mean of a column of numbers, such as "rockiness"."""
    return float(weight @ [getattr(landscape, column) for landscape in landscapes()])
