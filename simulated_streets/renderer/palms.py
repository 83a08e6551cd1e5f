"""Palms, bananas, bamboo, conifers: plants that are one stem and many like limbs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulated_streets.renderer.canvas import Float, draw, strokes
from simulated_streets.scenes.scene import Array, Colour, Sprite


@dataclass(frozen=True)
class Palm:
    """How a palm grows; lengths are shares of its height."""

    aspect: float
    leaf: Colour
    bark: Colour
    crown: float  # height of the crown's middle
    trunk: float  # radius at the foot
    fronds: int
    length: float  # of a frond
    lowest: float  # degrees above the horizon at which the oldest frond leaves the stem
    sag: float  # how much a frond bends down along its length
    leaflet: float  # length
    hang: float  # 0 leaflets stand out, 1 they hang
    bend: float  # of the trunk
    fan: bool = False  # leaflets in a fan at the frond's end


PALMS: dict[str, Palm] = {
    "coconut": Palm(
        0.62, (0.070, 0.105, 0.026), (0.22, 0.19, 0.155), 0.73, 0.015, 26, 0.33, -55, 1.25,
        0.075, 0.65, 0.10,
    ),
    "areca": Palm(
        0.34, (0.055, 0.100, 0.026), (0.26, 0.25, 0.21), 0.82, 0.008, 11, 0.20, -10, 1.5,
        0.060, 0.45, 0.015,
    ),
    "palmyra": Palm(
        0.42, (0.075, 0.095, 0.035), (0.10, 0.09, 0.08), 0.83, 0.021, 34, 0.11, -75, 0.3,
        0.105, 0.1, 0.02, True,
    ),
    "date_palm": Palm(
        0.66, (0.075, 0.095, 0.045), (0.13, 0.10, 0.075), 0.68, 0.030, 44, 0.33, -40, 0.85,
        0.050, 0.05, 0.03,
    ),
}  # fmt: skip


def palm(kind: Palm, rng: np.random.Generator) -> Sprite:
    """A palm: bent ringed trunk, fronds that age from the spear downwards."""
    share = np.linspace(0.0, 1.0, 26)[:, None]
    lean = rng.normal(0.0, 1.0, 2) * kind.bend
    line = np.concatenate([lean[0] * share**1.7, kind.crown * share, lean[1] * share**1.7], axis=1)
    line[:, 0] -= 0.5 * lean[0]
    girth = kind.trunk * (0.72 + 0.28 * (1 - share[:, 0]) + 0.7 * np.exp(-share[:, 0] / 0.03))
    rings = rng.uniform(0.8, 1.15, (25, 1))
    parts = [strokes(line[:-1], line[1:], girth[:-1], np.array(kind.bark) * rings, tip=girth[1:])]
    age = np.sort(rng.uniform(0.0, 1.0, kind.fronds))
    turn = 2.39996 * np.arange(kind.fronds) + rng.uniform(0, 6.28)
    for old, angle in zip(age, turn, strict=True):
        parts.append(_frond(kind, line[-1], old, angle, rng))
    if kind.lowest < -50 and not kind.fan:
        nuts = line[-1] + rng.normal(0.0, 1.0, (12, 3)) * np.array([0.022, 0.016, 0.02])
        nuts[:, 1] -= 0.03
        husk = np.array([0.12, 0.13, 0.03]) * rng.uniform(0.6, 1.3, (12, 1))
        parts.append(strokes(nuts, nuts + 0.003, 0.011, husk))
    return draw(parts, kind.aspect, rng, pixels=288, translucency=0.3, density=0.35)


def _frond(kind: Palm, top: Float, age: float, angle: float, rng: np.random.Generator) -> Array:
    rise = np.radians(85.0 + (kind.lowest - 85.0) * age + rng.normal(0.0, 7.0))
    long = kind.length * rng.uniform(0.85, 1.1) * (0.65 + 0.35 * min(3.0 * age, 1.0))
    n = 15
    out = np.array([np.cos(angle), 0.0, np.sin(angle)])
    tilt = rise - kind.sag * np.linspace(0.0, 1.0, n) ** 1.4 * np.clip(np.cos(rise) + 0.25, 0, 1.2)
    step = out * np.cos(tilt)[:, None] + np.array([0.0, 1.0, 0.0]) * np.sin(tilt)[:, None]
    rib = top + np.cumsum(np.vstack([np.zeros(3), step[:-1]]), axis=0) * long / n
    dead = float(np.clip((age - 0.86) * 9.0, 0.0, 1.0)) * float(rng.random() < 0.75)
    green = np.array(kind.leaf) * rng.lognormal(0.0, 0.14)
    green = green * (1.0 + (1.0 - age) * np.array([0.35, 0.3, 0.1]))
    colour = (1.0 - dead) * green + dead * np.array([0.17, 0.115, 0.055])
    stalk = strokes(rib[:-1], rib[1:], 0.0035, colour * 1.25, tip=0.002)
    if kind.fan:
        spread = np.linspace(-2.2, 2.2, 24)
        side = np.cross(step[-1], np.array([0.3, 0.2, 1.0]))
        side /= np.linalg.norm(side)
        way = np.cos(spread)[:, None] * step[-1] + np.sin(spread)[:, None] * side
        root = np.repeat(rib[-1][None], 24, axis=0)
        face = np.cross(step[-1], side) + 0.25 * rng.standard_normal((24, 3))
        face *= np.sign(face[:, 1:2] + 0.2)
        size = kind.leaflet * rng.uniform(0.85, 1.05, (24, 1))
        return np.concatenate(
            [stalk, strokes(root, root + way * size, 0.0075, colour, normal=face)]
        )
    count = 42
    along = np.linspace(0.12, 1.0, count) * (n - 1)
    low = along.astype(int).clip(0, n - 2)
    root = rib[low] + (rib[low + 1] - rib[low]) * (along - low)[:, None]
    tangent = step[low]
    side = np.cross(tangent, np.array([0.0, 1.0, 0.0]))
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6)
    size = kind.leaflet * (np.sin(np.pi * np.linspace(0.12, 0.93, count)) ** 0.6)[:, None]
    rows = [stalk]
    for sign in (-1.0, 1.0):
        down = kind.hang * (0.5 + age) + rng.normal(0.0, 0.12, (count, 1))
        way = sign * side + 0.55 * tangent - down * np.array([0.0, 1.3, 0.0])
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        face = np.cross(way, tangent) * sign
        face = face * np.sign(face[:, 1:2] + 1e-6) + 0.3 * rng.standard_normal((count, 3))
        tint = colour * rng.lognormal(0.0, 0.2, (count, 1))
        rows.append(
            strokes(root, root + way * size * rng.uniform(0.8, 1.1, (count, 1)), 0.0042, tint,
                    normal=face)
        )  # fmt: skip
    return np.concatenate(rows)
