"""Where trees and bushes grow: thickets and gaps, field bunds, plantation rows, the far forest."""

from __future__ import annotations

import math

import numpy as np

from simulated_streets.renderer.places import Float, Places
from simulated_streets.renderer.sprites import VARIANTS, aspect
from simulated_streets.scenes.scene import Billboard, Colour, Scene

TREE_HEIGHT = {
    "coconut": 15.0, "areca": 12.0, "palmyra": 14.0, "date_palm": 7.0, "pine": 18.0,
    "deodar": 24.0, "sal": 16.0, "teak": 13.0, "banyan": 13.0, "mango": 10.0, "neem": 9.0,
    "eucalyptus": 17.0, "acacia": 5.0, "khejri": 5.5, "bamboo": 9.0, "mangrove": 5.0,
    "poplar": 14.0, "rhododendron": 6.0, "banana": 3.8,
}  # fmt: skip
SHRUB_HEIGHT = {
    "scrub": 1.5, "thorn": 1.6, "fern": 0.8, "cactus": 2.2, "grass_clump": 0.7, "tea_bush": 1.0,
    "reed": 2.4, "mustard_edge": 1.1, "lantana": 1.4,
}  # fmt: skip
_FAR_LINES = 70
_IN_ROWS = {"coconut", "areca", "tea_bush", "poplar"}
_AT_WATER = {"mangrove", "reed"}


def vegetation(
    scene: Scene, places: Places, rng: np.random.Generator, most: int
) -> list[Billboard]:
    """Trees near and far, then bushes; about `most` things where the land is thickly grown."""
    trees = {k: v for k, v in scene.trees.items() if v > 0.0}
    shrubs = {k: v for k, v in scene.shrubs.items() if v > 0.0}
    each = max((most - _FAR_LINES) // 2, 40)
    reach = _reach(sum(trees.values()), each, 45.0, 300.0)
    grown = _scatter(scene, places, trees, reach, 1.6, TREE_HEIGHT | scene.tree_height, rng)
    grown += _far_lines(scene, places, trees, reach, rng)
    near = _reach(sum(shrubs.values()), each, 14.0, 90.0)
    grown += _scatter(scene, places, shrubs, near, 0.3, SHRUB_HEIGHT, rng)
    return grown


def _reach(per_hectare: float, count: int, least: float, most: float) -> float:
    """Radius in metres within which about `count` plants stand."""
    if per_hectare <= 0.0:
        return 0.0
    return float(np.clip(100.0 * math.sqrt(count / (math.pi * per_hectare)), least, most))


def _thicket(points: Float, rng: np.random.Generator) -> Float:
    """A smooth field (n,) of mean about 1 over the plane: 0 in clearings, 2 and more in groves."""
    waves = rng.normal(0.0, 1.0, (6, 2)) / np.array([90, 60, 45, 30, 22, 15])[:, None] * 2.0
    phase = points @ waves.T + rng.uniform(0.0, 6.28, 6)
    return np.asarray(np.exp(0.75 * np.sin(phase).sum(axis=1) / math.sqrt(3.0)) / 1.3)


def _scatter(
    scene: Scene, places: Places, kinds: dict[str, float], reach: float, verge: float,
    heights: dict[str, float], rng: np.random.Generator,
) -> list[Billboard]:  # fmt: skip
    """Plants of several kinds (stems per hectare) within `reach` metres."""
    plants: list[Billboard] = []
    for kind, per_hectare in kinds.items():
        expected = per_hectare * math.pi * reach**2 / 1e4
        many = int(rng.poisson(12.0 * expected))
        points = rng.uniform(-reach, reach, (min(many, 6000), 2))
        liking = _thicket(points, rng)
        if kind in _IN_ROWS:
            points = _rows(scene, points, max(100.0 / math.sqrt(per_hectare), 1.1), rng)
            liking = np.ones(len(points))
        elif kind in _AT_WATER:
            liking *= np.exp(-np.abs(places.survey(points)[:, 1]) / 6.0) + 1e-3
        else:  # ploughs leave trees and bushes only on the edges of fields
            into = places.survey(points)[:, 2]
            liking *= np.where(into < 0.0, 1.0, np.where(into < 0.9, 4.0, 0.03))
        chosen = places.free(points, verge, 0.5) & (np.hypot(*points.T) < reach)
        points, liking = points[chosen], liking[chosen]
        if len(points) == 0:
            continue
        order = np.argsort(rng.exponential(1.0, len(points)) / liking)
        for x, y in points[order[: rng.poisson(expected)]]:
            tall = heights[kind] * float(rng.lognormal(0.0, 0.22))
            if math.hypot(x, y) < 0.35 * tall + 2.0:
                continue
            plants.append(_plant(kind, float(x), float(y), tall, scene.leaf, rng))
    return plants


def _plant(
    kind: str, x: float, y: float, tall: float, leaf: Colour, rng: np.random.Generator
) -> Billboard:
    key = f"{kind}/{rng.integers(VARIANTS)}"
    red, green, blue = (c * t for c, t in zip(leaf, rng.lognormal(0.0, 0.07, 3), strict=True))
    width = tall * aspect(key) * float(rng.uniform(0.88, 1.12))
    return Billboard(x, y, width, tall, key, -0.03 * tall, bool(rng.random() < 0.5),
                     (float(red), float(green), float(blue)))  # fmt: skip


def _rows(scene: Scene, points: Float, spacing: float, rng: np.random.Generator) -> Float:
    """Points moved to the knots of a planted grid, each knot once."""
    bearing = math.radians(scene.ground.field_bearing)
    sine, cosine = math.sin(bearing), math.cos(bearing)
    axes = np.array([[sine, cosine], [cosine, -sine]])
    knots = np.unique(np.round(points @ axes.T / spacing), axis=0)
    rng.shuffle(knots)
    return np.asarray((knots + rng.normal(0.0, 0.06, knots.shape)) * spacing @ axes)


def _far_lines(
    scene: Scene, places: Places, kinds: dict[str, float], reach: float, rng: np.random.Generator
) -> list[Billboard]:
    """Rows of crowns beyond `reach`: closed where the land is wooded, broken where it is open."""
    total = sum(kinds.values())
    if total <= 0.0:
        return []
    names = list(kinds)
    share = np.array([kinds[name] for name in names]) / total
    heights = TREE_HEIGHT | scene.tree_height
    lines = []
    for ring in range(5):
        distance = reach * (1.1 + 0.45 * ring + 0.18 * ring**2)
        for _ in range(_FAR_LINES // 5):
            angle, away = rng.uniform(0.0, 2.0 * math.pi), distance * rng.uniform(0.85, 1.3)
            point = np.array([[away * math.sin(angle), away * math.cos(angle)]])
            kind = names[int(rng.choice(len(names), p=share))]
            tall = heights[kind] * float(rng.uniform(0.9, 1.25))
            key = f"{kind}_line/{rng.integers(3)}"
            wide = tall * aspect(key) * float(rng.uniform(0.8, 1.2))
            closed = min(total * wide * reach / 8.0e4, 1.0)
            if rng.random() > closed or not places.free(point, 0.5 * wide)[0]:
                continue
            lines.append(Billboard(float(point[0, 0]), float(point[0, 1]), wide, tall, key,
                                   -0.05 * tall, bool(rng.random() < 0.5), scene.leaf))  # fmt: skip
    return lines
