"""Sprites packed for drawing: eight bytes a texel, in halved sizes (a mip pyramid)."""

# numba hides that an element of an array is a float
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulated_streets.renderer.sprites import sprite
from simulated_streets.scenes.scene import Array

Bytes = NDArray[np.uint8]
RED, GREEN, BLUE, ALPHA, RIGHT, UP, TOWARDS, OPEN = range(8)  # the channels of a texel


class Texture(NamedTuple):
    """A sprite's pyramid, finest first; reflectance is stored as its square root."""

    levels: tuple[Bytes, ...]
    translucency: float


@lru_cache(maxsize=512)
def texture(key: str) -> Texture:
    """The packed sprite of a key. Raises KeyError for an unknown kind."""
    picture = sprite(key)
    alpha = picture.alpha[..., None]
    layers = np.concatenate(
        [picture.albedo, np.ones_like(alpha), picture.normal, picture.occlusion[..., None]], axis=2
    )
    layers = (layers * alpha).astype(np.float32)
    levels = [_pack(layers)]
    while min(layers.shape[:2]) > 3:
        size = (layers.shape[1] // 2, layers.shape[0] // 2)
        layers = np.dstack(
            [cv2.resize(half, size, interpolation=cv2.INTER_AREA) for half in np.dsplit(layers, 2)]
        )
        levels.append(_pack(layers))
    return Texture(tuple(levels), float(picture.translucency))


def _pack(layers: Array) -> Bytes:
    alpha = layers[..., 3:4]
    plain = layers / np.maximum(alpha, 1e-4)
    albedo = np.sqrt(np.clip(plain[..., :3], 0, 1))
    normal = plain[..., 4:7]
    normal = normal / np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-4)
    packed = np.concatenate([albedo, alpha, 0.5 + 0.5 * normal, plain[..., 7:8]], axis=2)
    return np.ascontiguousarray(np.round(255.0 * np.clip(packed, 0, 1)).astype(np.uint8))


@njit(error_model="numpy", fastmath=True, inline="always")
def fetch(texels: Bytes, u: float, v: float, out: Array) -> float:
    """Bilinear texel at (u, v) in [0, 1], v from the top, into `out` (8,); returns alpha."""
    rows, columns, _ = texels.shape
    a = min(max(v * rows - 0.5, 0.0), rows - 1.0)
    b = min(max(u * columns - 0.5, 0.0), columns - 1.0)
    i = int(a)
    j = int(b)
    p = a - i
    q = b - j
    k = min(i + 1, rows - 1)
    m = min(j + 1, columns - 1)
    w0 = (1 - p) * (1 - q) * texels[i, j, ALPHA]
    w1 = (1 - p) * q * texels[i, m, ALPHA]
    w2 = p * (1 - q) * texels[k, j, ALPHA]
    w3 = p * q * texels[k, m, ALPHA]
    total = w0 + w1 + w2 + w3
    if total < 3.0:
        return 0.0
    scale = 1.0 / (255.0 * total)
    for c in range(8):
        near = w0 * texels[i, j, c] + w1 * texels[i, m, c]
        out[c] = scale * (near + w2 * texels[k, j, c] + w3 * texels[k, m, c])
    for c in range(3):
        out[c] *= out[c]
        out[RIGHT + c] = 2.0 * out[RIGHT + c] - 1.0
    return total / 255.0
