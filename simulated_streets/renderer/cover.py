"""What covers the land of a scene: colours and shares of soil, grass, crop, wood and road."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simulated_streets.scenes.scene import Array, Colour, Scene

ROADS = ("none", "metalled", "mud", "sand", "highway")
LEAF: dict[str, Colour] = {
    "none": (0.10, 0.15, 0.05), "fallow": (0.16, 0.14, 0.08), "stubble": (0.40, 0.32, 0.17),
    "flooded_paddy": (0.11, 0.21, 0.05), "paddy": (0.10, 0.21, 0.035),
    "wheat": (0.10, 0.18, 0.05), "cotton": (0.08, 0.14, 0.045), "tea": (0.05, 0.115, 0.025),
    "mustard": (0.11, 0.17, 0.05), "millet": (0.15, 0.19, 0.07), "sugar_cane": (0.15, 0.23, 0.07),
}  # fmt: skip
FLOWER: dict[str, Colour] = {
    "mustard": (0.62, 0.50, 0.03), "cotton": (0.75, 0.73, 0.68), "millet": (0.30, 0.22, 0.12),
}  # fmt: skip
RIPE = {"wheat": ((3, 4, 5), (0.44, 0.33, 0.15)), "paddy": ((10, 11, 12), (0.36, 0.29, 0.10))}
SPACING = {  # metres between rows
    "paddy": 0.25, "flooded_paddy": 0.25, "wheat": 0.3, "mustard": 0.45, "cotton": 1.0,
    "sugar_cane": 1.2, "tea": 1.5, "millet": 0.6, "fallow": 0.7, "stubble": 0.3, "none": 1.0,
}  # fmt: skip


class Cover(NamedTuple):
    """Numbers of a scene's ground cover, for compiled code. Colours are rows of `palette`."""

    palette: Array  # soil, rock, grass, straw, leaf, flower, forest, verge, road
    rockiness: float
    cover: float
    crop_cover: float  # share of the soil that a stand hides
    flower: float
    spacing: float
    flooded: bool
    forest: float
    elevation: float
    snow_line: float
    road_kind: int
    marked: bool
    wet: float


SOIL, ROCK, GRASS, STRAW, LEAVES, BLOOM, FOREST, VERGE, PAVED = range(9)


def cover_of(scene: Scene) -> Cover:
    """The compiled form of a scene's ground cover."""
    ground, month = scene.ground, scene.month
    soil, grass = np.array(ground.soil), np.array(ground.grass)
    leaf = np.array(LEAF[ground.crop])
    months, gold = RIPE.get(ground.crop, ((), (0.0, 0.0, 0.0)))
    if month in months:
        leaf = np.array(gold)
    crowns = sum(
        stems * math.pi * (0.2 * scene.tree_height.get(kind, 8.0)) ** 2 / 1e4
        for kind, stems in scene.trees.items()
    )
    forest = np.array([0.045, 0.075, 0.028]) * 0.7 + grass * 0.18
    straw = 0.35 * soil + 0.35 * grass + np.array([0.10, 0.08, 0.03])
    palette = np.stack(
        [
            soil,
            np.array(ground.rock),
            grass,
            straw,
            leaf,
            np.array(FLOWER.get(ground.crop, tuple(leaf))),
            forest,
            np.array(ground.verge),
            np.array(scene.road.surface),
        ]
    )
    closed = {"fallow": 0.08, "stubble": 0.7, "cotton": 0.6, "flooded_paddy": 0.35, "tea": 0.95}
    return Cover(
        palette=np.asarray(palette, np.float32),
        rockiness=ground.rockiness,
        cover=ground.cover,
        crop_cover=closed.get(ground.crop, 0.9),
        flower={"mustard": 0.75, "cotton": 0.12, "millet": 0.3}.get(ground.crop, 0.0),
        spacing=SPACING[ground.crop],
        flooded=ground.crop == "flooded_paddy",
        forest=1.0 - math.exp(-crowns),
        elevation=scene.terrain.elevation,
        snow_line=scene.terrain.snow_line,
        road_kind=ROADS.index(scene.road.kind),
        marked=scene.road.marked,
        wet=scene.weather.wet,
    )
