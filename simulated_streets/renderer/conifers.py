"""Conifers: whorls of branches around one straight stem, needles along every twig."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulated_streets.renderer.canvas import draw, strokes
from simulated_streets.scenes.scene import Colour, Sprite


@dataclass(frozen=True)
class Conifer:
    """How a conifer grows; lengths are shares of its height."""

    aspect: float
    needle: Colour
    bark: Colour
    bare: float  # height of the lowest whorl
    whorls: int
    droop: float  # slope of a branch's outer half
    tips_up: float
    length: float  # of a needle tuft
    tufts: int  # per branch
    blunt: float  # 0 a cone, 1 a column with a rounded top


CONIFERS: dict[str, Conifer] = {
    "pine": Conifer(
        0.48, (0.062, 0.092, 0.028), (0.17, 0.105, 0.07), 0.36, 15, -0.10, 0.5, 0.034, 44, 0.75
    ),
    "deodar": Conifer(
        0.46, (0.034, 0.058, 0.032), (0.11, 0.09, 0.075), 0.07, 30, 0.38, 0.0, 0.020, 62, 0.15
    ),
}


def conifer(kind: Conifer, rng: np.random.Generator) -> Sprite:
    """A conifer with gaps where branches broke or never grew."""
    stem = np.linspace(0.0, 0.985, 20)[:, None] * np.array([0.0, 1.0, 0.0])
    stem[:, 0] += np.cumsum(rng.normal(0.0, 0.0022, 20))
    girth = 0.0155 * (1.02 - stem[:, 1]) ** 0.8
    bark = np.array(kind.bark)
    parts = [strokes(stem[:-1], stem[1:], girth[:-1], bark, tip=girth[1:])]
    for height in np.linspace(kind.bare, 0.975, kind.whorls):
        up = (height - kind.bare) / (1.0 - kind.bare)
        cone = (1.0 - up) ** 0.85
        column = np.sqrt(max(1.0 - up**2.2, 0.0)) * (0.65 + 0.35 * min(up / 0.3, 1.0))
        reach = (0.5 * kind.aspect - 0.02) * ((1.0 - kind.blunt) * cone + kind.blunt * column)
        for angle in rng.uniform(0, 6.28) + np.arange(6) * 1.047 + rng.normal(0, 0.25, 6):
            if rng.random() < 0.16:
                continue
            long = reach * rng.uniform(0.6, 1.08) + 0.012
            out = np.array([np.cos(angle), 0.0, np.sin(angle)])
            share = np.linspace(0.0, 1.0, 7)[:, None]
            rise = 0.25 * share - (kind.droop + 0.25) * share**2 + kind.tips_up * share**3 * 0.6
            rise += rng.normal(0.0, 0.06) * share + (0.55 * up - 0.1) * share
            base = np.array([0.0, height + rng.normal(0.0, 0.012), 0.0])
            limb = base + out * long * share + rise * long * np.array([0.0, 1.0, 0.0])
            parts.append(strokes(limb[:-1], limb[1:], 0.0042 * (1 - up) + 0.001, bark))
            n = max(int(kind.tufts * (0.35 + 0.65 * long / (0.5 * kind.aspect))), 8)
            along = rng.uniform(0.22 if kind.tips_up > 0.1 else 0.05, 1.0, n) ** 0.75 * 5.99
            low = along.astype(int)
            root = limb[low] + (limb[low + 1] - limb[low]) * (along - low)[:, None]
            side = np.cross(out, np.array([0.0, 1.0, 0.0]))
            wide = (0.30 * long * (1.0 - along / 7.5))[:, None] * rng.uniform(-1, 1, (n, 1))
            root = root + wide * side - np.abs(wide) * np.array([0.0, 0.3 * kind.droop, 0.0])
            root[:, 1] += rng.normal(0.0, 0.004, n)
            tone = rng.lognormal(0.0, 0.14)
            for _ in range(3):
                way = out * 0.8 + 1.0 * rng.standard_normal((n, 3))
                way[:, 1] = 0.5 * way[:, 1] + (0.45 if kind.tips_up > 0.1 else -0.35)
                way /= np.linalg.norm(way, axis=1, keepdims=True)
                face = 0.5 * out + np.array([0.0, 0.7, 0.0]) + 0.5 * rng.standard_normal((n, 3))
                green = np.array(kind.needle) * tone * rng.lognormal(0.0, 0.25, (n, 1))
                green = green * (1.0 + 0.45 * (along / 6.0)[:, None] ** 3)
                size = kind.length * rng.uniform(0.6, 1.2, (n, 1))
                parts.append(
                    strokes(root, root + way * size, 0.17 * kind.length, green, normal=face)
                )
    return draw(parts, kind.aspect, rng, pixels=288, translucency=0.12, density=0.45)
