"""The suspect region: the part of an image that should tell nothing of the place, but may.

Left to itself the audit suspects the credit line; any other rectangle can be given, in shares
of the image's width and height. Pixels are (h, w, 3) uint8 RGB; boxes are (left, top, right,
bottom) in pixels, right and bottom exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from geoloc_core.errors import UserError
from geoloc_core.images.credit_line import Box, Pixels, Side, mask_box, paint_over

# Not the image's mean colour: that would tell of the scene wherever the scene is hidden.
GREY = 128


class SuspectError(UserError):
    """A rectangle that cannot be audited; its message is the sentence to show."""


@dataclass(frozen=True)
class Suspect:
    """A rectangle in shares, 0 to 1, of an image's width (left, right) and height (top, bottom).

    Raises SuspectError if it is none, or leaves no room beside it for a control of its own size.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        """Check the rectangle."""
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise SuspectError(
                "A suspect region is left,top,right,bottom as shares of the image from 0 to 1, "
                "such as 0,0.9375,1,1."
            )
        if not self.sides():
            raise SuspectError(
                "The suspect region is too large: a box of the same size must fit beside it."
            )

    @property
    def area(self) -> float:
        """Its share of the image's area."""
        return (self.right - self.left) * (self.bottom - self.top)

    def box(self, height: int, width: int) -> Box:
        """The region's box in an image of this size."""
        return (
            round(self.left * width),
            round(self.top * height),
            round(self.right * width),
            round(self.bottom * height),
        )

    def sides(self) -> list[Side]:
        """On which of its sides another box of the same size fits into the image."""
        wide, tall = self.right - self.left, self.bottom - self.top
        room: dict[Side, float] = {
            "above": self.top / tall,
            "below": (1 - self.bottom) / tall,
            "left": self.left / wide,
            "right": (1 - self.right) / wide,
        }
        return [side for side, times in room.items() if times >= 1]


ROW = Suspect(*(edge / 256 for edge in mask_box("crop", 256, 256)))
"""The credit line: what the mask "crop" hides."""


def suspect_from_text(text: str) -> Suspect:
    """Read "left,top,right,bottom" in shares of the image. Raises SuspectError.

    >>> suspect_from_text("0,0.9375,1,1").box(256, 256)
    (0, 240, 256, 256)
    """
    try:
        left, top, right, bottom = (float(share) for share in text.split(","))
    except ValueError:
        left = top = right = bottom = float("nan")  # which the check refuses, in words
    return Suspect(left, top, right, bottom)


def painted(pixels: Pixels, box: Box) -> Pixels:
    """A copy of the image with a box in mid grey."""
    left, top, right, bottom = box
    copy = pixels.copy()
    copy[top:bottom, left:right] = GREY
    return copy


def hide(pixels: Pixels, suspect: Suspect) -> Pixels:
    """A copy of the image with the region in mid grey."""
    return painted(pixels, suspect.box(*pixels.shape[:2]))


def control_box(suspect: Suspect, height: int, width: int, random: Generator) -> Box:
    """A box of the region's size drawn from anywhere beside it, each free side alike."""
    left, top, right, bottom = suspect.box(height, width)
    tall, wide = bottom - top, right - left
    lows_and_highs = {
        "above": ((0, 0), (width - wide, top - tall)),
        "below": ((0, bottom), (width - wide, height - tall)),
        "left": ((0, 0), (left - wide, height - tall)),
        "right": ((right, 0), (width - wide, height - tall)),
    }
    low, high = lows_and_highs[random.choice(suspect.sides())]
    # shares rounded to pixels may leave a side one pixel short
    x, y = np.maximum(0, random.integers(np.minimum(low, high), high, endpoint=True))
    return int(x), int(y), int(x) + wide, int(y) + tall


def repaint(pixels: Pixels, suspect: Suspect) -> Pixels:
    """A copy of the image with the region painted over by what lies beside it."""
    return paint_over(pixels, suspect.box(*pixels.shape[:2]), suspect.sides()[0])
