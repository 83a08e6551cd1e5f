"""Small things beside a road: poles, wires, stones, signs, fences, stalls, haystacks, boulders."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulated_streets.renderer.canvas import Float, draw, strokes
from simulated_streets.renderer.facades import BOARDS, letters
from simulated_streets.renderer.figures import limb
from simulated_streets.renderer.plates import Plate
from simulated_streets.renderer.surfaces import as_sprite, clouds, paint
from simulated_streets.scenes.scene import Colour, Sprite

CONCRETE: Colour = (0.34, 0.33, 0.31)
TIMBER: Colour = (0.11, 0.085, 0.065)
STEEL: Colour = (0.22, 0.23, 0.24)


def pole(kind: str, rng: np.random.Generator) -> Sprite:
    """A power pole of 8 m with cross-arms and insulators."""
    colour = {"wood": TIMBER, "concrete": CONCRETE}.get(kind, STEEL)
    girth = {"wood": 0.013, "concrete": 0.016}.get(kind, 0.010)
    lean = rng.normal(0.0, 0.008)
    parts = []
    if kind == "steel_lattice":
        parts += [limb([(0.028 * side, 0.0), (0.012 * side, 0.98)], [0.005, 0.004], colour)
                  for side in (-1.0, 1.0)]  # fmt: skip
        for step in range(16):
            low, high = step / 16.5, (step + 1) / 16.5
            side = 1.0 if step % 2 else -1.0
            ends = [(side * (0.028 - 0.016 * low), low), (-side * (0.028 - 0.016 * high), high)]
            parts.append(limb(ends, [0.003, 0.003], colour))
    else:
        parts.append(limb([(0.0, 0.0), (lean, 0.98)], [girth, 0.7 * girth], colour))
    for high in (0.955, 0.89):
        parts.append(limb([(lean - 0.085, high), (lean + 0.085, high)], [0.006, 0.006], STEEL))
        for place in (-0.08, 0.0, 0.08):
            foot = (lean + place, high)
            parts.append(limb([foot, (foot[0], high + 0.022)], [0.006, 0.005], (0.35, 0.30, 0.27)))
    if rng.random() < 0.2:  # a transformer
        box = [(lean - 0.03, 0.66), (lean - 0.03, 0.72)]
        parts.append(limb(box, [0.04, 0.04], (0.2, 0.21, 0.2)))
    return draw(parts, 0.25, rng, pixels=256)


def wires(rng: np.random.Generator) -> Sprite:
    """Four sagging wires between two poles, 40 by 1.4 m."""
    p = Plate(40.0, 1.4, 14.0, rng)
    share = np.linspace(0.0, 1.0, 40)
    for top in (1.36, 1.32, 0.86, 0.80):
        sag = rng.uniform(0.4, 0.75) * 4.0 * share * (1.0 - share)
        points = [(40.0 * float(a), top - float(b)) for a, b in zip(share, sag, strict=True)]
        p.line(points, 0.03, (0.02, 0.02, 0.02))
    return p.sprite(dust=0.0)


def prayer_flags(rng: np.random.Generator) -> Sprite:
    """A sagging string of flags in the five colours, 12 by 2 m."""
    p = Plate(12.0, 2.0, 32.0, rng)
    hues: tuple[Colour, ...] = ((0.03, 0.10, 0.42), (0.75, 0.74, 0.70), (0.50, 0.03, 0.03),
                                (0.04, 0.30, 0.10), (0.60, 0.45, 0.03))  # fmt: skip
    for place in range(34):
        x = 0.3 + 0.34 * place
        y = 1.9 - 4.0 * 1.3 * (x / 12.0) * (1.0 - x / 12.0)
        blown = rng.normal(0.0, 0.08)
        p.poly([(x, y), (x + 0.28, y), (x + 0.28 + blown, y - 0.36), (x + blown, y - 0.36)],
               hues[place % 5])  # fmt: skip
    return p.sprite(dust=0.15)


def milestone(rng: np.random.Generator) -> Sprite:
    """The white body of a milestone with its words, 0.5 by 0.85 m."""
    p = Plate(0.5, 0.85, 96.0, rng)
    p.rect(0.03, 0.0, 0.44, 0.6, (0.62, 0.61, 0.57))
    p.disc(0.25, 0.6, 0.22, (0.62, 0.61, 0.57))
    view = p.albedo[int(0.45 * p.high) : int(0.8 * p.high), int(0.15 * p.across) : -8]
    view[:] = letters(view, (0.02, 0.02, 0.02), rng)
    return p.sprite(dust=0.7)


def milestone_head(rng: np.random.Generator) -> Sprite:
    """The rounded top of a milestone in white, to be tinted, 0.5 by 0.3 m."""
    p = Plate(0.5, 0.3, 96.0, rng)
    p.disc(0.25, 0.05, 0.23, (0.9, 0.9, 0.9))
    return p.sprite(dust=0.1)


def kerb(kind: str, rng: np.random.Generator) -> Sprite:
    """Kerb stones painted in turns, 8 by 0.4 m; hill roads leave gaps between parapet blocks."""
    first, second = {
        "black_white": ((0.03, 0.03, 0.03), (0.55, 0.54, 0.5)),
        "yellow_black": ((0.03, 0.03, 0.03), (0.55, 0.40, 0.03)),
        "red_white": ((0.40, 0.05, 0.03), (0.55, 0.54, 0.5)),
    }[kind]
    p = Plate(8.0, 0.4, 40.0, rng)
    for block in range(16):
        if kind == "red_white" and block % 4 == 3:
            continue
        high = rng.uniform(0.33, 0.39)
        p.rect(0.5 * block, 0.0, 0.49, high, first if block % 2 else second)
    return p.sprite(dust=0.9)


def signboard(rng: np.random.Generator) -> Sprite:
    """A road sign or hoarding on two posts, 2.6 by 2.8 m."""
    p = Plate(2.6, 2.8, 56.0, rng)
    for x in (0.35, 2.15):
        p.rect(x, 0.0, 0.09, 1.6, STEEL)
    hue: Colour = ((0.03, 0.10, 0.40), (0.02, 0.20, 0.07), *BOARDS)[rng.integers(9)]
    p.rect(0.05, 1.3, 2.5, 1.45, hue)
    rows = slice(int(0.06 * p.high), int(0.48 * p.high))
    view = p.albedo[rows, int(0.07 * p.across) : int(0.93 * p.across)]
    view[:] = letters(view, (0.75, 0.73, 0.68) if sum(hue) < 0.9 else (0.3, 0.03, 0.03), rng)
    return p.sprite(dust=0.25)


def _toned(colour: Colour, rng: np.random.Generator) -> Float:
    return np.asarray(np.array(colour) * rng.lognormal(0.0, 0.15))


def fence(kind: str, rng: np.random.Generator) -> Sprite:
    """A see-through fence, 4 by 1.3 m: "wire", "bamboo", "picket" or "stone_slab"."""
    p = Plate(4.0, 1.3, 48.0, rng)
    grey = (0.30, 0.28, 0.25)
    if kind == "stone_slab":
        for left in np.arange(0.0, 4.0, 0.42):
            p.rect(left, 0.0, 0.4, rng.uniform(0.95, 1.25), _toned(grey, rng))
    elif kind == "wire":
        for left in (0.1, 2.1):
            p.rect(left, 0.0, 0.13, 1.2, grey)
        for high in (0.35, 0.7, 1.05):
            p.line([(0.0, high), (2.0, high - 0.05), (4.0, high)], 0.02, (0.08, 0.07, 0.06))
    elif kind == "bamboo":
        for left in np.arange(0.03, 3.95, 0.13):
            top = rng.uniform(0.95, 1.22)
            tone = float(rng.lognormal(0.0, 0.2))
            p.line([(left, 0.0), (left + rng.normal(0, 0.05), top)], 0.06,
                   (0.24 * tone, 0.19 * tone, 0.10 * tone))  # fmt: skip
        for high in (0.4, 0.85):
            p.line([(0.0, high), (4.0, high + rng.normal(0, 0.05))], 0.06, (0.2, 0.155, 0.08))
    else:
        for left in np.arange(0.02, 3.95, 0.24):
            p.rect(left, 0.0, 0.13, rng.uniform(0.9, 1.1), _toned(TIMBER, rng))
        for high in (0.35, 0.8):
            p.rect(0.0, high, 4.0, 0.08, TIMBER)
    return p.sprite(dust=0.4)


def stall(rng: np.random.Generator) -> Sprite:
    """A market barrow under an umbrella, 2.6 by 2.6 m."""
    p = Plate(2.6, 2.6, 48.0, rng)
    p.line([(1.3, 0.8), (1.3, 2.3)], 0.06, STEEL)
    hue = np.array(BOARDS[rng.integers(7)])
    for rib in range(8):
        left, right = 0.05 + rib * 0.3125, 0.05 + (rib + 1) * 0.3125
        tone = hue if rib % 2 else np.minimum(hue * 1.5 + 0.2, 0.7)
        shade = 0.55 + 0.5 * np.sin(np.pi * (rib + 0.5) / 8)
        p.poly([(1.3, 2.55), (left, 1.95), (right, 1.95)], tone * shade)
    p.rect(0.4, 0.6, 1.8, 0.25, (0.16, 0.10, 0.06))
    for _ in range(60):
        p.disc(rng.uniform(0.45, 2.15), rng.uniform(0.85, 1.05), 0.07,
               np.array(BOARDS[rng.integers(7)]) * 0.8)  # fmt: skip
    p.wheel(0.7, 0.3)
    p.wheel(1.9, 0.3)
    return p.sprite(dust=0.3)


def haystack(kind: str, rng: np.random.Generator) -> Sprite:
    """Straw heaped as "dome", "cone" round a pole, or long "stack"."""
    n = 4200
    high, turn = rng.random(n), rng.uniform(0.0, 2.0 * np.pi, n)
    wide = {
        "dome": 0.62 * np.sqrt(np.clip(1.0 - high**2.2, 0.0, 1.0)),
        "cone": 0.36 * (1.0 - high) ** 0.75 + 0.02,
        "stack": np.where(high < 0.6, 0.5, 0.5 * (1.0 - high) / 0.4 + 0.02),
    }[kind]
    bumps = 1.0 + 0.08 * np.sin(3.0 * turn + rng.uniform(0, 6)) + rng.normal(0.0, 0.03, n)
    out = np.stack([np.cos(turn), np.zeros(n), np.sin(turn)], axis=1)
    stretch = np.array([1.5 if kind == "stack" else 1.0, 1.0, 1.0])
    place = out * (wide * bumps)[:, None] * stretch
    place[:, 1] = 0.93 * high
    way = 0.07 * (0.4 * rng.standard_normal((n, 3)) + np.array([0.0, -1.0, 0.0]))
    tone = np.array([0.34, 0.265, 0.14]) * rng.lognormal(0.0, 0.25, (n, 1))
    face = out + 0.4 * rng.standard_normal((n, 3)) + np.array([0.0, 0.5, 0.0])
    straw = strokes(place, np.maximum(place + way, [-9, 0.0, -9]), 0.008, tone, normal=face)
    core = limb([(0.0, 0.0), (0.0, 0.55), (0.0, 0.85)],
                [0.8 * float(wide.max()), 0.3, 0.05], (0.2, 0.155, 0.085))  # fmt: skip
    return draw([core, straw], HAY_ASPECT[kind], rng, pixels=128, density=0.4)


HAY_ASPECT = {"dome": 1.4, "cone": 0.85, "stack": 1.7}


def boulder(rng: np.random.Generator) -> Sprite:
    """A weathered block of rock."""
    tall, wide = 128, 176
    y, x = np.mgrid[0:tall, 0:wide]
    across, up = (x + 0.5) / wide * 2.0 - 1.0, 1.0 - (y + 0.5) / tall
    lumps = clouds(tall, wide, rng, 1.5)
    body = 1.0 - np.abs(across) ** 2.6 - np.abs(up) ** 2.6 + 0.13 * lumps - 0.05
    alpha = np.clip(body * 22.0, 0.0, 1.0).astype(np.float32)
    relief = 55.0 * np.sqrt(np.clip(body, 0.0, 1.0)) + 2.5 * clouds(tall, wide, rng, 1.6)
    stain = np.clip(1.0 + 0.16 * clouds(tall, wide, rng, 0.9) + 0.1 * lumps, 0.4, 1.6)
    albedo = paint((0.27, 0.245, 0.215), stain)
    shade = (0.45 + 0.55 * up).astype(np.float32)
    return as_sprite((albedo, relief.astype(np.float32)), alpha, shade)


def post(rng: np.random.Generator) -> Sprite:
    """A veranda's wooden post."""
    return draw([limb([(0.0, 0.0), (0.0, 1.0)], [0.02, 0.018], TIMBER)], 0.06, rng, pixels=96)


def roof_tank(rng: np.random.Generator) -> Sprite:
    """A black plastic water tank."""
    parts = [limb([(0.0, 0.12), (0.0, 0.6), (0.0, 0.8)], [0.38, 0.38, 0.18], (0.022, 0.022, 0.024)),
             limb([(-0.4, 0.05), (0.4, 0.05)], [0.05, 0.05], CONCRETE)]  # fmt: skip
    return draw(parts, 0.9, rng, pixels=64)


def boat(rng: np.random.Generator) -> Sprite:
    """A wooden boat from the side, 5 by 1.3 m."""
    p = Plate(5.0, 1.3, 40.0, rng)
    hue: Colour = ((0.06, 0.05, 0.045), (0.05, 0.16, 0.30), (0.35, 0.06, 0.04))[rng.integers(3)]
    p.poly([(0.1, 1.0), (0.8, 0.2), (4.0, 0.15), (4.9, 1.25), (4.0, 0.75), (1.0, 0.65)], hue)
    p.line([(0.1, 1.0), (1.0, 0.67), (4.0, 0.77), (4.9, 1.25)], 0.07, (0.4, 0.36, 0.3))
    return p.sprite(dust=0.2)


def well(rng: np.random.Generator) -> Sprite:
    """A round masonry well, 2.4 by 1 m."""
    ring = np.linspace(0.0, np.pi, 40)
    parts = []
    for course in range(6):
        high = 0.08 + 0.13 * course
        x, z = 1.1 * np.cos(ring + 0.04 * course), 1.1 * np.sin(ring)
        line = np.stack([x, np.full(40, high), z], axis=1)
        tone = np.array([0.27, 0.235, 0.20]) * rng.lognormal(0.0, 0.2, (39, 1))
        face = np.stack([x[:-1], np.full(39, 0.25), z[:-1]], axis=1)
        row = strokes(line[:-1], line[1:], 0.075, tone)
        row[:, 11:14] = strokes(line[:-1], line[1:], 0.075, tone, normal=face)[:, 11:14]
        parts.append(row)
    rim = np.stack([1.1 * np.cos(2 * ring), np.full(40, 0.88), 1.1 * np.sin(2 * ring)], axis=1)
    parts.append(strokes(rim[:-1], rim[1:], 0.09, (0.36, 0.34, 0.31)))
    return draw(parts, 2.4, rng, pixels=72)


PROPS: dict[str, tuple[float, Callable[[np.random.Generator], Sprite]]] = {  # aspect, drawing
    "wires": (40.0 / 1.4, wires), "prayer_flags": (6.0, prayer_flags),
    "milestone": (0.5 / 0.85, milestone), "milestone_head": (0.5 / 0.3, milestone_head),
    "signboard": (2.6 / 2.8, signboard), "stall": (1.0, stall), "boulder": (1.375, boulder),
    "post": (0.06, post), "roof_tank": (0.9, roof_tank), "boat": (5.0 / 1.3, boat),
    "well": (2.4, well),
}  # fmt: skip
POLES = ("wood", "concrete", "steel_tube", "steel_lattice")
KERBS = ("black_white", "yellow_black", "red_white")
FENCES = ("wire", "bamboo", "picket", "stone_slab")
