"""Photo-like images, and words that stand in them: on a sign, or written over them."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from PIL import Image

from geoloc_core.paths import ASSETS

SAMPLES = sorted((ASSETS / "samples").glob("*-090.jpg"))


@cache
def scene(number: int, width: int = 640, height: int = 480) -> np.ndarray:
    """A rendered street scene without its credit line, enlarged, with a camera's noise."""
    pixels = np.asarray(Image.open(SAMPLES[number % len(SAMPLES)]).convert("RGB"))[:240]
    large = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    noise = np.random.default_rng(number).normal(0, 4, large.shape)
    return np.clip(large + noise, 0, 255).astype(np.uint8)


@cache
def texture(number: int, width: int = 640, height: int = 480) -> np.ndarray:
    """Leaves, rubble, cloth: noise at three sizes, in two colours."""
    random = np.random.default_rng(number)
    made = sum(
        cv2.resize(random.normal(0, 1, (n, n)).astype(np.float32), (width, height)) * n**-0.3
        for n in (6, 30, 150)
    )
    made = (made - made.min()) / np.ptp(made)
    low, high = random.uniform(20, 120, 3), random.uniform(120, 240, 3)
    return (low + made[..., None] * (high - low)).astype(np.uint8)


def write_over(
    pixels: np.ndarray,
    letters: np.ndarray,
    left: int,
    top: int,
    colour: tuple[int, int, int] = (255, 255, 255),
    opacity: float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    """The photo with letters (h, w) laid over it at (left, top), and their corners (4, 2)."""
    height, width = letters.shape
    written = pixels.astype(np.float32)
    cover = opacity * letters[..., None]
    under = written[top : top + height, left : left + width]
    written[top : top + height, left : left + width] = under * (1 - cover) + cover * colour
    right, bottom = left + width, top + height
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return np.rint(written).astype(np.uint8), corners


def put_sign(
    pixels: np.ndarray, letters: np.ndarray, corners: np.ndarray, board: tuple[int, int, int]
) -> np.ndarray:
    """The photo with a board and letters on it, in perspective: the letters fill `corners`."""
    rows, columns = letters.shape
    edge = rows // 2
    cover = np.pad(letters, edge)
    flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32) + edge
    matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    size = pixels.shape[1::-1]
    ink = cv2.warpPerspective(cover, matrix, size)[..., None]
    panel = cv2.warpPerspective(np.ones_like(cover), matrix, size)[..., None]
    painted = pixels * (1 - panel) + panel * np.array(board)
    painted = painted * (1 - ink) + ink * np.array((245.0, 240.0, 230.0))
    blurred = cv2.GaussianBlur(painted.astype(np.float32), (0, 0), 0.8)
    return np.clip(np.rint(blurred), 0, 255).astype(np.uint8)
