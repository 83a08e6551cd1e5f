"""Landmarks seen from afar: temples, a mosque, a church, a stupa, a kiln, tanks and turbines."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from simulated_streets.renderer.canvas import draw
from simulated_streets.renderer.figures import Parts, limb
from simulated_streets.renderer.plates import Plate
from simulated_streets.scenes.scene import Colour, Sprite

WHITE: Colour = (0.62, 0.60, 0.55)
DARK: Colour = (0.03, 0.028, 0.025)
GOLD: Colour = (0.50, 0.32, 0.06)


def _courses(half: float, low: float, top: float, n: int, girth: float, hue: Colour) -> Parts:
    """A block of n level rounded courses, `half` to each side."""
    return [limb([(-half, high), (half, high)], [girth, girth], hue)
            for high in np.linspace(low, top, n)]  # fmt: skip


def gopuram(rng: np.random.Generator) -> Sprite:
    """A southern gate tower: storeys of small painted figures, a barrel roof with finials."""
    p = Plate(14.0, 22.0, 12.0, rng)
    p.rect(1.6, 0.0, 10.8, 4.5, (0.30, 0.25, 0.20))
    p.rect(5.9, 0.0, 2.2, 3.6, DARK, deep=8.0, shade=0.5)
    gay: tuple[Colour, ...] = (
        (0.50, 0.20, 0.12), (0.20, 0.32, 0.42), (0.58, 0.45, 0.15), (0.25, 0.38, 0.20),
        (0.55, 0.40, 0.33), (0.62, 0.58, 0.5),
    )  # fmt: skip
    plain = rng.random() < 0.35  # unpainted or one wash of ochre
    foot, half = 4.5, 5.2
    for _ in range(6):
        tall = 0.42 * half + 0.25
        p.rect(7.0 - half, foot, 2 * half, tall, (0.36, 0.29, 0.20), deep=2.0)
        for place in np.arange(-half + 0.1, half - 0.2, 0.42):
            hue = (0.42, 0.33, 0.2) if plain else gay[rng.integers(6)]
            high = tall * rng.uniform(0.55, 0.95)
            p.rect(7.0 + place, foot, 0.3, high, hue, deep=-2.0 * rng.random())
            p.disc(7.0 + place + 0.15, foot + high, 0.15, hue, deep=-2.0)
        p.rect(6.5, foot, 1.0, 0.8 * tall, DARK, deep=5.0, shade=0.5)
        foot += tall
        p.rect(7.0 - half - 0.15, foot - 0.2, 2 * half + 0.3, 0.22, (0.5, 0.42, 0.3), deep=-4.0)
        half *= 0.84
    p.poly([(7 - half - 0.3, foot), (7 + half + 0.3, foot), (7 + half, foot + 1.3),
            (7 + 0.8 * half, foot + 1.9), (7 - 0.8 * half, foot + 1.9), (7 - half, foot + 1.3)],
           (0.45, 0.33, 0.15))  # fmt: skip
    for place in np.linspace(-0.8 * half, 0.8 * half, 5):
        p.line([(7.0 + place, foot + 1.8), (7.0 + place, foot + 2.8)], 0.22, GOLD)
    return p.sprite(dust=0.15)


def shikhara(rng: np.random.Generator) -> Sprite:
    """A northern temple: curved ribbed spire, ribbed disc, flag; a porch before it."""
    p = Plate(11.0, 16.0, 16.0, rng)
    stone = np.array(((0.30, 0.24, 0.18), WHITE, (0.50, 0.27, 0.16))[rng.integers(3)])

    def tone(share: float) -> Colour:
        red, green, blue = stone * share * float(rng.lognormal(0.0, 0.08))
        return float(red), float(green), float(blue)

    p.rect(1.5, 0.0, 8.0, 3.6, tone(0.9))
    for high in np.arange(0.4, 3.6, 0.5):
        p.rect(1.4, high, 8.2, 0.14, tone(1.15), deep=-3.0)
    p.rect(4.7, 0.3, 1.6, 2.4, DARK, deep=8.0, shade=0.5)
    rows = np.linspace(3.6, 12.6, 34)
    for low, top in pairwise(rows):
        half = 2.9 * (1.0 - ((low - 3.6) / 9.6) ** 1.9) + 0.35
        p.rect(5.5 - half, low, 2 * half, top - low, tone(0.8), deep=1.0)
        for rib in (-0.82, -0.45, 0.0, 0.45, 0.82):
            p.rect(5.5 + rib * half - 0.2 * half / 2, low + 0.05, 0.2 * half, top - low - 0.07,
                   tone(1.1), deep=-3.0 + 3.0 * abs(rib))  # fmt: skip
    p.rect(4.6, 12.6, 1.8, 0.65, tone(1.05), deep=-2.0)
    p.disc(5.5, 13.5, 0.5, tone(1.0))
    p.line([(5.5, 13.5), (5.5, 15.8)], 0.1, GOLD)
    p.poly([(5.5, 15.7), (6.8, 15.4), (5.5, 15.0)], (0.60, 0.16, 0.02))
    return p.sprite(dust=0.2)


def chorten(rng: np.random.Generator) -> Sprite:
    """A whitewashed stupa on steps with a gilded spire."""
    parts = []
    for high, half in ((0.02, 0.30), (0.10, 0.27), (0.18, 0.24), (0.25, 0.20)):
        parts += _courses(half, high, high + 0.07, 4, 0.022, WHITE)
    parts.append(limb([(0.0, 0.34), (0.0, 0.46), (0.0, 0.53)], [0.15, 0.19, 0.13], WHITE))
    parts.append(limb([(-0.06, 0.62), (0.06, 0.62)], [0.035, 0.035], (0.5, 0.33, 0.1)))
    parts.append(limb([(0.0, 0.64), (0.0, 0.93)], [0.05, 0.012], (0.42, 0.16, 0.06)))
    parts.append(limb([(0.0, 0.93), (0.0, 0.985)], [0.022, 0.01], GOLD))
    return draw(parts, 0.68, rng, pixels=192)


def mosque(rng: np.random.Generator) -> Sprite:
    """Arches, a bulbous dome, two minarets."""
    green: Colour = (0.10, 0.30, 0.16) if rng.random() < 0.5 else WHITE
    parts = _courses(0.42, 0.02, 0.34, 9, 0.035, WHITE)
    parts += [limb([(x, 0.0, 0.05), (x, 0.19, 0.05)], [0.05, 0.05], DARK)
              for x in (-0.27, -0.09, 0.09, 0.27)]  # fmt: skip
    parts.append(limb([(0.0, 0.36), (0.0, 0.44), (0.0, 0.54)], [0.13, 0.155, 0.06], green))
    parts.append(limb([(0.0, 0.56), (0.0, 0.68)], [0.025, 0.004], GOLD))
    for side in (-0.47, 0.47):
        parts.append(limb([(side, 0.0), (side, 0.82)], [0.042, 0.03], WHITE))
        parts += [limb([(side - 0.02, high), (side + 0.02, high)], [0.045, 0.045], WHITE)
                  for high in (0.45, 0.72)]  # fmt: skip
        parts.append(limb([(side, 0.84), (side, 0.88)], [0.045, 0.03], green))
        parts.append(limb([(side, 0.9), (side, 0.97)], [0.012, 0.004], GOLD))
    return draw(parts, 1.1, rng, pixels=192)


def church(rng: np.random.Generator) -> Sprite:
    """A white front with a gable between two belfries."""
    p = Plate(12.0, 14.0, 16.0, rng)
    wash: Colour = (WHITE, (0.60, 0.55, 0.38), (0.42, 0.52, 0.60))[rng.integers(3)]
    trim: Colour = (0.36, 0.33, 0.30)
    p.rect(1.0, 0.0, 10.0, 7.0, wash)
    p.poly([(3.4, 7.0), (8.6, 7.0), (7.4, 8.6), (6.0, 9.8), (4.6, 8.6)], wash)
    for x in (1.0, 8.6):
        p.rect(x, 7.0, 2.4, 3.2, wash)
        p.poly([(x, 10.2), (x + 2.4, 10.2), (x + 1.2, 12.6)], trim)
        p.rect(x + 0.75, 7.6, 0.9, 1.7, DARK, deep=6.0, shade=0.5)
        p.line([(x + 1.2, 12.4), (x + 1.2, 13.4)], 0.1, DARK)
        p.line([(x + 0.85, 13.0), (x + 1.55, 13.0)], 0.1, DARK)
    for high in (3.6, 7.0):
        p.rect(0.8, high, 10.4, 0.25, trim, deep=-4.0)
    for x in (2.0, 5.1, 8.8):
        foot = 0.2 if x == 5.1 else 1.0
        p.rect(x, foot, 1.4, 2.8 - foot, DARK, deep=6.0, shade=0.6)
        p.rect(x + 0.2, 4.3, 1.0, 1.8, DARK, deep=6.0, shade=0.6)
    p.disc(6.0, 8.0, 0.55, DARK, deep=4.0)
    return p.sprite(dust=0.25)


def gurdwara(rng: np.random.Generator) -> Sprite:
    """A white hall with ribbed domes and an orange standard."""
    parts = _courses(0.5, 0.02, 0.41, 12, 0.03, WHITE)
    for x in np.linspace(-0.42, 0.42, 7):
        parts.append(limb([(x, 0.03, 0.05), (x, 0.16, 0.05)], [0.035, 0.035], DARK))
        parts.append(limb([(x, 0.27, 0.05), (x, 0.34, 0.05)], [0.03, 0.03], DARK))
    dome: Colour = GOLD if rng.random() < 0.4 else WHITE
    for x, size in ((0.0, 0.15), (-0.44, 0.06), (0.44, 0.06)):
        foot = 0.45
        parts.append(limb([(x, foot), (x, foot + 0.5 * size), (x, foot + 1.2 * size)],
                          [0.85 * size, size, 0.3 * size], dome))  # fmt: skip
        parts.append(limb([(x, foot + 1.3 * size), (x, foot + 2.1 * size)], [0.012, 0.004], GOLD))
    parts.append(limb([(0.62, 0.0), (0.62, 0.97)], [0.012, 0.01], (0.60, 0.20, 0.03)))
    return draw(parts, 1.4, rng, pixels=160)


def brick_kiln(rng: np.random.Generator) -> Sprite:
    """The chimney of a brick kiln over its low ring."""
    parts = [limb([(0.0, 0.05), (0.0, 0.97)], [0.050, 0.024], (0.30, 0.14, 0.09)),
             limb([(0.0, 0.93), (0.0, 0.97)], [0.028, 0.027], (0.06, 0.05, 0.045))]  # fmt: skip
    parts += _courses(0.42, 0.01, 0.09, 5, 0.016, (0.30, 0.15, 0.10))
    return draw(parts, 0.9, rng, pixels=224)


def water_tank(rng: np.random.Generator) -> Sprite:
    """A village's overhead tank of concrete."""
    grey = (0.40, 0.385, 0.355)
    legs = ((-0.17, 0.0), (0.17, 0.0), (-0.08, 0.12), (0.08, 0.12), (0.0, -0.1))
    parts = [limb([(x, 0.0, z), (x, 0.68, z)], [0.018, 0.018], grey) for x, z in legs]
    parts += _courses(0.17, 0.22, 0.45, 2, 0.014, grey)
    blue: Colour = (0.30, 0.42, 0.55) if rng.random() < 0.4 else grey
    parts.append(limb([(0.0, 0.72), (0.0, 0.78), (0.0, 0.86)], [0.20, 0.215, 0.12], blue))
    return draw(parts, 0.6, rng, pixels=192)


def wind_turbine(rng: np.random.Generator) -> Sprite:
    """A white turbine, its rotor at some angle."""
    parts = [limb([(0.0, 0.0), (0.0, 0.62)], [0.017, 0.010], WHITE)]
    for turn in rng.uniform(0.0, 2.1) + np.array([0.0, 2.094, 4.189]):
        tip = (0.35 * float(np.cos(turn)), 0.63 + 0.35 * float(np.sin(turn)))
        parts.append(limb([(0.0, 0.63), tip], [0.011, 0.003], WHITE))
    parts.append(limb([(-0.012, 0.63), (0.014, 0.63)], [0.013, 0.013], WHITE))
    return draw(parts, 0.75, rng, pixels=288)


LANDMARKS: dict[str, tuple[float, float, float, Callable[[np.random.Generator], Sprite]]] = {
    # height in metres, aspect, usual distance in metres, drawing
    "gopuram": (24.0, 14.0 / 22.0, 70.0, gopuram), "shikhara": (15.0, 11.0 / 16.0, 45.0, shikhara),
    "chorten": (7.0, 0.68, 25.0, chorten), "mosque": (17.0, 1.1, 60.0, mosque),
    "church": (14.0, 12.0 / 14.0, 45.0, church), "gurdwara": (14.0, 1.4, 60.0, gurdwara),
    "brick_kiln": (32.0, 0.9, 240.0, brick_kiln), "water_tank": (19.0, 0.6, 110.0, water_tank),
    "wind_turbine": (110.0, 0.75, 600.0, wind_turbine),
}  # fmt: skip
