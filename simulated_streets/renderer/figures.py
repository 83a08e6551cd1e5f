"""Animals, people and small things of a roadside, from round strokes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from simulated_streets.renderer.canvas import Float, draw, strokes
from simulated_streets.scenes.scene import Array, Colour, Sprite

Parts = list[Array]


def limb(
    points: Sequence[tuple[float, ...]], girth: Sequence[float], colour: Colour | Float
) -> Array:
    """A bent limb through points (x, y) or (x, y, z) with a radius at each."""
    line = np.array([(*point, 0.0)[:3] for point in points])
    return strokes(line[:-1], line[1:], girth[:-1], colour, tip=girth[1:])


def _beast(
    rng: np.random.Generator, hide: Colour, *, long: float, body: float, leg: float, neck: float,
    horn: float, hump: float = 0.0, shag: float = 0.0,
) -> Parts:  # fmt: skip
    """A four-legged animal in profile, its head to the right; lengths of its height."""
    coat = np.array(hide) * rng.lognormal(0.0, 0.12)
    back = leg + body
    half = 0.5 * long
    down = rng.random() < 0.3  # it grazes
    parts = [
        limb([(-half, back), (0.0, back - 0.01), (half, back + 0.01)], [body, 1.06 * body, body],
             coat),
        limb([(-half - 0.6 * body, back), (-half - body, leg * 0.7)], [0.012, 0.015], coat * 0.8),
    ]  # fmt: skip
    for x, z, lift in ((-half, 0.1, 0.02), (half, 0.1, -0.03), (-half, -0.1, -0.05),
                       (half, -0.1, 0.05)):  # fmt: skip
        tone = coat * (1.0 if z > 0 else 0.6)
        parts.append(limb([(x, back - 0.3 * body, z), (x + lift, 0.5 * leg, z), (x + lift, 0.0, z)],
                          [0.4 * body, 0.17 * body, 0.14 * body], tone))  # fmt: skip
    head_y = 0.25 if down else back + neck
    head = (half + 0.8 * body + (0.10 if down else 0.5 * neck), head_y)
    parts.append(limb([(half, back), head], [0.75 * body, 0.42 * body], coat))
    muzzle = (head[0] + 0.14, head_y - 0.09)
    parts.append(limb([head, muzzle], [0.42 * body, 0.22 * body], coat * 0.9))
    parts.append(limb([head, (head[0] - 0.10, head_y - 0.02, 0.12)], [0.04, 0.015], coat * 0.7))
    if horn > 0.0:
        tip = (head[0] - 0.6 * horn, head_y + horn, 0.05)
        parts.append(limb([head, (head[0] - 0.5 * horn, head_y + 0.45 * horn, 0.05), tip],
                          [0.028, 0.022, 0.01], (0.12, 0.11, 0.10)))  # fmt: skip
    if hump > 0.0:
        over = 0.0 if hump > 0.1 else 0.65 * half  # a camel's in the middle, a zebu's in front
        back_line = [(over, back + body), (0.95 * over, back + body + hump)]
        parts.append(limb(back_line, [0.12, 0.05], coat))
    if shag > 0.0:
        along = rng.uniform(-half - body, half + body, 160)
        foot = np.stack(
            [along, np.full(160, back - 0.4 * body), rng.uniform(-0.1, 0.25, 160)], axis=1
        )
        hair = foot - np.stack([rng.normal(0, 0.02, 160), rng.uniform(0.5, 1, 160) * shag,
                                np.zeros(160)], axis=1)  # fmt: skip
        parts.append(strokes(foot, hair, 0.016, coat * rng.lognormal(0, 0.2, (160, 1)), tip=0.006))
    return parts


def cow(rng: np.random.Generator) -> Sprite:
    """A humped cow, white, grey or red."""
    hides = ((0.52, 0.49, 0.44), (0.40, 0.37, 0.33), (0.22, 0.115, 0.06), (0.06, 0.05, 0.045))
    hide = hides[rng.integers(4)]
    parts = _beast(rng, hide, long=0.78, body=0.19, leg=0.42, neck=0.12, horn=0.15, hump=0.06)
    return draw(parts, 1.65, rng, pixels=96)


def buffalo(rng: np.random.Generator) -> Sprite:
    """A water buffalo."""
    parts = _beast(rng, (0.035, 0.032, 0.03), long=0.85, body=0.22, leg=0.36, neck=0.06, horn=0.13)
    return draw(parts, 1.75, rng, pixels=96)


def goat(rng: np.random.Generator) -> Sprite:
    """A goat."""
    hide = ((0.05, 0.045, 0.04), (0.24, 0.15, 0.09), (0.45, 0.42, 0.37))[rng.integers(3)]
    parts = _beast(rng, hide, long=0.62, body=0.155, leg=0.44, neck=0.17, horn=0.10)
    return draw(parts, 1.5, rng, pixels=80)


def sheep(rng: np.random.Generator) -> Sprite:
    """A sheep in its wool."""
    parts = _beast(rng, (0.36, 0.32, 0.26), long=0.62, body=0.25, leg=0.36, neck=0.10, horn=0.0,
                   shag=0.14)  # fmt: skip
    return draw(parts, 1.6, rng, pixels=80)


def pig(rng: np.random.Generator) -> Sprite:
    """A dark village pig."""
    parts = _beast(rng, (0.06, 0.05, 0.045), long=1.0, body=0.3, leg=0.28, neck=-0.05, horn=0.0)
    return draw(parts, 2.2, rng, pixels=64)


def yak(rng: np.random.Generator) -> Sprite:
    """A yak, hair to its knees."""
    parts = _beast(rng, (0.035, 0.028, 0.024), long=0.8, body=0.23, leg=0.36, neck=0.05, horn=0.17,
                   hump=0.07, shag=0.34)  # fmt: skip
    return draw(parts, 1.8, rng, pixels=96)


def camel(rng: np.random.Generator) -> Sprite:
    """A dromedary."""
    parts = _beast(rng, (0.33, 0.22, 0.13), long=0.44, body=0.115, leg=0.50, neck=0.27, horn=0.0,
                   hump=0.13)  # fmt: skip
    return draw(parts, 1.1, rng, pixels=128)


def dog(rng: np.random.Generator) -> Sprite:
    """A street dog."""
    parts = _beast(rng, (0.30, 0.19, 0.10), long=0.72, body=0.13, leg=0.46, neck=0.17, horn=0.0)
    return draw(parts, 1.6, rng, pixels=64)


_SKIN = (0.13, 0.075, 0.048)
_CLOTHS: tuple[Colour, ...] = (
    (0.50, 0.04, 0.05), (0.55, 0.30, 0.02), (0.04, 0.20, 0.10), (0.05, 0.09, 0.36),
    (0.42, 0.05, 0.22), (0.60, 0.57, 0.50), (0.30, 0.06, 0.03), (0.10, 0.28, 0.32),
)  # fmt: skip


def person(dress: str, rng: np.random.Generator) -> Sprite:
    """Someone in "sari", "dhoti" or "shirt", walking or standing."""
    cloth = np.array(_CLOTHS[rng.integers(len(_CLOTHS))])
    step = rng.uniform(-0.06, 0.06)
    parts = [limb([(0.0, 0.90), (0.0, 0.935)], [0.052, 0.056], _SKIN),
             limb([(0.0, 0.94, -0.02), (0.0, 0.96, -0.02)], [0.058, 0.05], (0.012, 0.01, 0.01)),
             limb([(0.0, 0.80), (0.0, 0.88)], [0.035, 0.03], _SKIN)]  # fmt: skip
    shirt = np.array(_CLOTHS[rng.integers(len(_CLOTHS))])
    if dress == "sari":
        fall = [(0.0, 0.78), (0.0, 0.55), (step * 0.4, 0.03)]
        parts += [
            limb(fall, [0.085, 0.085, 0.125], cloth),
            limb([(0.07, 0.80, 0.05), (-0.07, 0.50, 0.08)], [0.05, 0.06], cloth * 1.25),
        ]
        if rng.random() < 0.6:
            parts.append(limb([(0.0, 0.95), (0.02, 0.84, -0.03)], [0.064, 0.07], cloth * 1.1))
        if rng.random() < 0.25:
            parts.append(limb([(0.0, 1.0 - 0.06), (0.0, 0.97)], [0.07, 0.085], (0.36, 0.33, 0.3)))
    else:
        lower = np.array((0.58, 0.55, 0.48) if dress == "dhoti" else (0.05, 0.055, 0.075))
        reach = 0.25 if dress == "dhoti" else 0.02
        for side in (-1.0, 1.0):
            parts.append(limb([(0.035 * side, 0.50), (side * (0.04 + abs(step)), reach)],
                              [0.075, 0.05], lower))  # fmt: skip
            parts.append(limb([(side * (0.04 + abs(step)), reach), (side * (0.045 + abs(step)), 0)],
                              [0.032, 0.03], _SKIN))  # fmt: skip
        parts.append(limb([(0.0, 0.78), (0.0, 0.50)], [0.10, 0.085], shirt))
    sleeve = cloth * 0.8 if dress == "sari" else shirt
    for side in (-1.0, 1.0):
        parts.append(limb([(0.09 * side, 0.79), (0.125 * side, 0.64)], [0.036, 0.032], sleeve))
        parts.append(limb([(0.125 * side, 0.64), (0.12 * side, 0.47, 0.05)], [0.027, 0.02], _SKIN))
    return draw(parts, 0.42, rng, pixels=112)


ANIMALS: dict[str, tuple[float, float, Callable[[np.random.Generator], Sprite]]] = {
    # height in metres, aspect, drawing
    "cow": (1.35, 1.65, cow), "buffalo": (1.4, 1.75, buffalo), "goat": (0.75, 1.5, goat),
    "sheep": (0.75, 1.6, sheep), "pig": (0.6, 2.2, pig), "yak": (1.5, 1.8, yak),
    "camel": (2.3, 1.1, camel), "dog": (0.6, 1.6, dog),
}  # fmt: skip
PEOPLE = ("sari", "dhoti", "shirt")
