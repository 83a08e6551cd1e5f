"""Parts of an image: bands, frames and boxes that can be put into another image.

Lengths are shares of an image's width and height, so that a part is the same in images of any size.
Pixels are (h, w, 3) uint8 RGB.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from geoloc_core.images.credit_line import Box, Pixels

COARSE = 4  # bands along each side
FRAMES = (1 / 256, 4 / 256, 32 / 256)  # how wide: shares of the height


@dataclass(frozen=True)
class Part:
    """A rectangle of an image in shares, 0 to 1, of its width and height, or what surrounds it.

    name: in plain words. Without `around` the part is the rectangle; with it, all else.
    """

    name: str
    left: float
    top: float
    right: float
    bottom: float
    around: bool = False

    @property
    def area(self) -> float:
        """Its share of the image's area."""
        inside = (self.right - self.left) * (self.bottom - self.top)
        return 1 - inside if self.around else inside

    def edges(self, height: int, width: int) -> Box:
        """The rectangle's box in an image of this size; the part has at least one pixel."""
        left, right = _edges(self.left, self.right, width, self.around)
        top, bottom = _edges(self.top, self.bottom, height, self.around)
        return left, top, right, bottom


def put(pixels: Pixels, other: Pixels, part: Part) -> Pixels:
    """The image with the other's content in this part, the other stretched to its size first."""
    height, width = pixels.shape[:2]
    if other.shape[:2] != (height, width):
        other = np.asarray(
            cv2.resize(other, (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
    left, top, right, bottom = part.edges(height, width)
    under, over = (other, pixels) if part.around else (pixels, other)
    copy = under.copy()
    copy[top:bottom, left:right] = over[top:bottom, left:right]
    return copy


def row_bands(count: int) -> list[Part]:
    """So many bands of equal height from top to bottom."""
    return [
        Part(f"row band {i + 1} of {count}", 0, i / count, 1, (i + 1) / count) for i in range(count)
    ]


def column_bands(count: int) -> list[Part]:
    """So many bands of equal width from left to right."""
    return [
        Part(f"column band {i + 1} of {count}", i / count, 0, (i + 1) / count, 1)
        for i in range(count)
    ]


def frame(wide: float) -> Part:
    """A frame along the image's edges, so wide in shares of its sides."""
    return Part(f"frame {100 * wide:.1f} % wide", wide, wide, 1 - wide, 1 - wide, around=True)


def coarse_parts() -> list[Part]:
    """What is looked at first: together these cover the image three times."""
    return [*row_bands(COARSE), *column_bands(COARSE), *map(frame, FRAMES[1:])]


def named(part: Part) -> Part:
    """The box with a name that says where it lies in per cent of width and height."""
    across = f"{100 * part.left:.0f} to {100 * part.right:.0f} % from the left"
    down = f"{100 * part.top:.0f} to {100 * part.bottom:.0f} % from the top"
    return replace(part, name=f"the box {across} and {down}")


def _edges(low: float, high: float, length: int, around: bool) -> tuple[int, int]:
    """The first pixel and the one past the last, at least one of which the part holds."""
    first, past = round(low * length), round(high * length)
    if around:
        return min(max(first, 1), length), max(min(past, length - 1), 0)
    first = min(first, length - 1)
    return first, max(past, first + 1)
