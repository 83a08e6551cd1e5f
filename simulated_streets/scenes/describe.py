"""From a point on the map and a moment to everything that a renderer needs to know."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import numpy as np

from geoloc_core.geography.climate import covariates_at
from simulated_streets.scenes.gazetteer import landscapes, weights
from simulated_streets.scenes.ground import ground_of
from simulated_streets.scenes.scene import Camera, Scene
from simulated_streets.scenes.settlement import density_of, road_of, settlement_of
from simulated_streets.scenes.terrain import terrain_of
from simulated_streets.scenes.vegetation import leaf_of, shrubs_of, trees_of
from simulated_streets.scenes.weather import INDIA, weather_of


def describe(lat: float, lon: float, when: datetime, seed: int) -> Scene:
    """Describe the place at (latitude, longitude) in degrees at one moment.

    `when` is an aware datetime, or a naive one in Indian time (UTC+5:30). What the layers do not
    settle is drawn; equal arguments give an equal scene. Raises ValueError outside the layers.
    """
    when = when.astimezone(INDIA) if when.tzinfo else when.replace(tzinfo=INDIA)
    here = covariates_at(lat, lon)
    root = np.random.default_rng([seed, round((lat + 90) * 1e5), round((lon + 180) * 1e5)])
    # a stream each, so that one more draw in one part leaves the others as they were
    choice, air, land, soil, plants, people, street, lens = root.spawn(8)

    weight = weights(here)
    landscape = landscapes()[int(choice.choice(len(weight), p=weight))]
    density = density_of(here, people)
    ground = ground_of(here, weight, landscape, when.month, soil)
    trees, tree_height = trees_of(here, weight, density, plants)
    settlement = settlement_of(here, weight, landscape, density, people)
    return Scene(
        seed=seed,
        latitude=lat,
        longitude=lon,
        month=when.month,
        weather=weather_of(here, when, air),
        terrain=terrain_of(here, landscape, when.month, land),
        ground=ground,
        road=road_of(here, ground, density, street),
        camera=camera_of(lens),
        trees=trees,
        tree_height=tree_height,
        shrubs=shrubs_of(here, weight, when.month, plants),
        leaf=leaf_of(here, when.month, plants),
        **asdict(settlement),
    )


def camera_of(rng: np.random.Generator) -> Camera:
    """Draw a lens, a sensor and a file as uploads to Street View have them."""
    return Camera(
        height=float(rng.normal(2.5, 0.12)),
        field_of_view=90.0,  # four headings make the full circle
        pitch=float(rng.normal(0.0, 1.5)),
        roll=float(rng.normal(0.0, 1.0)),
        exposure=float(np.clip(rng.normal(0.0, 0.28), -0.8, 0.8)),
        white_balance=float(np.clip(rng.normal(0.0, 0.22), -0.7, 0.7)),
        blur=float(rng.uniform(0.3, 0.9)),
        noise=float(rng.uniform(0.003, 0.02)),
        vignette=float(rng.uniform(0.0, 0.35)),
        jpeg_quality=int(rng.integers(72, 94)),
    )
