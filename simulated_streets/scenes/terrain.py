"""The shape of the land around a place, its snow and its water."""

from __future__ import annotations

from math import exp

import numpy as np

from geoloc_core.geography.climate import Covariates
from simulated_streets.scenes.gazetteer import Landscape
from simulated_streets.scenes.mixing import ramp, spread
from simulated_streets.scenes.scene import Terrain

LAPSE_RATE = 6.5e-3  # kelvin a metre


def terrain_of(
    here: Covariates, landscape: Landscape, month: int, rng: np.random.Generator
) -> Terrain:
    """Relief from the layers, snow from the month's warmth, water from what lies near."""
    water, bearing, distance = water_of(here, landscape, rng)
    sandy = ramp(here.yearly_rain, 420, 180) * ramp(here.elevation, 900, 500)
    dunes = 12 * sandy * spread(rng, 0.5) if landscape.soil.startswith("desert") else 0.0
    return Terrain(
        elevation=here.elevation,
        relief=here.relief * spread(rng, 0.2),
        ruggedness=max(ramp(here.slope, 1.5, 15), 0.65 * ramp(here.relief, 700, 2200))
        * float(rng.uniform(0.85, 1.0)),
        undulation=min((0.6 + 2.2 * here.slope) * spread(rng, 0.35), 60.0),
        dunes=dunes if dunes > 1 else 0.0,
        snow_line=snow_line(here, month) + float(rng.normal(0, 250)),
        water=water,
        water_bearing=bearing,
        water_distance=distance,
    )


def snow_line(here: Covariates, month: int) -> float:
    """Metres above the sea where it froze over the last two months, higher where little falls."""
    warmth = (here.temperature[month - 1] + here.temperature[month - 2]) / 2
    freezing = here.elevation + warmth / LAPSE_RATE
    return freezing + 1400 * ramp(here.yearly_rain, 600, 80)


def water_of(
    here: Covariates, landscape: Landscape, rng: np.random.Generator
) -> tuple[str, float, float]:
    """Kind of the nearest water in sight, its bearing and its distance in metres."""
    flat = exp(-here.slope)
    wetland = flat * ramp(here.yearly_rain, 700, 2000)
    chances = {
        "salt": 0.6 if landscape.soil == "salt" else 0.0,
        "sea": 0.75 * ramp(here.coast_km, 9, 1.5),
        "backwater": 0.5 * ramp(here.coast_km, 30, 8) * ramp(here.elevation, 25, 8) * wetland,
        "river": 0.45 * ramp(here.river_km, 14, 3),
        "pond": 0.30 * wetland,
    }
    bearings = {"sea": here.coast_bearing, "river": here.river_bearing}
    distances = {"sea": 120.0, "river": 70.0, "backwater": 35.0, "pond": 30.0, "salt": 60.0}
    for kind, chance in chances.items():
        if rng.random() < chance:
            bearing = bearings.get(kind, float(rng.uniform(0, 360))) + float(rng.normal(0, 20))
            return kind, bearing % 360, distances[kind] * spread(rng, 0.6)
    return "none", 0.0, 0.0
