"""Sides, fronts and backs of vehicles; painted parts are near white, to be tinted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulated_streets.renderer.plates import Plate
from simulated_streets.scenes.scene import Colour, Sprite

PAINT: Colour = (0.9, 0.9, 0.9)
GLASS: Colour = (0.035, 0.04, 0.045)
BLACK: Colour = (0.02, 0.02, 0.02)
LAMP: Colour = (0.85, 0.83, 0.75)
RED: Colour = (0.45, 0.02, 0.02)

SIZES: dict[str, tuple[float, float, float]] = {  # length, width, height in metres
    "auto": (2.7, 1.35, 1.75), "bus": (9.6, 2.5, 3.1), "truck": (7.2, 2.4, 3.0),
    "car": (3.8, 1.65, 1.5), "jeep": (4.2, 1.75, 1.85),
}  # fmt: skip


def _plate(kind: str, end: bool, rng: np.random.Generator) -> Plate:
    long, wide, tall = SIZES[kind]
    return Plate(wide if end else long, tall, 40.0 if long > 5.0 else 56.0, rng)


def auto_side(rng: np.random.Generator) -> Sprite:
    """An autorickshaw: black or painted hood, open door."""
    p = _plate("auto", False, rng)
    p.poly([(0.15, 0.3), (2.5, 0.3), (2.66, 0.65), (2.45, 0.85), (0.1, 0.95)], PAINT)
    p.poly([(0.1, 0.9), (0.16, 1.55), (0.4, 1.72), (1.9, 1.72), (2.2, 1.5), (2.5, 0.85)], BLACK)
    p.poly([(0.95, 0.45), (2.05, 0.45), (2.3, 0.9), (2.05, 1.42), (0.95, 1.42)], (0.03, 0.03, 0.03),
           deep=6.0, shade=0.5)  # fmt: skip
    p.rect(1.0, 0.55, 0.5, 0.35, (0.10, 0.04, 0.03), deep=5.0)
    p.rect(0.25, 1.05, 0.45, 0.35, (0.10, 0.10, 0.10), deep=2.0)
    p.wheel(0.5, 0.24)
    p.wheel(2.3, 0.24)
    return p.sprite()


def auto_front(rng: np.random.Generator) -> Sprite:
    """Windscreen, single lamp, single wheel."""
    p = _plate("auto", True, rng)
    p.poly([(0.08, 0.95), (0.14, 1.6), (0.35, 1.73), (1.0, 1.73), (1.21, 1.6), (1.27, 0.95)], BLACK)
    p.poly([(0.2, 0.95), (0.25, 1.5), (1.1, 1.5), (1.15, 0.95)], GLASS, deep=3.0)
    p.poly([(0.1, 0.35), (1.25, 0.35), (1.25, 0.98), (0.1, 0.98)], PAINT)
    p.disc(0.675, 0.72, 0.10, LAMP)
    p.rect(0.60, 0.0, 0.15, 0.42, BLACK)
    p.rect(0.12, 0.05, 0.12, 0.35, BLACK)
    p.rect(1.11, 0.05, 0.12, 0.35, BLACK)
    return p.sprite()


def auto_back(rng: np.random.Generator) -> Sprite:
    """Hood with a small window, painted tail."""
    p = _plate("auto", True, rng)
    p.poly([(0.08, 0.9), (0.14, 1.6), (0.35, 1.73), (1.0, 1.73), (1.21, 1.6), (1.27, 0.9)], BLACK)
    p.rect(0.4, 1.2, 0.55, 0.25, GLASS, deep=2.0)
    p.rect(0.08, 0.3, 1.2, 0.62, PAINT)
    p.rect(0.45, 0.55, 0.45, 0.16, (0.6, 0.5, 0.1))
    p.rect(0.1, 0.4, 0.12, 0.12, RED)
    p.rect(1.13, 0.4, 0.12, 0.12, RED)
    p.rect(0.12, 0.0, 0.14, 0.34, BLACK)
    p.rect(1.09, 0.0, 0.14, 0.34, BLACK)
    return p.sprite()


def bus_side(rng: np.random.Generator) -> Sprite:
    """A row of open windows, a stripe, a ladder."""
    p = _plate("bus", False, rng)
    p.poly([(0.1, 0.5), (9.4, 0.5), (9.55, 1.6), (9.3, 2.95), (0.15, 2.95)], PAINT)
    p.rect(0.1, 1.1, 9.4, 0.18, (0.65, 0.6, 0.5))
    for left in np.arange(0.5, 8.2, 1.05):
        p.rect(left, 1.6, 0.92, 0.85, (0.03, 0.03, 0.032), deep=4.0, shade=0.7)
        p.rect(left, 2.0, 0.92, 0.03, (0.4, 0.4, 0.38))
    p.poly([(8.65, 1.5), (9.5, 1.5), (9.3, 2.6), (8.65, 2.6)], GLASS, deep=3.0)
    p.rect(0.2, 2.95, 8.6, 0.12, (0.3, 0.28, 0.26))
    p.wheel(2.1, 0.48)
    p.wheel(7.7, 0.48)
    return p.sprite()


def bus_end(rng: np.random.Generator) -> Sprite:
    """Broad windscreen, board with the destination, lamps."""
    p = _plate("bus", True, rng)
    p.rect(0.06, 0.45, 2.38, 2.5, PAINT)
    p.rect(0.2, 1.35, 2.1, 1.1, GLASS, deep=3.0)
    p.rect(1.22, 1.35, 0.06, 1.1, PAINT)
    p.rect(0.5, 2.55, 1.5, 0.3, (0.6, 0.5, 0.1))
    p.rect(0.8, 0.75, 0.9, 0.4, (0.08, 0.08, 0.08))
    for x in (0.35, 2.15):
        p.disc(x, 0.85, 0.14, LAMP)
        p.rect(x - 0.2, 0.0, 0.4, 0.5, BLACK)
    p.rect(0.06, 0.45, 2.38, 0.12, (0.3, 0.3, 0.3))
    return p.sprite()


def _bands(p: Plate, left: float, foot: float, wide: float, tall: float) -> None:
    """The painted ornament of Indian trucks: stripes and little squares."""
    gay: tuple[Colour, ...] = ((0.55, 0.05, 0.03), (0.60, 0.45, 0.03), (0.03, 0.12, 0.40),
                               (0.04, 0.28, 0.10), (0.7, 0.68, 0.62))  # fmt: skip
    for row in np.arange(0.0, tall, 0.22):
        for place in np.arange(0.0, wide, 0.3):
            hue = gay[int(p.rng.integers(5))]
            p.rect(left + place, foot + row, 0.26, 0.17, hue)


def truck_side(rng: np.random.Generator) -> Sprite:
    """Cab and a high body with posts, a load under tarpaulin."""
    p = _plate("truck", False, rng)
    p.poly([(5.5, 0.6), (7.05, 0.6), (7.15, 1.5), (6.95, 2.35), (5.5, 2.45)], PAINT)
    p.poly([(5.8, 1.55), (6.9, 1.55), (6.8, 2.2), (5.8, 2.2)], GLASS, deep=3.0)
    p.rect(0.1, 0.95, 5.3, 1.35, PAINT)
    for post in np.arange(0.1, 5.4, 0.75):
        p.rect(post, 0.95, 0.08, 1.4, (0.25, 0.12, 0.04))
    _bands(p, 0.1, 1.0, 5.2, 0.3)
    p.poly([(0.15, 2.3), (0.6, 2.85), (2.6, 2.95), (4.8, 2.8), (5.35, 2.3)], (0.12, 0.13, 0.10))
    p.rect(0.2, 0.6, 6.0, 0.3, BLACK)
    for x in (1.2, 2.2, 6.2):
        p.wheel(x, 0.48)
    return p.sprite()


def truck_front(rng: np.random.Generator) -> Sprite:
    """Ornament above and below a split windscreen."""
    p = _plate("truck", True, rng)
    p.rect(0.1, 0.5, 2.2, 1.95, PAINT)
    p.rect(0.2, 1.45, 2.0, 0.75, GLASS, deep=3.0)
    p.rect(1.17, 1.45, 0.06, 0.75, PAINT)
    p.rect(0.05, 2.3, 2.3, 0.65, (0.55, 0.25, 0.03))
    _bands(p, 0.1, 2.35, 2.2, 0.5)
    _bands(p, 0.6, 0.8, 1.2, 0.4)
    for x in (0.35, 2.05):
        p.disc(x, 0.95, 0.15, LAMP)
        p.rect(x - 0.2, 0.0, 0.4, 0.55, BLACK)
    p.rect(0.05, 0.5, 2.3, 0.2, (0.06, 0.06, 0.06))
    return p.sprite()


def truck_back(rng: np.random.Generator) -> Sprite:
    """Tailboard with painted words, mud flaps."""
    p = _plate("truck", True, rng)
    p.rect(0.1, 0.9, 2.2, 1.5, PAINT)
    p.rect(0.3, 2.4, 1.8, 0.45, (0.12, 0.13, 0.10))
    _bands(p, 0.2, 1.0, 2.0, 0.3)
    _bands(p, 0.5, 1.7, 1.4, 0.3)
    for x in (0.15, 1.75):
        p.rect(x, 0.0, 0.5, 0.9, BLACK)
    for x in (0.1, 2.15):
        p.rect(x, 0.8, 0.15, 0.12, RED)
    return p.sprite()


def car_side(rng: np.random.Generator) -> Sprite:
    """A small hatchback."""
    p = _plate("car", False, rng)
    p.poly([(0.05, 0.3), (3.75, 0.3), (3.75, 0.7), (3.4, 0.85), (2.75, 0.95), (2.2, 1.46),
            (0.55, 1.46), (0.1, 0.95)], PAINT)  # fmt: skip
    p.poly([(0.4, 0.97), (0.68, 1.37), (1.4, 1.39), (1.4, 0.97)], GLASS, deep=2.0)
    p.poly([(1.48, 0.97), (1.48, 1.39), (2.14, 1.37), (2.6, 0.97)], GLASS, deep=2.0)
    p.rect(0.05, 0.28, 3.7, 0.12, BLACK)
    p.rect(3.6, 0.66, 0.15, 0.12, LAMP)
    p.rect(0.05, 0.75, 0.1, 0.18, RED)
    p.wheel(0.75, 0.29)
    p.wheel(3.05, 0.29)
    return p.sprite(dust=0.35)


def car_end(rng: np.random.Generator) -> Sprite:
    """Front or back of a small car."""
    p = _plate("car", True, rng)
    p.poly([(0.04, 0.3), (1.61, 0.3), (1.61, 0.9), (1.35, 1.46), (0.3, 1.46), (0.04, 0.9)], PAINT)
    p.poly([(0.2, 0.93), (0.38, 1.38), (1.27, 1.38), (1.45, 0.93)], GLASS, deep=2.0)
    p.rect(0.5, 0.45, 0.65, 0.18, (0.05, 0.05, 0.05))
    front = rng.random() < 0.5
    for x in (0.1, 1.3):
        p.rect(x, 0.66, 0.25, 0.14, LAMP if front else RED)
        p.rect(x, 0.0, 0.2, 0.32, BLACK)
    p.rect(0.04, 0.28, 1.57, 0.1, BLACK)
    return p.sprite(dust=0.35)


def jeep_side(rng: np.random.Generator) -> Sprite:
    """A boxy utility car."""
    p = _plate("jeep", False, rng)
    p.poly([(0.1, 0.45), (4.1, 0.45), (4.1, 1.0), (2.95, 1.1), (2.7, 1.82), (0.15, 1.82)], PAINT)
    for left, right in ((0.3, 1.0), (1.1, 1.8), (1.9, 2.6)):
        p.rect(left, 1.15, right - left, 0.52, GLASS, deep=2.0)
    p.rect(0.1, 0.4, 4.0, 0.12, BLACK)
    p.wheel(0.9, 0.37)
    p.wheel(3.4, 0.37)
    return p.sprite()


def jeep_end(rng: np.random.Generator) -> Sprite:
    """Upright back with a spare wheel, or front with a grille."""
    p = _plate("jeep", True, rng)
    p.rect(0.06, 0.45, 1.63, 1.37, PAINT)
    p.rect(0.2, 1.15, 1.35, 0.52, GLASS, deep=2.0)
    p.disc(0.87, 0.85, 0.3, BLACK)
    for x in (0.1, 1.4):
        p.rect(x, 0.0, 0.24, 0.45, BLACK)
        p.rect(x + 0.03, 0.75, 0.18, 0.16, RED if rng.random() < 0.5 else LAMP)
    return p.sprite()


def motorbike(rng: np.random.Generator) -> Sprite:
    """A motorcycle with its rider, from the side, 2 by 1.7 m."""
    p = Plate(2.0, 1.7, 56.0, rng)
    for x in (0.35, 1.65):
        p.disc(x, 0.31, 0.31, BLACK)
        p.disc(x, 0.31, 0.2, (0.16, 0.16, 0.16))
    p.poly([(0.35, 0.35), (0.9, 0.3), (1.3, 0.4), (1.45, 0.85), (0.3, 0.75)], (0.06, 0.06, 0.06))
    p.poly([(0.85, 0.72), (1.35, 0.75), (1.4, 0.95), (0.95, 0.92)], (0.35, 0.03, 0.03))
    p.line([(1.65, 0.31), (1.38, 1.05)], 0.06, (0.25, 0.25, 0.25))
    p.rect(0.2, 0.76, 0.75, 0.1, BLACK)
    shirt: Colour = ((0.5, 0.48, 0.44), (0.08, 0.14, 0.3), (0.35, 0.1, 0.06))[rng.integers(3)]
    p.line([(0.75, 0.86), (1.15, 0.75), (1.05, 0.35)], 0.17, (0.05, 0.06, 0.09))
    p.poly([(0.6, 0.85), (0.95, 0.85), (1.0, 1.4), (0.72, 1.4)], shirt)
    p.line([(0.9, 1.3), (1.15, 1.1), (1.38, 1.06)], 0.1, shirt)
    p.disc(0.9, 1.55, 0.13, (0.04, 0.03, 0.03))
    return p.sprite()


def rider(rng: np.random.Generator) -> Sprite:
    """A motorcycle with its rider, from the front or behind, 0.75 by 1.7 m."""
    p = Plate(0.75, 1.7, 56.0, rng)
    p.rect(0.32, 0.0, 0.11, 0.65, BLACK)
    p.poly([(0.18, 0.45), (0.57, 0.45), (0.52, 0.95), (0.23, 0.95)], (0.07, 0.06, 0.06))
    shirt: Colour = ((0.5, 0.48, 0.44), (0.08, 0.14, 0.3), (0.35, 0.1, 0.06))[rng.integers(3)]
    p.poly([(0.15, 0.8), (0.6, 0.8), (0.58, 1.38), (0.17, 1.38)], shirt)
    p.line([(0.04, 1.02), (0.71, 1.02)], 0.06, (0.1, 0.1, 0.1))
    p.disc(0.375, 1.53, 0.13, (0.05, 0.035, 0.03))
    return p.sprite()


def tractor(rng: np.random.Generator) -> Sprite:
    """A tractor with its driver from the side, 3.2 by 2.2 m."""
    p = Plate(3.2, 2.2, 48.0, rng)
    p.rect(1.4, 0.6, 1.6, 0.65, ((0.5, 0.04, 0.03), (0.04, 0.15, 0.4), (0.05, 0.25, 0.08))[
        rng.integers(3)])  # fmt: skip
    p.rect(2.6, 1.2, 0.08, 0.7, BLACK)
    p.rect(0.5, 0.8, 1.0, 0.4, (0.08, 0.08, 0.08))
    p.poly([(0.75, 1.15), (1.2, 1.15), (1.15, 1.75), (0.8, 1.75)], (0.5, 0.47, 0.42))
    p.disc(0.97, 1.92, 0.14, (0.12, 0.07, 0.05))
    p.wheel(0.75, 0.68)
    p.wheel(2.75, 0.38)
    return p.sprite()


def cart(rng: np.random.Generator) -> Sprite:
    """A bullock cart from the side, loaded, 4.6 by 2.2 m."""
    p = Plate(4.6, 2.2, 48.0, rng)
    p.poly([(0.1, 0.95), (2.0, 0.95), (2.2, 1.6), (1.5, 2.1), (0.5, 2.05), (0.0, 1.5)],
           (0.33, 0.26, 0.13))  # fmt: skip
    p.line([(0.1, 0.9), (3.6, 1.05)], 0.09, (0.12, 0.08, 0.05))
    p.disc(1.0, 0.62, 0.62, (0.10, 0.07, 0.05))
    p.disc(1.0, 0.62, 0.5, (0.25, 0.2, 0.14), deep=2.0)
    for turn in np.arange(0.0, 3.1, 0.52):
        reach = 0.55 * np.array([np.cos(turn), np.sin(turn)])
        p.line([(1.0 - reach[0], 0.62 - reach[1]), (1.0 + reach[0], 0.62 + reach[1])], 0.06,
               (0.12, 0.08, 0.05))  # fmt: skip
    hide: Colour = (0.5, 0.47, 0.42)
    p.poly([(2.7, 0.7), (2.75, 1.25), (3.9, 1.35), (4.1, 1.15), (4.0, 0.7)], hide)
    p.poly([(3.9, 1.1), (4.2, 1.55), (4.55, 1.35), (4.45, 1.15), (4.1, 1.0)], hide)
    for x in (2.75, 2.95, 3.75, 3.95):
        p.rect(x, 0.0, 0.12, 0.8, hide)
    p.line([(4.25, 1.5), (4.15, 1.85)], 0.05, BLACK)
    p.disc(2.3, 1.75, 0.12, (0.12, 0.07, 0.05))
    p.poly([(2.15, 1.05), (2.5, 1.05), (2.42, 1.65), (2.2, 1.65)], (0.45, 0.42, 0.36))
    return p.sprite()


VIEWS: dict[str, tuple[Callable[[np.random.Generator], Sprite], ...]] = {  # side, front, back
    "auto": (auto_side, auto_front, auto_back), "bus": (bus_side, bus_end, bus_end),
    "truck": (truck_side, truck_front, truck_back), "car": (car_side, car_end, car_end),
    "jeep": (jeep_side, jeep_end, jeep_end),
}  # fmt: skip
