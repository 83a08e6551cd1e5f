"""Houses, walls, roads and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

import numpy as np
from numpy.typing import NDArray

from geoloc_core.geography.climate import Covariates
from simulated_streets.scenes.gazetteer import (
    Landscape,
    Shares,
    blend,
    colours,
    state_habits,
)
from simulated_streets.scenes.mixing import draw, mix, ramp, scaled, spread, varied
from simulated_streets.scenes.scene import Colour, Ground, Road

ASPHALT: Colour = (0.115, 0.115, 0.118)
# heads of milestones: national highway, state highway, town road, village road
MILESTONES: dict[str, Colour] = {
    "national": (0.70, 0.48, 0.02),
    "state": (0.02, 0.25, 0.07),
    "town": (0.02, 0.02, 0.02),
    "village": (0.75, 0.20, 0.02),
}


@dataclass(frozen=True)
class Settlement:
    """What people have built and keep at a place; the fields are those of `Scene`."""

    settlement: float
    houses: Shares
    wall: str
    landmark: str
    poles: bool
    traffic: float
    pole: str
    fence: str
    paint: tuple[Colour, ...]
    roof: Colour
    rickshaw: Colour
    bus: Colour
    animal: str
    flags: float
    haystack: str


def density_of(here: Covariates, rng: np.random.Generator) -> float:
    """0 empty land to 1 dense town, drawn around what the layers say."""
    towns = ramp(log10(1 + here.townspeople), 1.6, 4.5)
    villages = ramp(here.offices, 0.3, 22)
    typical = 0.05 + 0.45 * towns + 0.35 * villages
    return float(np.clip(typical * rng.gamma(5.0, 0.2), 0.0, 1.0))


def settlement_of(
    here: Covariates,
    weight: NDArray[np.float64],
    landscape: Landscape,
    density: float,
    rng: np.random.Generator,
) -> Settlement:
    """Draw houses and habits: styles blend between landscapes, habits follow state borders."""
    habits = state_habits()[here.state]
    paints = colours("paint")[landscape.paint]
    roof = colours("roof").get(landscape.paint, ((0.35, 0.32, 0.30),))[0]
    walled = rng.random() < 0.35 + 0.45 * density
    marked = rng.random() < 0.12 + 0.35 * min(density, 0.6)
    flags = 2.5 * blend(weight, "landmarks").get("chorten", 0.0) / 9
    return Settlement(
        settlement=density,
        houses=houses_of(weight, density, rng),
        wall=draw(blend(weight, "walls"), rng) if walled else "none",
        landmark=draw(landscape.landmarks, rng) if marked else "none",
        poles=bool(rng.random() < 0.15 + 0.85 * ramp(density, 0.02, 0.15)),
        traffic=float(rng.gamma(2.0, 0.15 + 1.2 * density)),
        pole=habits.pole if rng.random() < 0.85 else "concrete",
        fence=landscape.fence,
        paint=tuple(varied(colour, rng, 0.08, 0.04) for colour in paints),
        roof=varied(roof, rng, 0.12, 0.05),
        rickshaw=varied(habits.rickshaw, rng, 0.10, 0.02),
        bus=varied(habits.bus, rng, 0.10, 0.02),
        animal=landscape.animal if rng.random() < 0.75 else "cow",
        flags=flags * float(rng.gamma(2.0, 0.5)),
        haystack=landscape.haystack,
    )


def houses_of(weight: NDArray[np.float64], density: float, rng: np.random.Generator) -> Shares:
    """Share of each style, summing to 1; towns have shop fronts and concrete."""
    styles = {
        name: share * spread(rng, 0.35) for name, share in sorted(blend(weight, "houses").items())
    }
    if "concrete_tower" in styles:
        styles["concrete_tower"] *= 6 * ramp(density, 0.4, 0.9)
    total = sum(styles.values())
    styles["shop_front"] = 0.6 * total * ramp(density, 0.3, 0.9)
    total += styles["shop_front"]
    return {name: share / total for name, share in styles.items() if share > 0.03 * total}


def road_of(here: Covariates, ground: Ground, density: float, rng: np.random.Generator) -> Road:
    """Draw the road under the camera, dusted with the soil beside it."""
    sandy = ramp(here.yearly_rain, 400, 150) * ramp(here.elevation, 900, 500)
    kind = draw(
        {
            "highway": 0.08 + 0.18 * density,
            "metalled": 0.35 + 0.4 * density,
            "mud": 0.30 * (1 - sandy),
            "sand": 0.30 * sandy,
            "none": 0.08 * (1 - ramp(density, 0.05, 0.4)),
        },
        rng,
    )
    widths = {"highway": 9.0, "metalled": 4.5, "mud": 3.2, "sand": 3.5, "none": 0.0}
    width = widths[kind] * spread(rng, 0.15)
    metalled = kind in ("highway", "metalled")
    dust = float(rng.uniform(0.08, 0.4)) * (0.6 if kind == "highway" else 1.0)
    order = {"highway": "national" if rng.random() < 0.6 else "state"}
    stone = order.get(kind, "town" if density > 0.5 else "village")
    edge = width / 2 + 1.2
    # traffic keeps left: the camera rides left of the middle, or stands on either verge
    offset = width / 4 if rng.random() < 0.7 else float(rng.choice([-edge, edge]))
    return Road(
        kind=kind,
        width=width,
        bearing=float(rng.uniform(0, 360)),
        offset=offset if kind != "none" else 0.0,
        marked=kind == "highway" or (kind == "metalled" and rng.random() < 0.25),
        surface=mix(scaled(ASPHALT, spread(rng, 0.25)), ground.verge, dust)
        if metalled
        else varied(ground.verge, rng, 0.08, 0.02),
        kerb=state_habits()[here.state].kerb if metalled and rng.random() < 0.4 else "none",
        milestone=MILESTONES[stone] if metalled and rng.random() < 0.5 else (0.0, 0.0, 0.0),
    )
