"""Periodic noise that everything natural in a scene is made of.

One band-limited tile (a single octave) is looked up at many scales; sums of octaves give
fractal ground, and sums of sharpened octaves give ridges (Musgrave, in Ebert et al., "Texturing
and Modeling", 3rd ed., ch. 16).
"""

# numba hides that an element of an array is a float
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numba import njit

from simulated_streets.scenes.scene import Array

SIDE = 256  # samples along a side of the plane tile
WAVE = 8  # samples in a wavelength, so that a tile holds 32 wavelengths
VOLUME = 64  # samples along a side of the volume tile


def _band(shape: tuple[int, ...], wavelength: float, seed: int) -> Array:
    """Periodic Gaussian noise of zero mean and unit deviation around one wavelength."""
    white = np.random.default_rng(seed).standard_normal(shape)
    frequency = np.sqrt(
        sum(
            np.fft.fftfreq(n).reshape([-1 if i == axis else 1 for i in range(len(shape))]) ** 2
            for axis, n in enumerate(shape)
        )
    )
    frequency[(0,) * len(shape)] = 1e-9
    gain = np.exp(-0.5 * (np.log(frequency * wavelength) / 0.35) ** 2)
    field = np.fft.ifftn(np.fft.fftn(white) * gain).real
    return np.asarray((field - field.mean()) / field.std(), np.float32)


@cache
def plane() -> Array:
    """The tile (256, 256) of one octave."""
    return _band((SIDE, SIDE), WAVE, seed=7)


@cache
def volume() -> Array:
    """A tile (64, 64, 64) of four octaves, for the shreds of clouds."""
    octaves = [_band((VOLUME,) * 3, 24 / 2**i, seed=11 + i) / 1.7**i for i in range(4)]
    field = sum(octaves)
    return np.asarray(field / np.std(field), np.float32)


@njit(error_model="numpy", fastmath=True, inline="always")
def noise(tile: Array, u: float, v: float) -> float:
    """One octave at (u, v) in wavelengths: zero mean, unit deviation."""
    a = u * WAVE
    b = v * WAVE
    fa = math.floor(a)
    fb = math.floor(b)
    p = a - fa
    q = b - fb
    i = int(fa) & (SIDE - 1)
    j = int(fb) & (SIDE - 1)
    k = (i + 1) & (SIDE - 1)
    m = (j + 1) & (SIDE - 1)
    top = tile[i, j] * (1.0 - p) + tile[k, j] * p
    return top * (1.0 - q) + (tile[i, m] * (1.0 - p) + tile[k, m] * p) * q


@njit(error_model="numpy", fastmath=True)
def fractal(tile: Array, u: float, v: float, octaves: float) -> float:
    """Sum of octaves, each half as long and half as strong, turned against repetition.

    A broken number of octaves fades the last one in.
    """
    total = 0.0
    gain = 0.8
    for i in range(math.ceil(octaves)):
        total += gain * min(octaves - i, 1.0) * noise(tile, u, v)
        u, v = 1.62 * u - 1.18 * v + 5.3, 1.18 * u + 1.62 * v + 1.7
        gain *= 0.5
    return total


@njit(error_model="numpy", fastmath=True)
def ridged(tile: Array, u: float, v: float, octaves: float) -> float:
    """Ridged multifractal in [0, about 1.3]: sharp crests, smooth valley floors."""
    total = 0.0
    gain = 0.62
    weight = 1.0
    for i in range(math.ceil(octaves)):
        crest = max(1.0 - 0.72 * abs(noise(tile, u, v)), 0.0)
        crest *= crest * weight
        total += gain * min(octaves - i, 1.0) * crest
        weight = min(max(1.6 * crest, 0.0), 1.0)
        u, v = 1.62 * u - 1.18 * v + 5.3, 1.18 * u + 1.62 * v + 1.7
        gain *= 0.5
    return total


@njit(error_model="numpy", fastmath=True, inline="always")
def cloudlet(block: Array, u: float, v: float, w: float) -> float:
    """The volume tile at (u, v, w), each in tiles."""
    a = u * VOLUME
    b = v * VOLUME
    c = w * VOLUME
    fa = math.floor(a)
    fb = math.floor(b)
    fc = math.floor(c)
    p = a - fa
    q = b - fb
    r = c - fc
    i = int(fa) & (VOLUME - 1)
    j = int(fb) & (VOLUME - 1)
    k = int(fc) & (VOLUME - 1)
    i1 = (i + 1) & (VOLUME - 1)
    j1 = (j + 1) & (VOLUME - 1)
    k1 = (k + 1) & (VOLUME - 1)
    low = (block[i, j, k] * (1 - p) + block[i1, j, k] * p) * (1 - q) + (
        block[i, j1, k] * (1 - p) + block[i1, j1, k] * p
    ) * q
    high = (block[i, j, k1] * (1 - p) + block[i1, j, k1] * p) * (1 - q) + (
        block[i, j1, k1] * (1 - p) + block[i1, j1, k1] * p
    ) * q
    return low * (1 - r) + high * r


@njit(error_model="numpy", fastmath=True, inline="always")
def smoothstep(low: float, high: float, value: float) -> float:
    """0 below `low`, 1 above `high`, a smooth cubic between."""
    t = min(max((value - low) / (high - low), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


@njit(inline="always")
def scatter(i: int, j: int, salt: int) -> float:
    """A number in [0, 1) that looks random, from two whole numbers."""
    bits = i * 374761393 + j * 668265263 + salt * 974634599
    bits = (bits ^ (bits >> 13)) * 1274126177
    return ((bits ^ (bits >> 16)) & 0xFFFFFF) / 16777216.0
