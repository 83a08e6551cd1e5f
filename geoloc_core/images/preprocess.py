"""The one way an image's pixels reach a network: mask, then resize.

Pixels are (h, w, 3) uint8 RGB.
"""

from __future__ import annotations

import cv2
import numpy as np

from geoloc_core.images.credit_line import Mask, Pixels, mask_box


def preprocess(pixels: Pixels, mask: Mask, size: int) -> Pixels:
    """An image as a network with this mask and input size takes it in, (size, size, 3)."""
    return resize(apply_mask(pixels, mask), size)


def apply_mask(pixels: Pixels, mask: Mask) -> Pixels:
    """Hide the credit line, see `mask_box`: "crop" gives a view of the rows above it.

    "box" gives a copy with white over the name, "none" the image itself. Raises ValueError for
    another mask.
    """
    left, top, right, bottom = mask_box(mask, *pixels.shape[:2])
    if mask == "none":
        return pixels
    if mask == "crop":
        return pixels[:top]
    covered = pixels.copy()
    covered[top:bottom, left:right] = 255
    return covered


def resize(pixels: Pixels, size: int) -> Pixels:
    """The whole image as a square (size, size, 3), each pixel the mean over its area."""
    pixels = halved(pixels, size)  # which has a fast path; any other ratio has none
    return np.asarray(cv2.resize(pixels, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def halved(pixels: Pixels, size: int) -> Pixels:
    """The image with its sides halved as long as the shorter one has `size` pixels after that."""
    while min(pixels.shape[:2]) >= 2 * size:
        half = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        pixels = np.asarray(half, np.uint8)
    return pixels
