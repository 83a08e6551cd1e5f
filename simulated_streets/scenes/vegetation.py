"""Trees, shrubs and the colour of their leaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geoloc_core.geography.climate import Covariates
from simulated_streets.scenes.gazetteer import blend
from simulated_streets.scenes.ground import lushness
from simulated_streets.scenes.mixing import mix, ramp, spread
from simulated_streets.scenes.scene import Colour

HEIGHTS = {  # metres, of grown trees
    "coconut": 17.0, "areca": 14.0, "palmyra": 16.0, "date_palm": 8.0, "pine": 22.0,
    "deodar": 28.0, "sal": 20.0, "teak": 16.0, "banyan": 15.0, "mango": 12.0, "neem": 11.0,
    "eucalyptus": 22.0, "acacia": 6.5, "khejri": 6.0, "bamboo": 11.0, "mangrove": 6.0,
    "poplar": 18.0, "rhododendron": 7.0, "banana": 4.0,
}  # fmt: skip

# metres above the sea between which a kind thins out, upwards or downwards
LIMITS: dict[str, tuple[float, float]] = {
    "coconut": (1100, 600), "areca": (1400, 900), "palmyra": (1000, 600), "date_palm": (1000, 700),
    "sal": (1400, 1000), "teak": (1300, 900), "banyan": (1300, 900), "mango": (1500, 1000),
    "neem": (1200, 900), "acacia": (1500, 900), "banana": (1900, 1300), "bamboo": (2600, 1900),
    "eucalyptus": (2400, 2000), "pine": (500, 1000), "deodar": (1300, 1900),
    "rhododendron": (1300, 2000), "poplar": (4300, 3900), "mangrove": (25, 8),
}  # fmt: skip
TREE_LINE = (4200.0, 3600.0)

PARCHED: Colour = (1.40, 1.02, 0.62)
DUSTY: Colour = (1.25, 1.12, 1.05)
FRESH: Colour = (0.85, 1.05, 0.70)


def trees_of(
    here: Covariates,
    weight: NDArray[np.float64],
    settlement: float,
    rng: np.random.Generator,
) -> tuple[dict[str, float], dict[str, float]]:
    """Stems per hectare and heights in metres by kind of tree."""
    wooded = spread(rng, 0.3) * (1 - 0.5 * settlement) * (0.8 + 0.5 * ramp(here.slope, 1, 7))
    wooded *= ramp(here.elevation, *TREE_LINE)
    vigour = 0.8 + 0.3 * ramp(here.yearly_rain, 300, 1800)
    stems: dict[str, float] = {}
    heights: dict[str, float] = {}
    for kind, typical in sorted(blend(weight, "trees").items()):
        density = typical * wooded * ramp(here.elevation, *LIMITS.get(kind, TREE_LINE))
        if kind == "mangrove":
            density *= ramp(here.coast_km, 25, 8)
        density *= spread(rng, 0.4)
        height = HEIGHTS[kind] * vigour * spread(rng, 0.1)
        if density > 0.2:
            stems[kind], heights[kind] = density, height
    return stems, heights


def shrubs_of(
    here: Covariates, weight: NDArray[np.float64], month: int, rng: np.random.Generator
) -> dict[str, float]:
    """Shrubs per hectare by kind; mustard at the fields' edges while it flowers."""
    shrubs = {
        kind: typical * spread(rng, 0.4)
        for kind, typical in sorted(blend(weight, "shrubs").items())
        if typical > 1
    }
    if month in (12, 1, 2) and 23 < here.latitude < 32 and here.elevation < 600:
        shrubs["mustard_edge"] = 40.0 * spread(rng, 0.5)
    return shrubs


def leaf_of(here: Covariates, month: int, rng: np.random.Generator) -> Colour:
    """Tint of all foliage: parched, dusty in dry country, fresh after rain, dark in deep wood."""
    lush = min(lushness(here, month), 1.0)
    deciduous = ramp(here.yearly_rain, 2400, 1000)
    light = spread(rng, 0.06)
    tint = mix((1.0, 1.0, 1.0), PARCHED, 0.6 * (1 - lush) * deciduous)
    tint = mix(tint, DUSTY, 0.6 * ramp(here.yearly_rain, 900, 250))
    tint = mix(tint, FRESH, 0.7 * lush)
    if sum(here.colour) < 1.2:  # not snow: dark from space is dense evergreen wood
        light *= 0.75 + 0.45 * ramp(sum(here.colour) / 3, 0.015, 0.12)
    red, green, blue = (channel * light * spread(rng, 0.03) for channel in tint)
    return red, green, blue
