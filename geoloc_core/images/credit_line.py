"""The credit line: which box of an image a mask hides, and how a name is written into it.

A street-view image carries the photographer's name over its bottom 16 of 256 rows: a small mark
at the left, "© Name" at the right. All positions scale with the image. Pixels are (h, w, 3)
uint8 RGB; boxes are (left, top, right, bottom) in pixels, right and bottom exclusive.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Mask = Literal["none", "crop", "box"]
TrainingMask = Literal["none", "crop", "random-name"]
"""How training shows the credit line; "random-name": see `training.augmentation.randomise_name`."""

Side = Literal["above", "below", "left", "right"]
Box = tuple[int, int, int, int]
Pixels = NDArray[np.uint8]

MASKS: tuple[Mask, ...] = get_args(Mask)
IN_WORDS: dict[Mask, str] = {"none": "name visible", "crop": "name cropped", "box": "name covered"}

# All lengths are given for an image of 256 rows or columns and scaled from there.
_ROW = 16 / 256
_NAME_LEFT = 100 / 256
_GLYPHS = 12.5 / 256  # the font's size: capitals 9 rows high
_MARGIN = 4 / 256
_SHADOW = 1.3 / 256  # standard deviation of the blur
_SHADOW_REACH = 6 / 256
_SOFT = 1 / 256  # standard deviation of the blur over what is painted over
_LONGEST_NAME = 80  # characters looked at; what does not fit the row is cut anyway


def mask_box(mask: Mask, height: int, width: int) -> Box:
    """The box of an image of this size that a mask hides.

    "crop" hides all rows of the credit line, "box" the name in them as the article covered it (x
    from 100 of 256), "none" nothing: an empty box at the bottom. Raises ValueError for another
    mask.
    """
    if mask not in MASKS:
        raise ValueError(f"The mask is one of {', '.join(MASKS)}, not {mask!r}.")
    rows = 0 if mask == "none" else round(height * _ROW)
    return round(width * _NAME_LEFT) if mask == "box" else 0, height - rows, width, height


def write_name(pixels: Pixels, name: str) -> Pixels:
    """Write the mark and "© name" into a copy of the image, as street view would.

    The name may be hostile: control characters go, accents are dropped (the font has none), and a
    name too long for its box ends in an ellipsis.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = mask_box("crop", height, width)
    if bottom == top:
        return pixels.copy()
    glyphs = _glyphs(bottom - top, right - left, height, unaccented(name[:_LONGEST_NAME]))
    blurred = cv2.GaussianBlur(glyphs, (0, 0), max(0.3, height * _SHADOW))
    shadow = np.minimum(1.0, 2.0 * blurred)[..., None] * 0.6
    written = pixels.copy()
    row = written[top:bottom].astype(np.float32) * (1.0 - shadow)
    row += (250.0 - row) * (0.95 * glyphs[..., None])
    written[top:bottom] = np.rint(row).astype(np.uint8)
    return written


def with_name(pixels: Pixels, name: str) -> Pixels:
    """The image with `name` in its credit line, which is painted over first: it may hold one."""
    return write_name(without_name(pixels), name)


def without_name(pixels: Pixels) -> Pixels:
    """The image with its credit line painted over by the scene above it."""
    return paint_over(pixels, mask_box("crop", *pixels.shape[:2]), "above")


def paint_over(pixels: Pixels, box: Box, side: Side) -> Pixels:
    """A copy of the image with a box painted over by what lies beside it.

    The box of the same size on that side is mirrored into it and slightly blurred: what was written
    there is gone, and the ground looks on as if nothing had ever been written.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = box
    tall, wide = bottom - top, right - left
    if not tall or not wide:
        return pixels.copy()
    if side in ("above", "below"):
        start = max(0, top - tall) if side == "above" else min(bottom, height - tall)
        beside = pixels[start : start + tall, left:right][::-1]
    else:
        start = max(0, left - wide) if side == "left" else min(right, width - wide)
        beside = pixels[top:bottom, start : start + wide][:, ::-1]
    copy = pixels.copy()
    copy[top:bottom, left:right] = cv2.GaussianBlur(
        np.ascontiguousarray(beside), (0, 0), max(0.3, height * _SOFT)
    )
    return copy


def unaccented(text: str) -> str:
    """The text without accents and control characters, white space collapsed."""
    decomposed = unicodedata.normalize("NFKD", text)
    spaced = (" " if character.isspace() else character for character in decomposed)
    kept = (c for c in spaced if unicodedata.category(c)[0] != "C" and not unicodedata.combining(c))
    return " ".join("".join(kept).split())


@lru_cache(maxsize=64)
def _font(size: float) -> ImageFont.FreeTypeFont:
    """Aileron, which ships inside Pillow."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("This Pillow was built without FreeType, so no name can be written.")
    return font


def _glyphs(rows: int, columns: int, height: int, name: str) -> NDArray[np.float32]:
    """Coverage (rows, columns) in [0, 1] of the mark and of the name, fitted into their boxes."""
    canvas = Image.new("L", (columns, rows))
    draw = ImageDraw.Draw(canvas)
    size = max(1.0, height * _GLYPHS)
    font = _font(size)
    baseline = rows * 0.7
    room = columns * (1 - _NAME_LEFT - _MARGIN) - height * _SHADOW_REACH
    name = _fitted(f"© {name}", font, room)
    draw.text((columns * (1 - _MARGIN), baseline), name, 255, font, "rs")
    left = columns * _MARGIN
    _draw_pin(draw, left, baseline, 0.75 * size)
    draw.text((left + 0.75 * size, baseline), "pata", 255, _font(0.85 * size), "ls")
    return np.asarray(canvas, np.float32) / 255.0


def _fitted(text: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    """The text, or as much of it as fits `room` pixels with an ellipsis at the end."""
    shortened = (text[:length].rstrip() + "…" for length in range(len(text), 0, -1))
    return next((t for t in (text, *shortened) if font.getlength(t) <= room), "")


def _draw_pin(draw: ImageDraw.ImageDraw, left: float, foot: float, tall: float) -> None:
    """The mark: a map pin, an open ring over a point."""
    wide = 0.7 * tall
    draw.ellipse(
        (left, foot - tall, left + wide, foot - tall + wide),
        outline=255,
        width=max(1, round(0.2 * tall)),
    )
    draw.polygon(
        [
            (left + 0.1 * wide, foot - 0.4 * tall),
            (left + 0.9 * wide, foot - 0.4 * tall),
            (left + 0.5 * wide, foot),
        ],
        fill=255,
    )
