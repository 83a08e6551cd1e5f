"""Draws things seen from the side: strokes in space, a depth buffer, and what they hide.

Frame of a drawing: x right, y up, z towards the viewer, the foot in the middle of the lower edge;
the drawing is 1 high.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from simulated_streets.scenes.scene import Array, Sprite

Float = NDArray[np.float64]
_SHARPER = 2  # drawn at this many times the size, then reduced


def strokes(
    start: ArrayLike,
    end: ArrayLike,
    radius: ArrayLike,
    colour: ArrayLike,
    *,
    tip: ArrayLike | None = None,
    normal: ArrayLike | None = None,
) -> Array:
    """Rows (n, 15) of strokes from `start` (n, 3) to `end` (n, 3).

    With `normal` (n, 3) a stroke is a flat leaf, widest (`radius`) in its middle; without, it is
    a round branch that tapers from `radius` to `tip`. All arguments broadcast over n.
    """
    first, last = np.atleast_2d(start), np.atleast_2d(end)
    rows = np.zeros((max(len(first), len(last)), 15), np.float32)
    rows[:, 0:3], rows[:, 3:6] = first, last
    rows[:, 6] = radius
    rows[:, 7] = radius if tip is None else tip
    rows[:, 8:11] = np.atleast_2d(colour)
    if normal is not None:
        direction = np.atleast_2d(normal)
        length = np.linalg.norm(direction, axis=1, keepdims=True)
        rows[:, 11:14] = direction / np.maximum(length, 1e-9)
        rows[:, 14] = 1.0
    return rows


def draw(
    parts: list[Array],
    aspect: float,
    rng: np.random.Generator,
    *,
    pixels: int = 256,
    translucency: float = 0.0,
    density: float = 0.5,
) -> Sprite:
    """The picture of strokes, `pixels` high and `aspect` times as wide.

    `density` is the share of light that a leaf's area stops when others look at the sky past it.
    """
    rows = np.concatenate(parts).astype(np.float32)
    tall, wide = pixels * _SHARPER, max(round(pixels * aspect), 2) * _SHARPER
    sky = _sky_view(rows, np.float32(density))
    layers = np.zeros((tall, wide, 8), np.float32)
    _paint(rows, sky, layers, np.full((tall, wide), -1e9, np.float32))
    grain = 1.0 + 0.16 * rng.standard_normal((tall, wide, 1), dtype=np.float32)
    layers[..., :3] *= np.clip(grain, 0.5, 1.6)
    return from_layers(shrink(layers, wide // _SHARPER, tall // _SHARPER), translucency)


def shrink(layers: Array, wide: int, tall: int) -> Array:
    """Layers (h, w, 8) reduced to (tall, wide, 8) by areas, four at a time as OpenCV wants it."""
    halves = [
        cv2.resize(layers[..., k : k + 4], (wide, tall), interpolation=cv2.INTER_AREA)
        for k in (0, 4)
    ]
    return np.concatenate(halves, axis=2)


def from_layers(layers: Array, translucency: float = 0.0) -> Sprite:
    """A sprite from (h, w, 8): albedo, normal, occlusion, each multiplied by alpha, and alpha."""
    alpha = layers[..., 7]
    seen = alpha > 1e-3
    plain = layers / np.maximum(alpha, 1e-3)[..., None]
    if seen.any():  # hidden pixels carry the mean, so that filtering draws no dark rim
        plain[~seen] = plain[seen].mean(0)
    normal = plain[..., 3:6]
    normal = normal / np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-6)
    return Sprite(
        np.ascontiguousarray(np.clip(plain[..., :3], 0.0, 1.0)),
        np.ascontiguousarray(alpha),
        normal,
        np.ascontiguousarray(np.clip(plain[..., 6], 0.0, 1.0)),
        translucency,
    )


@njit(cache=True, fastmath=True)
def _sky_view(rows, density):  # type: ignore[no-untyped-def]
    """Share (n,) of the sky that each stroke's middle sees past the others, on a voxel grid."""
    n = rows.shape[0]
    cells = 36
    size = 1.5 / cells
    grid = np.zeros((cells + 2, cells + 2, cells + 2), np.float32)
    place = np.empty((n, 3), np.float32)
    for s in range(n):
        length = 0.0
        for k in range(3):
            middle = 0.5 * (rows[s, k] + rows[s, k + 3])
            length += (rows[s, k] - rows[s, k + 3]) ** 2
            offset = 0.05 if k == 1 else 0.75
            place[s, k] = min(max((middle + offset) / size + 1, 0.0), cells + 1.0)
        area = (rows[s, 6] + rows[s, 7]) * math.sqrt(length) * density
        grid[int(place[s, 0]), int(place[s, 1]), int(place[s, 2])] += area / (size * size)
    views = np.array([[0.0, 1.0, 0.0], [0.0, 0.95, 0.3], [0.75, 0.65, 0.1], [-0.75, 0.65, 0.1],
                      [0.1, 0.65, 0.75], [-0.1, 0.3, 0.95], [0.5, 0.5, -0.7]])  # fmt: skip
    sky = np.empty(n, np.float32)
    for s in range(n):
        total = 0.0
        for v in range(views.shape[0]):
            depth = 0.0
            for step in range(1, cells):
                i = int(place[s, 0] + views[v, 0] * (step - 0.3))
                j = int(place[s, 1] + views[v, 1] * (step - 0.3))
                k = int(place[s, 2] + views[v, 2] * (step - 0.3))
                if i < 0 or j < 0 or k < 0 or i > cells + 1 or j > cells + 1 or k > cells + 1:
                    break
                depth += grid[i, j, k]
                if depth > 4.0:
                    break
            total += math.exp(-depth)
        sky[s] = 0.06 + 0.94 * total / views.shape[0]
    return sky


@njit(cache=True, fastmath=True)
def _paint(rows, sky, layers, depth):  # type: ignore[no-untyped-def]
    tall, wide = depth.shape
    for s in range(rows.shape[0]):
        x0 = rows[s, 0] * tall + 0.5 * wide
        y0 = tall - rows[s, 1] * tall
        dx = (rows[s, 3] - rows[s, 0]) * tall
        dy = (rows[s, 1] - rows[s, 4]) * tall
        z0, dz = rows[s, 2] * tall, (rows[s, 5] - rows[s, 2]) * tall
        leaf = rows[s, 14] > 0.5
        near, far = max(rows[s, 6] * tall, 0.55), max(rows[s, 7] * tall, 0.55)
        if leaf:  # a leaf seen almost along its length still shows its width
            short = 2.0 * near - math.sqrt(dx * dx + dy * dy)
            if short > 0.0:
                x0 -= 0.5 * short
                dx += short
        length2 = max(dx * dx + dy * dy, 1e-6)
        widest = max(near, far) + 1.0
        for py in range(
            max(int(min(y0, y0 + dy) - widest), 0), min(int(max(y0, y0 + dy) + widest) + 1, tall)
        ):
            for px in range(
                max(int(min(x0, x0 + dx) - widest), 0),
                min(int(max(x0, x0 + dx) + widest) + 1, wide),
            ):
                ax, ay = px + 0.5 - x0, py + 0.5 - y0
                t = min(max((ax * dx + ay * dy) / length2, 0.0), 1.0)
                ex, ey = ax - t * dx, ay - t * dy
                radius = near * 2.0 * math.sqrt(t * (1.0 - t)) if leaf else near + (far - near) * t
                radius = max(radius, 0.5)
                d2 = ex * ex + ey * ey
                if d2 > radius * radius:
                    continue
                bulge = 0.0 if leaf else math.sqrt(radius * radius - d2)
                z = z0 + dz * t + bulge
                if z <= depth[py, px]:
                    continue
                depth[py, px] = z
                layers[py, px, 0] = rows[s, 8]
                layers[py, px, 1] = rows[s, 9]
                layers[py, px, 2] = rows[s, 10]
                if leaf:
                    layers[py, px, 3] = rows[s, 11]
                    layers[py, px, 4] = rows[s, 12]
                    layers[py, px, 5] = rows[s, 13]
                else:
                    layers[py, px, 3] = ex / radius
                    layers[py, px, 4] = -ey / radius
                    layers[py, px, 5] = bulge / radius
                layers[py, px, 6] = sky[s]
                layers[py, px, 7] = 1.0
