"""Small arithmetic that the descriptions share."""

from __future__ import annotations

import numpy as np

from simulated_streets.scenes.scene import Colour


def ramp(value: float, low: float, high: float) -> float:
    """0 at `low`, 1 at `high`, linear between and level outside; `low` may be the larger."""
    return min(max((value - low) / (high - low), 0.0), 1.0)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """`a` where `share` is 0, `b` where it is 1."""
    red, green, blue = (x + share * (y - x) for x, y in zip(a, b, strict=True))
    return red, green, blue


def scaled(colour: Colour, factor: float) -> Colour:
    """A lighter or darker colour, kept a reflectance."""
    red, green, blue = (min(x * factor, 1.0) for x in colour)
    return red, green, blue


def spread(rng: np.random.Generator, sigma: float) -> float:
    """A factor around 1, log-normal."""
    return float(np.exp(rng.normal(0.0, sigma)))


def varied(colour: Colour, rng: np.random.Generator, light: float, hue: float) -> Colour:
    """`colour`, its lightness and each channel scattered log-normally."""
    all_over = spread(rng, light)
    red, green, blue = (min(x * all_over * spread(rng, hue), 1.0) for x in colour)
    return red, green, blue


def draw(shares: dict[str, float], rng: np.random.Generator) -> str:
    """One name, likelier the larger its share. Raises ValueError for no shares."""
    names = sorted(shares)
    share = np.array([shares[name] for name in names])
    return names[int(rng.choice(len(names), p=share / share.sum()))]
