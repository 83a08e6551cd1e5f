"""Bananas, bamboo, grass, reeds, ferns, cactus: plants of blades and canes."""

from __future__ import annotations

import numpy as np

from simulated_streets.renderer.canvas import Float, draw, strokes
from simulated_streets.scenes.scene import Array, Colour, Sprite

UP = np.array([0.0, 1.0, 0.0])


def _arc(root: Float, way: Float, long: float, sag: float, n: int) -> Float:
    """Points (n, 3) of a blade that leaves `root` along `way` and bends down."""
    share = np.linspace(0.0, 1.0, n)[:, None]
    return root + way * long * share - UP * sag * long * share**2


def _blades(
    rng: np.random.Generator, count: int, spread: float, long: tuple[float, float], lean: float,
    sag: float, width: float, colour: Colour, dry: float, wide: float = 0.0,
) -> Array:  # fmt: skip
    """Tapering blades from a tuft (n strokes); `wide` spreads their feet as a row."""
    rows = []
    for _ in range(count):
        foot = np.array([rng.normal(0, spread) + wide * rng.uniform(-1, 1), 0.0,
                         rng.normal(0, spread)])  # fmt: skip
        way = UP + lean * rng.standard_normal(3)
        way /= np.linalg.norm(way)
        line = _arc(foot, way, rng.uniform(*long), sag * rng.uniform(0.2, 1.3), 6)
        straw = np.array([0.30, 0.24, 0.12]) if rng.random() < dry else np.array(colour)
        tone = straw * rng.lognormal(0.0, 0.22) * np.linspace(0.75, 1.25, 5)[:, None]
        girth = width * np.linspace(1.0, 0.25, 6)
        face = np.array([way[0] * 1.5, 0.6, 0.7]) + 0.3 * rng.standard_normal((5, 3))
        piece = strokes(line[:-1], line[1:], girth[:-1], tone, tip=girth[1:])
        leaf = strokes(line[:-1], line[1:], girth[:-1], tone, normal=face)
        piece[:, 11:14] = leaf[:, 11:14]
        rows.append(piece)
    return np.concatenate(rows)


def grass_clump(rng: np.random.Generator) -> Sprite:
    """A tuft of grass, half of it dry."""
    dry = rng.uniform(0.15, 0.6)
    blades = _blades(rng, 170, 0.10, (0.4, 1.0), 0.42, 0.45, 0.008, (0.11, 0.14, 0.04), dry, 0.25)
    return draw([blades], 1.4, rng, pixels=128, translucency=0.3, density=0.3)


def reed(rng: np.random.Generator) -> Sprite:
    """Tall grass with plumes, as on river banks."""
    blades = _blades(rng, 130, 0.10, (0.5, 0.95), 0.20, 0.35, 0.006, (0.12, 0.15, 0.05), 0.3, 0.3)
    plumes = []
    for _ in range(16):
        foot = np.array([rng.uniform(-0.35, 0.35), 0.0, rng.normal(0, 0.1)])
        line = _arc(foot, UP + 0.12 * rng.standard_normal(3), rng.uniform(0.8, 0.97), 0.06, 6)
        plumes.append(strokes(line[:-1], line[1:], 0.003, (0.28, 0.23, 0.13)))
        plumes.append(strokes(line[-2], line[-1] + 0.02 * UP, 0.013, (0.5, 0.46, 0.38), tip=0.004))
    return draw([blades, *plumes], 0.95, rng, pixels=160, translucency=0.3, density=0.3)


def mustard_edge(rng: np.random.Generator) -> Sprite:
    """A strip of mustard in flower."""
    green = _blades(rng, 260, 0.10, (0.4, 0.85), 0.25, 0.2, 0.010, (0.09, 0.14, 0.03), 0.02, 1.3)
    head = np.stack([rng.uniform(-1.4, 1.4, 900), rng.normal(0.82, 0.09, 900).clip(0.5, 0.97),
                     rng.normal(0, 0.15, 900)], axis=1)  # fmt: skip
    yellow = np.array([0.62, 0.46, 0.03]) * rng.lognormal(0.0, 0.15, (900, 1))
    face = UP + 0.6 * rng.standard_normal((900, 3))
    flowers = strokes(head, head + 0.02 * rng.standard_normal((900, 3)), 0.012, yellow, normal=face)
    return draw([green, flowers], 3.0, rng, pixels=128, translucency=0.3, density=0.3)


def fern(rng: np.random.Generator) -> Sprite:
    """Fronds from one foot."""
    rows = []
    for _ in range(34):
        way = UP * rng.uniform(0.5, 1.2) + 0.75 * rng.standard_normal(3)
        way /= np.linalg.norm(way)
        line = _arc(np.zeros(3), way, rng.uniform(0.6, 1.0), 0.55, 16)
        line[:, 1] = np.abs(line[:, 1])
        side = np.cross(way, UP + 0.01)
        side /= np.linalg.norm(side)
        green = np.array([0.06, 0.13, 0.025]) * rng.lognormal(0.0, 0.2)
        rows.append(strokes(line[:-1], line[1:], 0.005, green * 0.8))
        size = 0.13 * np.sin(np.linspace(0.5, 3.0, 16))[:, None]
        for sign in (-1.0, 1.0):
            tip = line + (sign * side + 0.4 * way) * size - 0.2 * size * UP
            face = UP + 0.4 * way + 0.3 * rng.standard_normal((16, 3))
            rows.append(strokes(line, tip, 0.016, green, normal=face))
    return draw(rows, 1.6, rng, pixels=144, translucency=0.3, density=0.5)


def cactus(rng: np.random.Generator) -> Sprite:
    """A candelabra spurge, as hedges of the dry Deccan."""
    rows = []
    for _ in range(26):
        foot = np.array([rng.uniform(-0.3, 0.3), 0.0, rng.normal(0, 0.1)])
        out = foot + np.array([rng.normal(0, 0.12), rng.uniform(0.1, 0.4), rng.normal(0, 0.08)])
        top = out + np.array([rng.normal(0, 0.05), rng.uniform(0.2, 0.55), 0.0])
        green = np.array([0.085, 0.115, 0.050]) * rng.lognormal(0.0, 0.2)
        rows.append(strokes([foot, out], [out, top], 0.026, green, tip=0.022))
    return draw(rows, 0.95, rng, pixels=144)


def banana(rng: np.random.Generator) -> Sprite:
    """Banana plants: false stems and torn paddles."""
    rows = []
    for _ in range(int(rng.integers(2, 5))):
        foot = np.array([rng.normal(0, 0.12), 0.0, rng.normal(0, 0.1)])
        top = foot + np.array([rng.normal(0, 0.03), rng.uniform(0.35, 0.5), 0.0])
        rows.append(strokes(foot, top, 0.034, (0.13, 0.13, 0.05), tip=0.022))
        for leaf in range(9):
            angle = 2.4 * leaf + rng.normal(0, 0.3)
            rise = 2.2 - 0.22 * leaf
            way = np.array([np.cos(angle), rise, np.sin(angle)])
            way /= np.linalg.norm(way)
            line = _arc(top, way, rng.uniform(0.4, 0.55), 0.5 + 0.06 * leaf, 22)
            side = np.cross(way, UP)
            side /= np.linalg.norm(side) + 1e-6
            old = leaf > 6 and rng.random() < 0.6
            green = np.array((0.19, 0.13, 0.06) if old else (0.085, 0.160, 0.030))
            green = green * rng.lognormal(0.0, 0.15)
            rows.append(strokes(line[:-1], line[1:], 0.006, green * 1.5))
            size = 0.085 * np.sin(np.linspace(0.35, 2.95, 22))[:, None] ** 0.6
            for sign in (-1.0, 1.0):
                torn = rng.normal(0.35 + 0.08 * leaf, 0.2, (22, 1))
                tip = line + (sign * side + 0.25 * way) * size - torn * size * UP
                face = UP + 0.5 * sign * side + 0.2 * rng.standard_normal((22, 3))
                tint = green * rng.lognormal(0.0, 0.12, (22, 1))
                rows.append(strokes(line, tip, 0.015, tint, normal=face))
    return draw(rows, 1.0, rng, pixels=224, translucency=0.45, density=0.5)


def bamboo(rng: np.random.Generator) -> Sprite:
    """A clump of canes that arch out in plumes of leaves."""
    rows = []
    for _ in range(34):
        foot = np.array([rng.normal(0, 0.05), 0.0, rng.normal(0, 0.05)])
        way = UP + np.array([rng.normal(0, 0.20), 0.0, rng.normal(0, 0.20)])
        line = _arc(foot, way, rng.uniform(0.8, 1.12), rng.uniform(0.10, 0.35), 16)
        cane = np.array([0.17, 0.17, 0.06]) * rng.lognormal(0.0, 0.2)
        rows.append(strokes(line[:-1], line[1:], 0.005, cane, tip=0.003))
        n = 260
        along = rng.uniform(0.28, 1.0, n) ** 0.8 * 14.99
        low = along.astype(int)
        root = line[low] + (line[low + 1] - line[low]) * (along - low)[:, None]
        root = root + rng.standard_normal((n, 3)) * 0.035
        leaf = rng.standard_normal((n, 3)) - 0.9 * UP
        leaf *= 0.032 / np.linalg.norm(leaf, axis=1, keepdims=True)
        green = np.array([0.085, 0.120, 0.032]) * rng.lognormal(0.0, 0.28, (n, 1))
        face = UP * 0.7 + 0.7 * rng.standard_normal((n, 3)) + np.array([0.0, 0.0, 0.4])
        rows.append(strokes(root, root + leaf, 0.0045, green, normal=face))
    return draw(rows, 0.95, rng, pixels=256, translucency=0.3, density=0.5)
