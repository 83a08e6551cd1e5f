"""The picture of the bare land: a march over the polar heights, then light on every pixel."""

# numba hides that an element of an array is a float
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import math

import numpy as np
from numba import njit

from simulated_streets.renderer.cover import Cover
from simulated_streets.renderer.landform import EARTH, Land
from simulated_streets.renderer.materials import cloud_shadow, grain, surface
from simulated_streets.renderer.noise import noise, smoothstep
from simulated_streets.renderer.polar import (
    AZIMUTHS,
    FAR_GROWTH,
    NEAR_GROWTH,
    NEAR_STEPS,
    STEPS,
    radius_of,
    step_of,
)
from simulated_streets.scenes.scene import Array, Doubles

FAR = 1e9  # depth of the sky
BOUNCE = 0.16  # reflectance that the surroundings throw back into shade


@njit(error_model="numpy", fastmath=True, cache=True)
def march(
    grid: Array, eye: float, heading: float, focal: float, horizon: float, rows: int, columns: int
) -> Array:
    """Fractional step of the polar grid that every pixel (rows, columns) sees; -1 for the sky.

    Per column from near to far, drawing what rises above all before it (voxel space).
    """
    steps = np.full((rows, columns), -1.0, np.float32)
    for c in range(columns):
        aside = math.atan((c + 0.5 - 0.5 * columns) / focal)
        turn = (heading + aside) / (2.0 * math.pi) * AZIMUTHS
        first = math.floor(turn)
        share = turn - first
        i = first % AZIMUTHS
        k = (i + 1) % AZIMUTHS
        scale = focal / math.cos(aside)
        top = rows
        r0 = radius_of(0.0)
        z0 = grid[i, 0] * (1 - share) + grid[k, 0] * share - eye
        for j in range(1, STEPS):
            r1 = radius_of(float(j))
            z1 = grid[i, j] * (1 - share) + grid[k, j] * share - eye
            row = max(math.ceil(horizon - scale * z1 / r1 - 0.5), 0)
            for y in range(row, top):
                # where this pixel's ray meets the segment between the two steps
                rise = (horizon - y - 0.5) / scale
                gap = z1 - z0 - rise * (r1 - r0)
                w = (rise * r0 - z0) / gap if abs(gap) > 1e-9 else 1.0
                steps[y, c] = j - 1 + min(max(w, 0.0), 1.0)
            top = min(top, row)
            if top == 0:
                break
            r0 = r1
            z0 = z1
    return steps


@njit(error_model="numpy", fastmath=True, inline="always")
def _lookup(grid: Array, a: float, b: float) -> float:
    """Bilinear value; the first axis, a power of two long, goes round."""
    round_mask = grid.shape[0] - 1
    i = math.floor(a)
    p = a - i
    k = (i + 1) & round_mask
    i &= round_mask
    j = min(max(int(b), 0), grid.shape[1] - 2)
    q = b - j
    near = grid[i, j] * (1 - p) + grid[k, j] * p
    return near * (1 - q) + (grid[i, j + 1] * (1 - p) + grid[k, j + 1] * p) * q


@njit(error_model="numpy", fastmath=True, inline="always")
def ground_shadow(shadow: Array, x: float, y: float, metres: float) -> float:
    """Bilinear value of a square map centred on the camera; 1 outside it."""
    side = shadow.shape[0]
    a = x / metres + 0.5 * side - 0.5
    b = y / metres + 0.5 * side - 0.5
    if a < 0.0 or b < 0.0 or a >= side - 1.0 or b >= side - 1.0:
        return 1.0
    i = int(a)
    j = int(b)
    p = a - i
    q = b - j
    low = shadow[i, j] * (1 - p) + shadow[i + 1, j] * p
    return low * (1 - q) + (shadow[i, j + 1] * (1 - p) + shadow[i + 1, j + 1] * p) * q


@njit(error_model="numpy", fastmath=True, cache=True)
def sunlight_at(tile: Array, points: Doubles, free: Array, stride: int, broken: float) -> Doubles:
    """Share (n,) of sunlight past terrain and clouds at points (n, 2)."""
    found = np.ones(len(points), np.float64)
    for i in range(len(points)):
        x, y = points[i]
        turn = math.atan2(x, y) / (2.0 * math.pi) * free.shape[0]
        found[i] = _lookup(free, turn, step_of(math.hypot(x, y)) / stride)
        if broken > 0.0:
            found[i] *= cloud_shadow(tile, x, y, broken)
    return found


@njit(error_model="numpy", fastmath=True, cache=True)
def light_ground(
    picture: Array,
    depth: Array,
    mirrors: Array,
    steps: Array,
    grid: Array,
    free: Array,
    stride: int,
    shadow: Array,
    contact: Array,
    metres: float,
    tile: Array,
    land: Land,
    cover: Cover,
    sun: Array,
    direct: Array,
    ambient: Array,
    extinction: Array,
    horizon_light: Array,
    broken: float,
    eye: float,
    heading: float,
    focal: float,
) -> None:
    """Paints lit and hazed ground over the sky in `picture`; fills `depth` and `mirrors`.

    `free` is the coarse grid of sunlight past the terrain, `shadow` and `contact` are maps of
    what things take away, `horizon_light` (columns, 3) the haze's own light.
    """
    rows, columns = steps.shape
    ahead = sun[0] * math.sin(heading) + sun[1] * math.cos(heading)
    right = sun[0] * math.cos(heading) - sun[1] * math.sin(heading)
    beside = np.zeros(rows)
    for c in range(columns):
        above = 0.0
        aside = math.atan((c + 0.5 - 0.5 * columns) / focal)
        angle = heading + aside
        sine = math.sin(angle)
        cosine = math.cos(angle)
        turn = angle / (2.0 * math.pi) * AZIMUTHS
        for r in range(rows):
            step = steps[r, c]
            if step < 0.0:
                depth[r, c] = FAR
                continue
            t = radius_of(step)
            depth[r, c] = t * math.cos(aside)
            if c % 2 == 1 and abs(step - steps[r, c - 1]) < 2.0:
                # both become one pixel of the file, so one of them is shaded
                picture[r, c] = picture[r, c - 1]
                mirrors[r, c] = mirrors[r, c - 1]
                continue
            x = t * sine
            y = t * cosine
            z = _lookup(grid, turn, step)
            # slopes outward and around, from the polar grid
            growth = 1.2 * (NEAR_GROWTH if step < NEAR_STEPS else FAR_GROWTH)
            outward = (_lookup(grid, turn, step + 0.6) - _lookup(grid, turn, step - 0.6)) / (
                growth * t
            )
            around = (_lookup(grid, turn + 0.6, step) - _lookup(grid, turn - 0.6, step)) / (
                1.2 * t * 2.0 * math.pi / AZIMUTHS
            )
            east = outward * sine + around * cosine
            north = outward * cosine - around * sine
            slope = math.sqrt(east * east + north * north)
            facing = max((eye - z) / t + outward, 0.012)
            pixel = t / focal * min(1.0 / math.sqrt(facing), 5.0)
            texture = grain(tile, x, y, pixel)
            z += t * t / EARTH
            red, green, blue, bump, mirror = surface(
                tile, x, y, z, t, slope, pixel, texture, land, cover
            )
            mirrors[r, c] = mirror
            # the relief of the grain, from the pixels above and to the left
            tilt = 0.30 * bump * (ahead * (texture - above) + right * (beside[r] - texture))
            tilt = min(max(tilt, -0.4), 0.4)
            above = texture
            beside[r] = texture
            long = 1.0 / math.sqrt(1.0 + slope * slope)
            lit = (sun[2] - east * sun[0] - north * sun[1]) * long + tilt
            sunlight = max(lit, 0.0) * _lookup(free, turn * free.shape[0] / AZIMUTHS, step / stride)
            sunlight *= ground_shadow(shadow, x, y, metres)
            if broken > 0.0:
                sunlight *= cloud_shadow(tile, x, y, broken)
            open_sky = ground_shadow(contact, x, y, metres)
            open_sky *= (0.62 + 0.38 * long) * (1.0 + 0.22 * bump * min(texture, 0.6))
            haze = t * (1.0 + 0.1 * (z - eye) / 1000.0)
            for k in range(3):
                colour = red if k == 0 else (green if k == 1 else blue)
                light = direct[k] * (sunlight + BOUNCE * (1.0 - long)) + ambient[k] * open_sky
                value = colour * light / math.pi
                clear = math.exp(-extinction[k] * haze * math.exp(-max(z - eye, 0.0) / 2500.0))
                picture[r, c, k] = value * clear + horizon_light[c, k] * (1.0 - clear)


@njit(error_model="numpy", fastmath=True, cache=True)
def reflect(
    picture: Array,
    depth: Array,
    mirrors: Array,
    tile: Array,
    land: Land,
    ambient: Array,
    direct: Array,
    sun: Array,
    heading: float,
    focal: float,
    horizon: float,
) -> None:
    """Turns pixels of open water into mirrors of the picture above them (Schlick 1994)."""
    rows, columns = depth.shape
    still = 0.35 if land.water == 3 else (0.16 if land.water == 1 else 0.07)
    source = picture.copy()
    for r in range(rows):
        for c in range(columns):
            share = mirrors[r, c]
            if share <= 0.0:
                continue
            aside = math.atan((c + 0.5 - 0.5 * columns) / focal)
            t = depth[r, c] / math.cos(aside)
            x = t * math.sin(heading + aside)
            y = t * math.cos(heading + aside)
            down = max(r + 0.5 - horizon, 0.5) / focal
            pixel = t / focal
            wave = max(1.2, 3.0 * pixel)
            swell = noise(tile, x / wave, y / wave) + 0.7 * noise(tile, y / 0.37, x / 0.37) / (
                1.0 + 6.0 * pixel
            )
            if land.water == 3:
                swell += 1.2 * noise(tile, (x + 0.3 * y) / 9.0, (y - 0.3 * x) / 40.0)
            lift = still * swell * 0.12
            cosine = min(max(down + 0.5 * abs(lift) + 0.25 * still, 0.01), 1.0)
            fresnel = 0.02 + 0.98 * (1.0 - cosine) ** 5
            up = 2.0 * horizon - r - 0.5 + (lift - 0.5 * still * 0.25) * focal * 1.4
            row = min(max(int(up), 0), int(horizon) - 1)
            column = min(max(int(c + 0.25 * lift * focal), 0), columns - 1)
            foam = 0.0
            if land.water == 3:
                near = smoothstep(1.4, 2.2, swell + 1.2 * smoothstep(140.0, 20.0, t))
                foam = 0.55 * near
            for k in range(3):
                tint = 0.022 if k == 0 else (0.040 if k == 1 else 0.036)
                if land.water == 1 or land.water == 2:
                    tint = 0.050 if k == 0 else (0.048 if k == 1 else 0.030)
                body = tint * (ambient[k] + direct[k] * max(sun[2], 0.0)) / math.pi
                water = body * (1.0 - fresnel) + source[row, column, k] * fresnel
                white = 0.7 * (ambient[k] + direct[k] * max(sun[2], 0.0)) / math.pi
                water = water * (1.0 - foam) + white * foam
                picture[r, c, k] = picture[r, c, k] * (1.0 - share) + water * share
