"""A line of writing cut out of a photo and brought to what the script classifier takes.

Upright, `HEIGHT` rows high, one tone: the one in which letters and ground differ most.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from geoloc_core.images.credit_line import Pixels

HEIGHT, WIDTH = 32, 160  # of a window, in pixels
WINDOWS = 4  # of a line at most
_LEAST_SPREAD = 1.0  # levels; below it a crop is flat and only noise would be enlarged

Tone = NDArray[np.float32]


def upright(pixels: Pixels, corners: NDArray[np.float32]) -> Pixels:
    """The quadrilateral `corners` (4, 2) of an RGB image, as (x, y) clockwise from the upper left.

    It comes out in its own size, (h, w, 3), a side of 1 at least.
    """
    across = float(np.linalg.norm(corners[[1, 2]] - corners[[0, 3]], axis=1).mean())
    down = float(np.linalg.norm(corners[[3, 2]] - corners[[0, 1]], axis=1).mean())
    width, height = max(1, round(across)), max(1, round(down))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    warped = cv2.warpPerspective(
        pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, np.uint8)


def tone(crop: Pixels) -> Tone:
    """One value a pixel (h, w): along the colour axis on which an RGB crop varies most."""
    colours = crop.reshape(-1, 3).astype(np.float32)
    _, axes = np.linalg.eigh(np.cov(colours, rowvar=False) + 1e-3 * np.eye(3))
    axis = axes[:, -1] * np.sign(axes[:, -1].sum() or 1.0)
    return np.asarray((colours @ axis).reshape(crop.shape[:2]), np.float32)


def windows(line: Tone) -> Tone:
    """One to `WINDOWS` windows (k, HEIGHT, WIDTH) that cover a line, standardised each."""
    width = max(1, round(line.shape[1] * HEIGHT / line.shape[0]))
    shrinks = line.shape[0] > HEIGHT
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    sized = cv2.resize(line, (width, HEIGHT), interpolation=way)
    if width < WIDTH:
        sized = padded(sized)
    count = min(WINDOWS, -(-sized.shape[1] // WIDTH))
    lefts = np.linspace(0, sized.shape[1] - WIDTH, count).round().astype(int)
    return np.stack([standardised(sized[:, left : left + WIDTH]) for left in lefts])


def padded(narrow: Tone) -> Tone:
    """A narrow line in the middle of a window of its own ground: the median of its edges."""
    ground = np.median(np.concatenate([narrow[0], narrow[-1], narrow[:, 0], narrow[:, -1]]))
    window = np.full((HEIGHT, WIDTH), ground, np.float32)
    left = (WIDTH - narrow.shape[1]) // 2
    window[:, left : left + narrow.shape[1]] = narrow
    return window


def standardised(window: Tone) -> Tone:
    """The window with mean 0 and standard deviation 1."""
    spread = max(_LEAST_SPREAD, float(window.std()))
    return np.asarray((window - window.mean()) / spread, np.float32)
