"""Properties of an image as a whole that can be given to another: colour, light, grain, file, size.

Each is a plain function of an image and a donor. What a single image cannot tell apart from its
scene, an uploader's lens and white balance, comes from their `Signature` (see `signatures`).
Pixels are (h, w, 3) uint8 RGB.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from geoloc_core.images.credit_line import Pixels

GRAIN = 2 / 256  # standard deviation of the blur that grain is left over from, of the height
MOST_STRETCH = 4.0  # times a channel's contrast

_TONES = np.arange(256.0)

Tables = dict[int, Any]
"""Quantisation tables of a JPEG file by number, as Pillow gives and takes them."""


@dataclass(frozen=True, eq=False)
class Signature:
    """What an uploader's images have in common, as logarithms: 0 where there is nothing.

    gains (3,): of red, green and blue beside each other; field (k, k): brightness over the image,
    top row first, mean 0.
    """

    gains: NDArray[np.float64]
    field: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shown:
    """An image as the probes take it: its pixels, its uploader's signature, its JPEG tables."""

    pixels: Pixels
    signature: Signature
    tables: Tables | None = None


def palette(image: Shown, donor: Shown) -> Pixels:
    """The image with the mean and contrast of each of the donor's colours (Reinhard, 2001)."""
    (ours, spread), (theirs, wanted) = (
        (of.ravel() for of in cv2.meanStdDev(one.pixels)) for one in (image, donor)
    )
    stretch = np.minimum((wanted + 1) / (spread + 1), MOST_STRETCH)
    return _mapped(image.pixels, (_TONES[:, None] - ours) * stretch + theirs)


def white_balance(image: Shown, donor: Shown) -> Pixels:
    """The image with its own uploader's white balance taken off and the donor's put on."""
    gains = np.exp(donor.signature.gains - image.signature.gains)
    return _mapped(image.pixels, _TONES[:, None] * gains)


def vignette(image: Shown, donor: Shown) -> Pixels:
    """The image divided by its own uploader's field of light, times the donor's."""
    height, width = image.pixels.shape[:2]
    change = (donor.signature.field - image.signature.field).astype(np.float32)
    light = np.exp(cv2.resize(change, (width, height), interpolation=cv2.INTER_LINEAR))
    return _bytes(image.pixels * light[..., None])


def grain(image: Shown, donor: Shown) -> Pixels:
    """The image's coarse content with the donor's fine one: noise, sharpness, thin lines."""
    height, width = image.pixels.shape[:2]
    theirs = donor.pixels
    if theirs.shape[:2] != (height, width):
        # cut or repeated, not stretched: that would make other grain of it
        theirs = _tiled(donor.pixels, height, width)
    blur = GRAIN * height
    coarse, theirs_coarse = (cv2.GaussianBlur(of, (0, 0), blur) for of in (image.pixels, theirs))
    fine = theirs.astype(np.int16) - theirs_coarse
    return np.asarray(np.clip(coarse + fine, 0, 255), np.uint8)


def jpeg(image: Shown, donor: Shown) -> Pixels:
    """The image after a JPEG file with the donor's quantisation; as it is where there is none."""
    if donor.tables is None:
        return image.pixels
    file = io.BytesIO()
    Image.fromarray(image.pixels).save(file, "JPEG", qtables=donor.tables)
    with Image.open(file) as read:
        return np.asarray(read.convert("RGB"), np.uint8)


def size(image: Shown, donor: Shown) -> Pixels:
    """The image stretched to the donor's size."""
    height, width = donor.pixels.shape[:2]
    if image.pixels.shape[:2] == (height, width):
        return image.pixels
    resized = cv2.resize(image.pixels, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(resized, np.uint8)


def tables_of(content: bytes) -> Tables | None:
    """The quantisation tables of a file, None if it is no JPEG."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as file:
            return dict(getattr(file, "quantization", {})) or None
    except (OSError, ValueError):
        return None


def _tiled(pixels: Pixels, height: int, width: int) -> Pixels:
    times = (-(-height // pixels.shape[0]), -(-width // pixels.shape[1]), 1)
    return np.tile(pixels, times)[:height, :width]


def _mapped(pixels: Pixels, tones: NDArray[np.float64]) -> Pixels:
    """The image with each channel's tones replaced by those of a table (256, 3)."""
    table = np.rint(np.clip(tones, 0, 255)).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, table[None]), np.uint8)


def _bytes(pixels: NDArray[np.float32]) -> Pixels:
    return np.rint(np.clip(pixels, 0, 255)).astype(np.uint8)
