"""Broad-leaved trees: leaf clusters fill a crown, and branches reach for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulated_streets.renderer.canvas import Float, draw, strokes
from simulated_streets.scenes.scene import Array, Colour, Sprite


@dataclass(frozen=True)
class Habit:
    """How a tree or bush grows; lengths are shares of its height."""

    aspect: float  # width over height
    leaf: Colour
    bark: Colour = (0.13, 0.10, 0.075)
    base: float = 0.28  # height of the crown's lower edge
    fork: float = 0.25  # height of the first branching
    trunk: float = 0.022  # radius
    stems: int = 1
    clusters: int = 90
    cluster: float = 0.075  # radius of a leaf cluster
    leaves: int = 110  # per cluster
    size: float = 0.020  # length of a leaf
    slim: float = 0.42  # half width of a leaf over its length
    droop: float = 0.3  # 0 leaves stand out, 1 they hang
    flat: float = 0.0  # 0 an egg, 1 an umbrella
    hollow: float = 0.45  # 0 leaves fill the crown, 1 they keep to its surface
    wild: float = 0.28  # unevenness of the crown's outline
    second: Colour | None = None  # blossoms, fruits, dead leaves
    second_share: float = 0.0
    roots: int = 0  # aerial roots or stilts


BROAD: dict[str, Habit] = {
    "sal": Habit(0.62, (0.050, 0.092, 0.024), (0.10, 0.085, 0.07), 0.34, 0.30, 0.016, clusters=95),
    "teak": Habit(
        0.58, (0.070, 0.100, 0.028), (0.19, 0.165, 0.13), 0.36, 0.34, 0.015,
        clusters=60, leaves=60, size=0.036, slim=0.48, droop=0.5, wild=0.4,
        second=(0.17, 0.15, 0.07), second_share=0.07,
    ),
    "banyan": Habit(
        1.45, (0.042, 0.076, 0.020), (0.17, 0.15, 0.125), 0.26, 0.16, 0.050,
        clusters=170, cluster=0.085, leaves=95, size=0.024, roots=16, flat=0.25,
    ),
    "mango": Habit(
        1.12, (0.034, 0.062, 0.018), (0.11, 0.09, 0.07), 0.20, 0.20, 0.034,
        clusters=130, cluster=0.085, leaves=120, size=0.028, slim=0.24, droop=0.75, wild=0.16,
        second=(0.10, 0.055, 0.025), second_share=0.06,
    ),
    "neem": Habit(
        0.98, (0.066, 0.110, 0.028), (0.13, 0.11, 0.09), 0.26, 0.22, 0.024,
        clusters=110, cluster=0.080, leaves=130, size=0.018, slim=0.26, droop=0.6, wild=0.34,
    ),
    "eucalyptus": Habit(
        0.42, (0.085, 0.115, 0.060), (0.42, 0.37, 0.31), 0.36, 0.40, 0.011,
        clusters=55, cluster=0.060, leaves=80, size=0.022, slim=0.15, droop=0.95, wild=0.5,
    ),
    "acacia": Habit(
        1.35, (0.085, 0.100, 0.034), (0.10, 0.08, 0.065), 0.42, 0.18, 0.022, 2,
        clusters=85, cluster=0.090, leaves=130, size=0.011, slim=0.40, flat=0.85, wild=0.45,
    ),
    "khejri": Habit(
        0.85, (0.100, 0.115, 0.048), (0.15, 0.12, 0.09), 0.34, 0.30, 0.024,
        clusters=52, cluster=0.085, leaves=95, size=0.012, slim=0.36, droop=0.55, wild=0.55,
    ),
    "mangrove": Habit(
        1.15, (0.046, 0.082, 0.026), (0.13, 0.11, 0.09), 0.22, 0.14, 0.016, 3,
        clusters=110, cluster=0.085, leaves=110, size=0.026, wild=0.25, roots=30,
    ),
    "poplar": Habit(
        0.24, (0.080, 0.125, 0.040), (0.24, 0.22, 0.18), 0.10, 0.12, 0.011,
        clusters=85, cluster=0.045, leaves=100, size=0.015, wild=0.3, hollow=0.2,
    ),
    "rhododendron": Habit(
        0.88, (0.040, 0.070, 0.026), (0.14, 0.10, 0.08), 0.22, 0.12, 0.020, 3,
        clusters=85, cluster=0.080, leaves=85, size=0.032, slim=0.26, droop=0.2, wild=0.4,
        second=(0.42, 0.02, 0.035), second_share=0.09,
    ),
}  # fmt: skip

BUSHES: dict[str, Habit] = {
    "scrub": Habit(
        1.35, (0.095, 0.110, 0.045), (0.14, 0.11, 0.085), 0.02, 0.05, 0.014, 6,
        clusters=48, cluster=0.15, leaves=75, size=0.030, slim=0.38, wild=0.5, flat=0.2,
    ),
    "thorn": Habit(
        1.45, (0.115, 0.115, 0.060), (0.16, 0.13, 0.105), 0.06, 0.04, 0.013, 8,
        clusters=42, cluster=0.15, leaves=42, size=0.024, slim=0.30, wild=0.6, flat=0.3,
    ),
    "tea_bush": Habit(
        1.5, (0.060, 0.135, 0.026), (0.12, 0.09, 0.07), 0.08, 0.05, 0.015, 6,
        clusters=85, cluster=0.14, leaves=95, size=0.055, slim=0.30, wild=0.10, flat=0.9, droop=0.0,
    ),
    "lantana": Habit(
        1.3, (0.062, 0.115, 0.030), (0.12, 0.09, 0.07), 0.0, 0.05, 0.010, 7,
        clusters=58, cluster=0.15, leaves=85, size=0.040, slim=0.40, wild=0.4,
        second=(0.48, 0.17, 0.10), second_share=0.04,
    ),
    "hedge": Habit(
        2.7, (0.060, 0.105, 0.030), (0.12, 0.09, 0.07), 0.0, 0.05, 0.008, 9,
        clusters=150, cluster=0.16, leaves=85, size=0.045, slim=0.36, wild=0.05, flat=0.3,
    ),
    "fence_thorn": Habit(
        3.0, (0.17, 0.145, 0.105), (0.15, 0.12, 0.095), 0.0, 0.03, 0.008, 12,
        clusters=130, cluster=0.16, leaves=40, size=0.07, slim=0.06, wild=0.25, flat=0.3, droop=0.0,
    ),
}  # fmt: skip


def broad_leaved(habit: Habit, rng: np.random.Generator, pixels: int = 256) -> Sprite:
    """A tree or bush of this habit."""
    tips = _crown(habit, rng)
    wood = _branches(habit, tips, rng)
    parts = [wood, _foliage(habit, tips, rng)]
    if habit.roots:
        parts.append(_roots(habit, rng))
    return draw(parts, habit.aspect, rng, pixels=pixels, translucency=0.3, density=0.36)


def _crown(habit: Habit, rng: np.random.Generator) -> Float:
    """Centres (n, 3) of leaf clusters on boughs that fill an egg or umbrella."""
    boughs = max(round(habit.clusters / 6), 7)
    way = rng.standard_normal((boughs, 3))
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    way[:, 1] = (1.0 - habit.flat) * way[:, 1] + habit.flat * (0.35 + 0.2 * way[:, 1])
    reach = rng.uniform(habit.hollow, 1.0, (boughs, 1))
    reach *= rng.uniform(1.0 - 1.2 * habit.wild, 1.0, (boughs, 1))
    bough = rng.uniform(0.28, 0.5, (boughs, 1))
    which = rng.integers(0, boughs, habit.clusters)
    around = rng.standard_normal((habit.clusters, 3))
    around /= np.linalg.norm(around, axis=1, keepdims=True)
    around[:, 1] = np.where(around[:, 1] < -0.35, -around[:, 1], around[:, 1])
    around *= rng.uniform(0.2, 1.0, (habit.clusters, 1)) ** 0.5
    place = way[which] * reach[which] * 0.78 + around * bough[which]
    place /= np.maximum(np.linalg.norm(place, axis=1, keepdims=True), 1.0)
    low, high = place[:, 1].min(), place[:, 1].max()
    place[:, 1] = 2.0 * (place[:, 1] - low) / (high - low) - 1.0
    half_width = max(0.5 * habit.aspect - 0.8 * habit.cluster, 0.05)
    half_height = max(0.5 * (1.0 - habit.base) - 0.8 * habit.cluster - 0.5 * habit.size, 0.03)
    narrow = 1.0 - 0.3 * np.clip(place[:, 1:2], 0.0, 1.0) * (1.0 - habit.flat)
    place = place * np.concatenate([narrow, np.ones_like(narrow), narrow], axis=1)
    place = place * np.array([half_width, half_height, half_width])
    return np.asarray(place + np.array([0.0, 0.5 * (1.0 + habit.base), 0.0]))


def _branches(habit: Habit, tips: Float, rng: np.random.Generator) -> Array:
    """Every cluster joins the nearest wood already grown; radii follow da Vinci's rule."""
    nodes: list[Float] = []
    parent: list[int] = []
    for _ in range(habit.stems):
        lean = rng.normal(0.0, 0.022, 3) + (habit.stems > 1) * rng.normal(0.0, 0.10, 3)
        reach = habit.fork + (0.3 if habit.stems == 1 else 0.1) * rng.random() * (1.0 - habit.fork)
        below = -1
        for share in np.linspace(0.0, 1.0, 7):
            foot = np.array([0.35 * lean[0], 0.0, 0.35 * lean[2]])
            bend = lean * share**1.5 + rng.normal(0.0, 0.004, 3) * share
            bend[1] = share * reach
            nodes.append(foot + bend)
            parent.append(below)
            below = len(nodes) - 1
    trunk = len(nodes)
    start = np.array([0.0, habit.fork, 0.0])
    for tip in tips[np.argsort(np.linalg.norm(tips - start, axis=1))]:
        near = np.array(nodes)
        gap = tip - near
        cost = np.linalg.norm(gap, axis=1) + 1.2 * np.clip(-gap[:, 1], 0.0, None)
        cost[:trunk] += 0.4 * np.clip(habit.fork - near[:trunk, 1], 0.0, None)
        below = int(np.argmin(cost))
        middle = near[below] + 0.5 * (tip - near[below])
        middle += rng.normal(0.0, 0.04, 3) * cost[below] + np.array([0.0, 0.08 * cost[below], 0.0])
        nodes += [middle, tip]
        parent += [below, len(nodes) - 2]
    load = np.zeros(len(nodes))
    load[trunk:] = 1.0
    for child in range(len(nodes) - 1, -1, -1):
        if parent[child] >= 0:
            load[parent[child]] += load[child]
    radius = habit.trunk * (load / load.max()) ** 0.5
    joined = np.array([child for child in range(len(nodes)) if parent[child] >= 0 and load[child]])
    below_of = np.array(parent)[joined]
    place = np.array(nodes)
    flare = 1.0 + 0.5 * np.exp(-place[below_of, 1] / 0.03) * (below_of < trunk)
    shade = rng.uniform(0.92, 1.08, (len(joined), 1))
    return strokes(
        place[below_of], place[joined], radius[joined] * flare,
        np.array(habit.bark) * shade, tip=radius[joined],
    )  # fmt: skip


def _foliage(habit: Habit, tips: Float, rng: np.random.Generator) -> Array:
    """Leaves (clusters x leaves strokes), each with its cluster's colour and direction in it."""
    many, n = len(tips), habit.leaves
    girth = habit.cluster * rng.uniform(0.65, 1.35, (many, 1, 1))
    offset = rng.standard_normal((many, n, 3))
    offset /= np.linalg.norm(offset, axis=2, keepdims=True)
    outward = offset.copy()
    offset *= rng.uniform(0.0, 1.0, (many, n, 1)) ** 0.45 * girth * np.array([1.0, 0.62, 1.0])
    centre = np.array([0.0, 0.5 * (1.0 + habit.base) - 0.12, 0.0])
    crown_out = tips - centre
    crown_out /= np.linalg.norm(crown_out, axis=1, keepdims=True) + 1e-9
    normal = 0.75 * outward + 0.8 * crown_out[:, None] + 0.55 * rng.standard_normal((many, n, 3))
    normal[..., 1] += 0.35
    way = rng.standard_normal((many, n, 3))
    way[..., 1] = way[..., 1] * (1.0 - habit.droop) - 1.6 * habit.droop
    way /= np.linalg.norm(way, axis=2, keepdims=True)
    way *= habit.size * rng.uniform(0.6, 1.3, (many, n, 1))
    place = tips[:, None] + offset
    green = 1.3 * np.array(habit.leaf) * rng.lognormal(0.0, 0.16, (many, 1, 1))
    green = green * rng.lognormal(0.0, 0.22, (many, n, 1))
    young = np.clip(rng.normal(0.12, 0.12, (many, n, 1)), 0.0, 0.5)
    green = green * (1.0 + young * np.array([1.0, 0.55, 0.1]))
    if habit.second is not None:
        patch = rng.random((many, 1, 1)) * 2.0 * habit.second_share
        green = np.where(rng.random((many, n, 1)) < patch, np.array(habit.second), green)
    place, way = place.reshape(-1, 3), way.reshape(-1, 3)
    place[:, 1] = np.maximum(place[:, 1], 0.01)
    return strokes(
        place - 0.5 * way, place + 0.5 * way, habit.slim * habit.size, green.reshape(-1, 3),
        normal=normal.reshape(-1, 3),
    )  # fmt: skip


def _roots(habit: Habit, rng: np.random.Generator) -> Array:
    """Aerial roots of a banyan, or a mangrove's stilts."""
    n = habit.roots
    foot = np.zeros((n, 3))
    stilts = habit.base < 0.25
    foot[:, 0] = rng.normal(0.0, 0.16 if stilts else 0.2, n) * habit.aspect
    foot[:, 2] = rng.normal(0.0, 0.08, n)
    head = foot * (0.45 if stilts else 0.95)
    head[:, 1] = rng.uniform(0.12, 0.3, n) if stilts else rng.uniform(0.35, 0.5, n)
    radius = rng.uniform(0.003, 0.008, n)
    colour = np.array(habit.bark) * rng.uniform(0.7, 1.2, (n, 1))
    return strokes(foot, head, radius, colour, tip=0.8 * radius)
