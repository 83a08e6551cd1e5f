"""Text that was written onto a photo: names, credit lines, date stamps, watermarks, captions.

It tells who published the photo, not where it was taken, so no sign is made of it. It cannot be
told from a sign for sure, so a line is used only where it is unlikely to be an overlay:

- none that touches the margin: the bottom fifth, the top tenth, the sides, the corners. The credit
  line that `images.credit_line` knows lies in it;
- none that is turned far (watermarks run slantwise);
- none that is level, as overlays are to the pixel. A line on a sign hardly ever is, if enough
  pixels show it; one that is measurably off the level was there when the photo was taken;
- none that stands by a line in the margin or with the words of a stamp: captions come in blocks.

Corners are (4, 2) as (x, y) in pixels, clockwise from the upper left of the line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from geoloc_core.images.credit_line import Pixels
from geoloc_core.signs.crops import Tone, tone

Corners = NDArray[np.float32]

BOTTOM, TOP, SIDE = 0.20, 0.10, 0.03  # the margin, in shares of the height and of the width
CORNER_WIDE, CORNER_TALL = 0.35, 0.18  # the upper corners
STEEPEST = 0.36  # slope, 20 degrees
LEVEL = 0.75  # sharpness of the rows when level, by the sharpest: less is off the level
_REACH, _MOST_SLOPES = 0.16, 60  # slopes tried on either side, and how many
_HALF_PIXEL = 0.5
_PAD = 0.15  # of the line's height, around it
_GAP = 2.5  # line heights between the lines of a block

_STAMP = re.compile(
    r"©|\(c\)|copyright|credit|photo|getty|istock|shutterstock|alamy|adobe|dreamstime|123rf"
    r"|depositphotos|watermark|www\.|https?:|\.com|\.org|\.net|\.in\b|@|\blat\b|\blong?\b|gmt|°"
    r"|\d{1,4}[-/.:]\d{1,2}([-/.:]\d{1,4})?|\bshot on\b|\bcamera\b",
    re.IGNORECASE,
)


def looks_stamped(words: str) -> bool:
    """Whether a line's words are those of credits, stamps and addresses on the web."""
    return _STAMP.search(words) is not None


def in_margin(corners: Corners, height: int, width: int) -> bool:
    """Whether a line touches the margin of a photo of this size."""
    left, top = (corners.min(axis=0) / (width, height)).tolist()
    right, bottom = (corners.max(axis=0) / (width, height)).tolist()
    aside = left < CORNER_WIDE or right > 1 - CORNER_WIDE
    return bool(
        bottom > 1 - BOTTOM
        or top < TOP
        or left < SIDE
        or right > 1 - SIDE
        or (aside and top < CORNER_TALL)
    )


def is_steep(corners: Corners) -> bool:
    """Whether a line is turned further than a sign would be."""
    return abs(_slope(corners)) > STEEPEST


def _slope(corners: Corners) -> float:
    """Pixels down for each across, along a line."""
    across, down = (corners[1] + corners[2] - corners[0] - corners[3]).tolist()
    return float(down / across) if across else float("inf")


def off_level(pixels: Pixels, corners: Corners) -> bool:
    """Whether the tops and feet of the letters run measurably off the level.

    Letters make the sharpest rows when a shear brings their line to the level: the steps between
    the means of rows, squared and added up, are compared over shears (as in Bloomberg et al., 1995,
    "Measuring document image skew and orientation"). The line as it was found must lean the same
    way, or the sharpest edge is a roof's behind level letters.
    """
    line = _around(pixels, corners)
    wide = line.shape[1]
    count = min(_MOST_SLOPES, max(3, int(np.ceil(_REACH * wide / _HALF_PIXEL))))
    slopes = np.linspace(-_REACH, _REACH, 2 * count + 1)
    sharp = np.array([_sharpness(line, slope) for slope in slopes])
    level = np.abs(slopes) * wide <= 1.5 * _HALF_PIXEL
    slope, found = float(slopes[sharp.argmax()]), _slope(corners)
    leans = found * slope > 0 and abs(found) * wide >= 2 * _HALF_PIXEL
    return bool(leans and sharp[level].max() < LEVEL * sharp.max())


def _sharpness(line: Tone, slope: float) -> float:
    tall, wide = line.shape
    shear = np.array([[1, 0, 0], [-slope, 1, slope * wide / 2]], np.float32)
    sheared = cv2.warpAffine(line, shear, (wide, tall), borderMode=cv2.BORDER_REPLICATE)
    return float((np.diff(sheared.mean(axis=1)) ** 2).sum())


def overlaid(pixels: Pixels, lines: Sequence[Corners], words: Sequence[str]) -> list[bool]:
    """For each line of a photo whether it may be an overlay, so that it must not be used.

    words: what a reader read in each, "" where nothing was.
    """
    height, width = pixels.shape[:2]
    sure = [
        in_margin(corners, height, width) or looks_stamped(said)
        for corners, said in zip(lines, words, strict=True)
    ]
    reached = [corners for corners, is_sure in zip(lines, sure, strict=True) if is_sure]
    while reached:  # what stands by an overlay is one, and so on
        one = reached.pop()
        for number, other in enumerate(lines):
            if not sure[number] and _one_block(one, other):
                sure[number] = True
                reached.append(other)
    return [
        is_sure or is_steep(corners) or not off_level(pixels, corners)
        for corners, is_sure in zip(lines, sure, strict=True)
    ]


def _one_block(one: Corners, other: Corners) -> bool:
    """Whether two lines of like height stand under or beside each other."""
    heights = [float(np.ptp(corners[:, 1])) for corners in (one, other)]
    if max(heights) > 2.5 * min(heights):
        return False
    gap = _GAP * max(heights)
    (left, top), (right, bottom) = one.min(axis=0), one.max(axis=0)
    (west, north), (east, south) = other.min(axis=0), other.max(axis=0)
    return bool(
        west < right + gap and east > left - gap and north < bottom + gap and south > top - gap
    )


def _around(pixels: Pixels, corners: Corners) -> Tone:
    """The tone of a line's surroundings, standardised."""
    (left, top), (right, bottom) = _bounds(corners, _PAD, *pixels.shape[:2])
    line = tone(pixels[top:bottom, left:right])
    return np.asarray((line - line.mean()) / (line.std() + 1e-6), np.float32)


def _bounds(
    corners: Corners, pad: float, height: int, width: int
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Upper left and lower right, exclusive, of a line with `pad` line heights around it."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    extra = pad * (high[1] - low[1])
    left = min(max(0, int(low[0] - extra)), width - 2)
    top = min(max(0, int(low[1] - extra)), height - 2)
    right = max(min(width, int(np.ceil(high[0] + extra))), left + 2)
    bottom = max(min(height, int(np.ceil(high[1] + extra))), top + 2)
    return (left, top), (right, bottom)
