"""From radiance to the file: exposure, white balance, lens, sensor and tone curve."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from simulated_streets.scenes.scene import Array, Camera

SIDE = 256  # pixels of a finished picture
CANVAS = 544  # pixels drawn, twice as fine and with a margin for the roll
MIDDLE = 0.215  # value that a reflectance of 18 % comes to before the curve


def develop(radiance: Array, camera: Camera, light: Array, seed: int) -> NDArray[np.uint8]:
    """Radiance (544, 544, 3) to a picture (256, 256, 3) uint8 sRGB.

    `light` (3,) is the irradiance on level ground, by which exposure and white balance are set.
    """
    rng = np.random.default_rng([seed, 4])
    roll = cv2.getRotationMatrix2D((CANVAS / 2, CANVAS / 2), camera.roll, 1.0)
    roll[:, 2] += SIDE - CANVAS / 2
    turned = cv2.warpAffine(radiance, roll, (2 * SIDE, 2 * SIDE), flags=cv2.INTER_LINEAR)
    picture = cv2.resize(turned, (SIDE, SIDE), interpolation=cv2.INTER_AREA)

    grey = float(light @ np.array([0.25, 0.6, 0.15]))
    balance = (grey / light) ** 0.65
    balance *= np.array([1.0 + 0.13 * camera.white_balance, 1.0, 1.0 - 0.16 * camera.white_balance])
    gain = MIDDLE * math.pi / (0.18 * grey) * 2.0**camera.exposure
    picture = picture * (gain * balance).astype(np.float32)

    glow = cv2.GaussianBlur(np.minimum(picture, 12.0), (0, 0), 7.0)
    picture = 0.965 * picture + 0.035 * glow
    if camera.blur > 0.05:
        picture = cv2.GaussianBlur(picture, (0, 0), camera.blur)
    axis = np.linspace(-1.0, 1.0, SIDE, dtype=np.float32)
    corner = axis[:, None] ** 2 + axis[None] ** 2
    picture *= (1.0 - 0.5 * camera.vignette * corner / (1.0 + 0.25 * corner))[..., None]

    # shot noise grows with the root of the signal; chroma noise is softer than luma noise
    shot = camera.noise * np.sqrt(np.maximum(picture, 0.0) / 0.18 + 0.25) * 0.18 * 1.6
    luma = rng.standard_normal((SIDE, SIDE, 1), np.float32)
    chroma = cv2.GaussianBlur(rng.standard_normal((SIDE, SIDE, 3), np.float32), (0, 0), 0.8)
    picture = np.maximum(picture + shot * (luma + 0.9 * chroma), 0.0)
    return np.asarray(np.round(255.0 * _encode(_filmic(picture))), np.uint8)


def _filmic(x: Array) -> Array:
    """Filmic curve: K. Narkowicz's fit of the ACES reference curve (2015)."""
    x = 0.72 * x
    return np.asarray(np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0))


def _encode(linear: Array) -> Array:
    """The sRGB transfer curve (IEC 61966-2-1)."""
    low = 12.92 * linear
    high = 1.055 * np.power(np.maximum(linear, 1e-6), 1 / 2.4) - 0.055
    return np.asarray(np.where(linear <= 0.0031308, low, high))
