"""Whether two images look alike, whatever their size and compression."""

from __future__ import annotations

import cv2
import numpy as np

from geoloc_core.images.credit_line import Pixels

NEAR = 8  # bits of 64 that two hashes of one scene may differ in
HASHED_SIDE = 32  # pixels a side of what is hashed


def perceptual_hash(pixels: Pixels) -> int:
    """64 bits that say what an image (h, w, 3) looks like, whatever its size and compression.

    pHash (Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010): for
    8 x 8 low frequencies of the cosine transform, the lowest left out, whether each is above their
    median.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (HASHED_SIDE, HASHED_SIDE), interpolation=cv2.INTER_AREA)
    low = cv2.dct(small.astype(np.float32))[1:9, 1:9]
    return int.from_bytes(np.packbits(low > np.median(low)).tobytes())
