"""Clouds and the picture of the sky: volumes of cumulus, sheets of cirrus, stratus and monsoon."""

# numba hides that an element of an array is a float
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from simulated_streets.renderer.noise import cloudlet, fractal, noise, smoothstep
from simulated_streets.renderer.sky import BEARINGS, ELEVATIONS
from simulated_streets.scenes.scene import Array, Scene

KINDS = ("none", "cumulus", "cirrus", "stratus", "monsoon")
BASE, REACH = 1100.0, 45000.0  # metres: foot of the cumulus, how far clouds are followed
SAMPLES = 14


class Clouds(NamedTuple):
    """Numbers of a scene's clouds, for compiled code."""

    kind: int
    cover: float
    depth: float  # metres, thickness of the layer
    east: float
    north: float


def clouds_of(scene: Scene) -> Clouds:
    """The compiled form of a scene's clouds."""
    rng = np.random.default_rng([scene.seed, 2])
    weather = scene.weather
    kind = KINDS.index(weather.cloud_kind) if weather.cloud_cover > 0.02 else 0
    return Clouds(
        kind=kind,
        cover=weather.cloud_cover,
        depth=500.0 + 1100.0 * weather.cloud_cover,
        east=rng.uniform(0, 2e5),
        north=rng.uniform(0, 2e5),
    )


@njit(error_model="numpy", fastmath=True)
def coverage(tile: Array, x: float, y: float, clouds: Clouds) -> float:
    """Where cumulus stands over the ground at (x, y): positive inside, up to about 1.5."""
    field = fractal(tile, (x + clouds.east) / 4600.0, (y + clouds.north) / 4600.0, 3)
    return field - 1.25 + 2.3 * clouds.cover


@njit(error_model="numpy", fastmath=True, inline="always")
def _density(
    block: Array, cover: float, x: float, y: float, z: float, depth: float, fine: bool
) -> float:
    """Density of cumulus, 0 to 1, at a point z metres above its foot, under a coverage."""
    part = z / depth
    # flat feet, tops as high as the cloud is wide
    body = cover - 1.25 * part * part - 0.25
    if part < 0.08:
        body -= 1.5 * (0.08 - part) / 0.08
    if body < -0.95:
        return 0.0
    body += 0.48 * cloudlet(block, x / 2300.0, y / 2300.0, z / 2300.0)
    if fine:
        body += 0.16 * cloudlet(block, y / 610.0, x / 610.0, z / 610.0)
    return min(max(1.4 * body, 0.0), 1.0)


@njit(error_model="numpy", fastmath=True, inline="always")
def clear_sky(table: Array, up: float, x: float, y: float, sun: Array, channel: int) -> float:
    """Radiance of the cloudless sky towards a unit direction."""
    row = math.sqrt(max(math.asin(min(up, 1.0)), 0.0) / (0.5 * math.pi)) * (ELEVATIONS - 1)
    flat = math.sqrt((x * x + y * y) * (sun[0] * sun[0] + sun[1] * sun[1])) + 1e-9
    cosine = min(max((x * sun[0] + y * sun[1]) / flat, -1.0), 1.0)
    column = math.acos(cosine) / math.pi * (BEARINGS - 1)
    i = min(int(row), ELEVATIONS - 2)
    j = min(int(column), BEARINGS - 2)
    p = row - i
    q = column - j
    return (table[i, j, channel] * (1 - p) + table[i + 1, j, channel] * p) * (1 - q) + (
        table[i, j + 1, channel] * (1 - p) + table[i + 1, j + 1, channel] * p
    ) * q


@njit(error_model="numpy", fastmath=True, cache=True)
def paint_sky(
    tile: Array,
    block: Array,
    clouds: Clouds,
    table: Array,
    sun: Array,
    direct: Array,
    ambient: Array,
    haze: float,
    heading: float,
    focal: float,
    horizon: float,
    rows: int,
    columns: int,
) -> Array:
    """Radiance (rows, columns, 3) of the sky; `haze` is the extinction per metre.

    `horizon` is the picture's row of the horizon, `heading` in radians.
    """
    picture = np.empty((rows, columns, 3), np.float32)
    for r in range(rows):
        for c in range(columns):
            right = (c + 0.5 - 0.5 * columns) / focal
            high = max((horizon - r - 0.5) / focal, 0.0)
            scale = 1.0 / math.sqrt(1.0 + right * right + high * high)
            x = (math.sin(heading) + right * math.cos(heading)) * scale
            y = (math.cos(heading) - right * math.sin(heading)) * scale
            z = high * scale
            cosine = x * sun[0] + y * sun[1] + z * sun[2]
            through = 1.0
            light = 0.0
            shade = 0.0
            if z > 0.012 and clouds.kind == 1:
                through, light, shade = _cumulus(tile, block, clouds, x, y, z, sun, cosine, r, c)
            elif z > 0.012 and clouds.kind > 1:
                through, light, shade = _sheet(tile, clouds, x, y, z, cosine)
            clear = math.exp(-haze * BASE / max(z, 0.01)) * smoothstep(0.012, 0.05, z)
            opaque = (1.0 - through) * clear
            disc = 60.0 * smoothstep(0.99985, 0.99996, cosine) + 1.2 * math.exp((cosine - 1) * 2500)
            for k in range(3):
                open_sky = clear_sky(table, z, x, y, sun, k)
                cloud = light * direct[k] + shade * ambient[k]
                picture[r, c, k] = (
                    open_sky * (1.0 - opaque)
                    + cloud * opaque
                    + disc * direct[k] * (1.0 - opaque) ** 4
                )
    return picture


@njit(error_model="numpy", fastmath=True, inline="always")
def _cumulus(
    tile: Array,
    block: Array,
    clouds: Clouds,
    x: float,
    y: float,
    z: float,
    sun: Array,
    cosine: float,
    row: int,
    column: int,
) -> tuple[float, float, float]:
    """What is seen through the volume: (transmittance, weight of sunlight, of skylight)."""
    start = BASE / z
    if start > REACH:
        return 1.0, 0.0, 0.0
    step = min(clouds.depth / z, 9000.0) / SAMPLES
    # interleaved gradient noise (Jimenez 2014) turns banding into grain
    dither = 52.9829189 * ((0.06711056 * column + 0.00583715 * row) % 1.0) % 1.0
    through = 1.0
    light = 0.0
    shade = 0.0
    phase = 0.09 + 0.35 * max(cosine, 0.0) ** 8 + 0.9 * max(cosine, 0.0) ** 60
    for i in range(SAMPLES):
        t = start + (i + dither) * step
        h = t * z - BASE
        cover = coverage(tile, x * t, y * t, clouds)
        density = _density(block, cover, x * t, y * t, h, clouds.depth, start < 14000.0)
        if density <= 0.0:
            continue
        depth = 0.0
        for reach in (120.0, 340.0):
            depth += reach * _density(
                block,
                cover,
                x * t + sun[0] * reach,
                y * t + sun[1] * reach,
                h + sun[2] * reach,
                clouds.depth,
                False,
            )
        lit = math.exp(-0.011 * depth) + 0.35 * math.exp(-0.002 * depth)
        gone = 1.0 - math.exp(-0.012 * density * min(step, 260.0))
        light += through * gone * lit * (0.13 + phase)
        shade += through * gone * (0.16 + 0.16 * min(h / clouds.depth, 1.0))
        through *= 1.0 - gone
        if through < 0.03:
            break
    opaque = max(1.0 - through, 1e-4)
    return through, light / opaque, shade / opaque


@njit(error_model="numpy", fastmath=True, inline="always")
def _sheet(
    tile: Array, clouds: Clouds, x: float, y: float, z: float, cosine: float
) -> tuple[float, float, float]:
    """A thin sheet: streaks of cirrus, or the soft folds of stratus and monsoon."""
    level = 7000.0 if clouds.kind == 2 else 1500.0
    t = min(level / (z + 0.03), 60000.0)
    east = x * t + clouds.east
    north = y * t + clouds.north
    if clouds.kind == 2:
        bow = fractal(tile, east / 26000.0, north / 26000.0, 2.0)
        streak = fractal(tile, east / 17000.0, north / 4200.0 + 0.12 * bow, 5.0)
        veil = smoothstep(-0.3, 2.8, bow + 0.7 * streak + 2.2 * clouds.cover - 0.5)
        return 1.0 - 0.7 * veil, 0.12 + 0.5 * max(cosine, 0.0) ** 12, 0.28
    fold = fractal(tile, east / 5200.0, north / 5200.0, 5)
    swirl = noise(tile, east / 2300.0 + 0.5 * fold, north / 1500.0 + 0.5 * fold)
    dense = smoothstep(-1.2, 1.4, fold + 3.2 * clouds.cover - 1.9)
    dark = 0.34 if clouds.kind == 3 else 0.27
    shade = dark * (1.0 - 0.28 * fold - 0.10 * swirl) * (0.85 + 0.3 * z)
    return 1.0 - dense, 0.10 * (1.0 - 0.5 * dense), max(shade, 0.06)
