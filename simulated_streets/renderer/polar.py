"""The land around the camera sampled along rays: heights, and the sunlight that reaches them."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from simulated_streets.renderer.landform import EARTH, Land, height, stand
from simulated_streets.scenes.scene import Array

AZIMUTHS = 1024  # a power of two
NEAREST, BEND, FARTHEST = 1.3, 150.0, 36000.0  # metres; the steps grow faster beyond BEND
NEAR_GROWTH, FAR_GROWTH = math.log(1.022), math.log(1.026)
NEAR_STEPS = int(math.log(BEND / NEAREST) / NEAR_GROWTH)
STEPS = NEAR_STEPS + int(math.log(FARTHEST / BEND) / FAR_GROWTH)


@njit(error_model="numpy", fastmath=True, inline="always")
def radius_of(step: float) -> float:
    """Distance in metres of a (fractional) step of the polar grid."""
    if step < NEAR_STEPS:
        return NEAREST * math.exp(step * NEAR_GROWTH)
    return NEAREST * math.exp(NEAR_STEPS * NEAR_GROWTH + (step - NEAR_STEPS) * FAR_GROWTH)


@njit(error_model="numpy", fastmath=True, inline="always")
def step_of(radius: float) -> float:
    """The fractional step at a distance; the inverse of `radius_of`."""
    steps = math.log(max(radius, NEAREST) / NEAREST) / NEAR_GROWTH
    if steps < NEAR_STEPS:
        return steps
    return NEAR_STEPS + (steps - NEAR_STEPS) * NEAR_GROWTH / FAR_GROWTH


@njit(error_model="numpy", fastmath=True, cache=True)
def polar_heights(tile: Array, land: Land) -> Array:
    """Heights (azimuth, step) of ground and crops around the camera, sunk by the earth's curve."""
    grid = np.empty((AZIMUTHS, STEPS), np.float32)
    for i in range(AZIMUTHS):
        angle = 2.0 * math.pi * i / AZIMUTHS
        sine = math.sin(angle)
        cosine = math.cos(angle)
        for j in range(STEPS):
            r = radius_of(j)
            x = r * sine
            y = r * cosine
            z = height(tile, x, y, land)
            if r < 900.0:
                z += stand(tile, x, y, land)
            grid[i, j] = z - r * r / EARTH
    return grid


@njit(error_model="numpy", fastmath=True, cache=True)
def sunlit(tile: Array, land: Land, sun: Array, azimuths: int, stride: int) -> Array:
    """Share (azimuth, step) of the sun's disc that the terrain leaves free, on a coarser grid."""
    steps = STEPS // stride + 2
    grid = np.ones((azimuths, steps), np.float32)
    tangent = sun[2] / max(math.hypot(sun[0], sun[1]), 1e-3)
    if max(land.relief, land.dunes) < 3.0 or tangent > 2.5:
        return grid
    east = sun[0] / max(math.hypot(sun[0], sun[1]), 1e-3)
    north = sun[1] / max(math.hypot(sun[0], sun[1]), 1e-3)
    start = 4.0 if land.dunes > 1.0 else 40.0
    for i in range(azimuths):
        angle = 2.0 * math.pi * i / azimuths
        for j in range(steps):
            r = radius_of(float(j * stride))
            x = r * math.sin(angle)
            y = r * math.cos(angle)
            z = height(tile, x, y, land)
            reach = max(start, 0.02 * r)
            free = 1.0
            highest = 1.35 * land.relief + 60.0
            while reach < 14000.0 and free > 0.0 and z + reach * tangent < highest:
                other = height(tile, x + east * reach, y + north * reach, land)
                free = min(free, 0.5 + (z + reach * tangent - other) / (0.025 * reach + 0.4))
                reach *= 1.7
            grid[i, j] = max(free, 0.0)
    return grid
