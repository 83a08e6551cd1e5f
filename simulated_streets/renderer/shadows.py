"""What things take from the ground: cast shadows and the dark of contact, as maps from above."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numba import njit

from simulated_streets.renderer.textures import ALPHA, Bytes, texture
from simulated_streets.scenes.scene import Array, Billboard, Doubles, Things

SIDE = 768  # cells of a map
CELL = 0.22  # metres
REACH = 0.5 * SIDE * CELL
DENSITY = 0.88  # share of the sun that an opaque texel of a plant or wall stops


def shadow_maps(things: Things, sun: Array) -> tuple[Array, Array]:
    """Shares left of sunlight and of skylight, each (side, side) over east and north."""
    shadow = np.ones((SIDE, SIDE), np.float32)
    dark = np.zeros((SIDE, SIDE), np.float32)
    slide = -np.asarray(sun[:2], np.float64) / max(float(sun[2]), 0.12)
    for thing in things:
        if isinstance(thing, Billboard):
            foot = np.array([thing.x, thing.y])
            if np.abs(foot).max() > REACH + 20.0:
                continue
            level = math.hypot(*sun[:2]) + 1e-6
            across = np.array([sun[1], -sun[0]]) / level * thing.width
            corner = foot - 0.5 * across + slide * thing.lift
            _cast(shadow, corner, across, slide * thing.height, _coarse(thing.sprite, thing.height))
            radius = min(0.22 * thing.width, 2.2)
            cv2.circle(dark, _cell(foot), max(round(radius / CELL), 1), 0.5, -1)
            continue
        corners = np.asarray(thing.corners, np.float64)
        if np.abs(corners[:, :2]).max() > REACH + 20.0:
            continue
        flat = corners[:, :2] + corners[:, 2:] * slide
        tall = float(np.linalg.norm(corners[3] - corners[0]))
        _cast(shadow, flat[0], flat[1] - flat[0], flat[3] - flat[0], _coarse(thing.sprite, tall))
        if corners[:2, 2].max() < 0.4:
            start, end = _cell(corners[0, :2]), _cell(corners[1, :2])
            cv2.line(dark, start, end, 0.8, max(round(0.5 / CELL), 1))
    shadow = cv2.blur(shadow, (2, 2))
    contact = 1.0 - 0.85 * cv2.GaussianBlur(dark, (0, 0), 0.35 / CELL)
    return shadow, np.asarray(contact, np.float32)


def _cell(point: Doubles) -> tuple[int, int]:
    """A point on the ground as OpenCV counts (column, row): north, east."""
    limit = 4.0 * REACH
    east, north = np.clip(point, -limit, limit) / CELL + 0.5 * SIDE
    return round(float(north)), round(float(east))


def _coarse(key: str, tall: float) -> Bytes:
    """The level of a sprite whose texels are about as large as a cell."""
    levels = texture(key).levels
    level = round(math.log2(max(levels[0].shape[0] * CELL / max(tall, 0.1), 1.0)))
    return levels[min(level, len(levels) - 1)]


@njit(error_model="numpy", fastmath=True, cache=True)
def _cast(shadow: Array, corner: Doubles, across: Doubles, away: Doubles, texels: Bytes) -> None:
    """Multiplies a sprite's alpha, sheared along the ground, into the map."""
    area = across[0] * away[1] - across[1] * away[0]
    if abs(area) < 0.02:
        return
    rows, columns, _ = texels.shape
    points = np.stack((corner, corner + across, corner + away, corner + across + away))
    low = np.empty(2, np.int64)
    high = np.empty(2, np.int64)
    for k in range(2):
        low[k] = max(int(points[:, k].min() / CELL + 0.5 * SIDE) - 1, 0)
        high[k] = min(int(points[:, k].max() / CELL + 0.5 * SIDE) + 2, SIDE)
    for i in range(low[0], high[0]):
        x = (i + 0.5 - 0.5 * SIDE) * CELL - corner[0]
        for j in range(low[1], high[1]):
            y = (j + 0.5 - 0.5 * SIDE) * CELL - corner[1]
            u = (x * away[1] - y * away[0]) / area
            v = (across[0] * y - across[1] * x) / area
            if u < 0.0 or u >= 1.0 or v < 0.0 or v >= 1.0:
                continue
            alpha = texels[int((1.0 - v) * rows * 0.9999), int(u * columns), ALPHA] / 255.0
            shadow[i, j] *= 1.0 - DENSITY * alpha
