"""The one way a picture's pixels reach a network."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from geoloc_core.images.credit_line import Mask, treat


def frame(pixels: NDArray[np.uint8], mask: Mask, size: int) -> NDArray[np.uint8]:
    """Treat the attribution row, then resize the whole remaining picture to a square.

    Takes (h, w, 3) uint8 RGB, gives (size, size, 3) uint8. Nothing is cut off but what the mask
    cuts; pixels are averaged over their area.
    """
    remaining = treat(pixels, mask)
    while min(remaining.shape[:2]) >= 2 * size:  # halving has a fast path, any other ratio has none
        remaining = cv2.resize(remaining, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(remaining, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
