"""The people whose images a simulated data set holds: names, homes, ranges, who takes which.

Each lives in one cell, bears a name of that part of India, and takes pictures near home; a few
are busy and most are not. Some also travel. This is what lets a network read the cell off a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from faker import Faker
from numpy.random import Generator

from geoloc_core.geography.grid import Grid
from geoloc_core.geography.place_names import place_name
from geoloc_core.geography.points import point_in
from geoloc_core.geography.sphere import haversine_km
from simulated_streets.romanise import romanise

PER_CELL = 4
TRAVELLERS = 0.15  # share of the uploaders who travel
TRAVELLED = 0.10  # share of the panoramas that travellers take away from home
ABROAD = 0.02  # how readily someone crosses the border of the home cell, against staying in it
_RANGE_KM = 60.0  # median distance from home over which images fall to 1/e
_TAIL = 1.1  # exponent of the Pareto law of productivity; Zipf's law is 1
_BUSIEST = 30.0  # times the least productive
_LONGEST_NAME = 20  # letters that fit the credit line

_LOCALES = {
    **dict.fromkeys(("Maharashtra", "Goa"), "mr_IN"),
    **dict.fromkeys(("Gujarat", "Dadra and Nagar Haveli and Daman and Diu"), "gu_IN"),
    **dict.fromkeys(("West Bengal", "Tripura", "Assam"), "bn_BD"),
    **dict.fromkeys(("Odisha",), "or_IN"),
    **dict.fromkeys(("Tamil Nadu", "Puducherry"), "ta_IN"),
    **dict.fromkeys(("Sikkim", "Uttarakhand"), "ne_NP"),
    **dict.fromkeys(
        (
            *("Delhi", "Haryana", "Himachal Pradesh", "Uttar Pradesh", "Rajasthan"),
            *("Madhya Pradesh", "Chhattisgarh", "Bihar", "Jharkhand"),
        ),
        "hi_IN",
    ),
}
_ELSEWHERE = "en_IN"  # names from all over India, already in Latin letters
_WRITES_ALL_VOWELS = ("or_IN", "ta_IN", "en_IN")


@dataclass(frozen=True)
class Uploader:
    """Someone who uploads panoramas: home as latitude, longitude in degrees."""

    name: str
    latitude: float
    longitude: float
    cell: int
    range_km: float
    productivity: float
    travels: bool


def population(grid: Grid, seed: int) -> tuple[Uploader, ...]:
    """`PER_CELL` uploaders for each cell, with distinct names; the seed alone settles them."""
    rng = np.random.default_rng([seed, 0])
    fakers = {locale: Faker(locale) for locale in sorted({*_LOCALES.values(), _ELSEWHERE})}
    for faker in fakers.values():
        faker.seed_instance(int(rng.integers(2**31)))
    uploaders: dict[str, Uploader] = {}
    for cell, outline in enumerate(grid.cells):
        for _ in range(PER_CELL):
            latitude, longitude = point_in(outline, rng)
            locale = _LOCALES.get(place_name(latitude, longitude).split(", ")[-1], _ELSEWHERE)
            name = _name(fakers[locale], locale)
            while name in uploaders:
                name = _name(fakers[locale], locale)
            uploaders[name] = Uploader(
                name=name,
                latitude=latitude,
                longitude=longitude,
                cell=cell,
                range_km=_RANGE_KM * float(rng.lognormal(0.0, 0.4)),
                productivity=min(_BUSIEST, 1.0 + float(rng.pareto(_TAIL))),
                travels=bool(rng.random() < TRAVELLERS),
            )
    return tuple(uploaders.values())


def choose(
    uploaders: Sequence[Uploader], cell: int, latitude: float, longitude: float, rng: Generator
) -> Uploader:
    """Draw who took the panorama at a point (degrees) of a cell.

    A share of `TRAVELLED` is by travellers, wherever they live. Otherwise someone's chance is
    productivity x exp(-distance from home / range), times `ABROAD` for those of other cells.
    """
    productivity = np.array([uploader.productivity for uploader in uploaders])
    if rng.random() < TRAVELLED:
        weights = productivity * [uploader.travels for uploader in uploaders]
    else:
        homes = np.array([(uploader.latitude, uploader.longitude) for uploader in uploaders])
        ranges = np.array([uploader.range_km for uploader in uploaders])
        distances = haversine_km(homes, np.array([latitude, longitude]))
        at_home = np.array([uploader.cell == cell for uploader in uploaders])
        weights = productivity * np.exp(-distances / ranges) * np.where(at_home, 1.0, ABROAD)
    return uploaders[int(rng.choice(len(uploaders), p=weights / weights.sum()))]


def _name(faker: Faker, locale: str) -> str:
    while True:
        name = romanise(
            f"{faker.first_name()} {faker.last_name()}",
            drops_vowels=locale not in _WRITES_ALL_VOWELS,
        )
        letters = name.replace(" ", "")
        if letters.isascii() and letters.isalpha() and len(name) <= _LONGEST_NAME:
            return name
