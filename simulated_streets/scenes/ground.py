"""Soil, grass and crops of a place by month."""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import NDArray

from geoloc_core.geography.climate import Covariates
from simulated_streets.scenes.gazetteer import Landscape, colours, landscapes, mean
from simulated_streets.scenes.mixing import mix, ramp, scaled, spread, varied
from simulated_streets.scenes.scene import Colour, Ground

STRAW: Colour = (0.36, 0.285, 0.165)
ALPINE_STRAW: Colour = (0.27, 0.18, 0.08)
OLIVE: Colour = (0.11, 0.12, 0.035)  # grass of dry country
LUSH: Colour = (0.045, 0.115, 0.018)  # grass of wet country
DUST: Colour = (0.42, 0.37, 0.30)

SUMMER_MONTHS, KHARIF_MONTHS = (4, 5), (6, 7, 8, 9, 10)


def lushness(here: Covariates, month: int) -> float:
    """0 parched to 1 green: this and last month's rain against what the air takes up."""
    fallen = 0.6 * here.rain[month - 1] + 0.4 * here.rain[month - 2] + 0.2 * here.yearly_rain / 12
    thirst = 45 + 4 * max(here.temperature[month - 1], 0.0)
    return 1 - exp(-1.3 * fallen / thirst)


def ground_of(
    here: Covariates,
    weight: NDArray[np.float64],
    landscape: Landscape,
    month: int,
    rng: np.random.Generator,
) -> Ground:
    """Draw what covers the land; `weight` and `landscape` as landscapes.weights gives them."""
    soil = soil_of(here, weight, landscape, rng)
    grey: Colour = (0.24, 0.23, 0.21)
    rock = colours("rock").get(landscape.soil, (mix(soil, grey, 0.6),))[0]
    lush = lushness(here, month) * float(rng.uniform(0.85, 1.1))
    cold = ramp(here.temperature[6], 15, 5)
    green = mix(OLIVE, LUSH, ramp(here.yearly_rain, 500, 1800))
    dry = mix(STRAW, ALPINE_STRAW, cold)
    barren = 1 - 0.9 * ramp(here.yearly_rain, 700, 150)
    crop, share = crop_of(here, landscape, month, rng)
    return Ground(
        soil=soil,
        rock=varied(rock, rng, 0.10, 0.03),
        rockiness=min(mean(weight, "rockiness") * spread(rng, 0.35), 1.0),
        grass=varied(mix(dry, green, min(lush, 1.0)), rng, 0.10, 0.05),
        cover=min((0.12 + 0.85 * lush) * barren * spread(rng, 0.2), 1.0),
        crop=crop,
        crop_share=share,
        field_size=landscape.field_size * spread(rng, 0.3),
        field_bearing=float(rng.uniform(0, 180)),
        verge=mix(scaled(soil, 1.12), DUST, 0.15),
        boulders=mean(weight, "boulders") * spread(rng, 0.5),
    )


def soil_of(
    here: Covariates, weight: NDArray[np.float64], landscape: Landscape, rng: np.random.Generator
) -> Colour:
    """The drawn landscape's soil, pulled to its neighbours' and to the hue seen from space."""
    shades = colours("soil")
    light, dark = shades[landscape.soil]
    own = mix(light, dark, float(rng.random()))
    around = np.zeros(3)
    for share, other in zip(weight, landscapes(), strict=True):
        around += share * np.mean(shades[other.soil], axis=0)
    red, green, blue = around.tolist()
    soil = mix(own, (red, green, blue), 0.35)
    if here.greenness < 0 and sum(here.colour) < 1.2:  # bare ground, not forest, not snow
        seen = scaled(here.colour, sum(soil) / sum(here.colour))
        soil = mix(soil, seen, 0.25)
    return varied(soil, rng, 0.08, 0.02)


def season_of(here: Covariates, month: int) -> tuple[str, int]:
    """Season of the fields and month of its calendar.

    Where more falls in October and November than in July and August (the south-east), the year
    of the fields runs three months later.
    """
    late = here.rain[9] + here.rain[10] > here.rain[6] + here.rain[7]
    month = (month - 4) % 12 + 1 if late else month
    if month in SUMMER_MONTHS:
        return "summer", month
    return ("kharif" if month in KHARIF_MONTHS else "rabi"), month


def crop_of(
    here: Covariates, landscape: Landscape, month: int, rng: np.random.Generator
) -> tuple[str, float]:
    """What stands in the fields, and the share of the land that they take."""
    season, month = season_of(here, month)
    sown = {"kharif": landscape.kharif, "rabi": landscape.rabi, "summer": landscape.summer}[season]
    crop = sown[min(int(rng.geometric(0.65)) - 1, len(sown) - 1)]
    if crop == "paddy" and month in (6, 7):
        crop = "flooded_paddy"
    elif crop == "flooded_paddy" and month in (9, 10):
        crop = "paddy"
    elif season == "rabi" and month == 11:
        crop = {"wheat": "fallow", "mustard": "fallow", "paddy": "stubble"}.get(crop, crop)
    elif crop == "mustard" and month == 3:
        crop = "stubble"
    flat = ramp(here.slope, 14, 4)
    share = min(landscape.farmed * (0.4 + 0.6 * flat) * spread(rng, 0.2), 0.98)
    return (crop, share) if crop != "none" and share > 0.02 else ("none", 0.0)
