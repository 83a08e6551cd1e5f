"""The attribution row: where it lies, how it is hidden, how a name is written, how one is found.

A street-view picture carries the photographer's name over its bottom 16 of 256 rows: a small mark
at the left, "© Name" at the right. All positions scale with the picture. Pixels are (h, w, 3)
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
Box = tuple[int, int, int, int]
Pixels = NDArray[np.uint8]

MASKS: tuple[Mask, ...] = get_args(Mask)
IN_WORDS: dict[Mask, str] = {"none": "name visible", "crop": "name cropped", "box": "name covered"}

# All lengths are given for a picture of 256 rows or columns and scaled from there.
_ROW = 16 / 256
_NAME_LEFT = 100 / 256
_GLYPHS = 12.5 / 256  # the font's size: capitals 9 rows high
_MARGIN = 4 / 256
_SHADOW = 1.3 / 256  # standard deviation of the blur
_SHADOW_REACH = 6 / 256
_LONGEST_NAME = 80  # characters looked at; what does not fit the row is cut anyway

# What tells a name from ground, in grey levels per pixel of a picture of 256 rows.
_WORD = 32  # columns over which the rises are averaged
_RISES_LEAST = 4.5
_RISES_TIMES = 1.1


def row_height(height: int) -> int:
    """The number of rows of a picture of `height` rows that belong to the attribution row."""
    return round(height * _ROW)


def row_box(height: int, width: int) -> Box:
    """The whole attribution row."""
    return 0, height - row_height(height), width, height


def name_box(height: int, width: int) -> Box:
    """The part of the row that holds the name, as the article covered it: x from 100 of 256."""
    return round(width * _NAME_LEFT), height - row_height(height), width, height


def treat(pixels: Pixels, mask: Mask) -> Pixels:
    """Hide the attribution row.

    "none" gives the picture back, "crop" a view without the row's lines, "box" a copy with white
    over the name. Raises ValueError for another mask.
    """
    height, width = pixels.shape[:2]
    if mask == "none":
        return pixels
    if mask == "crop":
        return pixels[: height - row_height(height)]
    if mask == "box":
        left, top, right, bottom = name_box(height, width)
        covered = pixels.copy()
        covered[top:bottom, left:right] = 255
        return covered
    raise ValueError(f"The mask is one of {', '.join(MASKS)}, not {mask!r}.")


def write_name(pixels: Pixels, name: str) -> Pixels:
    """Write the mark and "© name" into a copy of the picture, as street view would.

    The name may be hostile: control characters go, accents are dropped (the font has none), and a
    name too long for its box ends in an ellipsis.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = row_box(height, width)
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


def find_row(pixels: Pixels) -> Box | None:
    """The box of a name laid over the attribution row, or None where there is none.

    Letters are thin, bright and colourless, so they make many steep rises of whiteness from left
    to right. The rises in the row are held against those in as many lines above it: a name adds
    them in the row alone, a rough ground or a noisy sensor in both. The two constants of the rule
    were set by measurement.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = name_box(height, width)
    columns = round((right - left) * 256 / height)
    if bottom == top or columns < 2 * _WORD:
        return None
    strip = pixels[2 * top - bottom :, left:]
    strip = np.asarray(cv2.resize(strip, (columns, 32), interpolation=cv2.INTER_AREA), np.uint8)
    rises = _stroke_rises(strip)
    excess = rises[18:30].mean(axis=0) - _RISES_TIMES * rises[:16].mean(axis=0)
    word = np.convolve(excess, np.full(_WORD, 1 / _WORD), mode="valid")
    if word[-_WORD:].max() < _RISES_LEAST:
        return None
    lettered = np.convolve(excess, np.full(_WORD // 2, 2 / _WORD), mode="same") > 0
    last = int(np.flatnonzero(lettered)[-1])
    blanks = np.flatnonzero(~lettered[:last])
    first = int(blanks[-1]) + 1 if len(blanks) else 0
    step = (right - left) / columns
    return left + int(first * step), top, min(right, left + round((last + 1) * step)), bottom


def _stroke_rises(strip: Pixels) -> NDArray[np.float32]:
    """How much each pixel is whiter than its left neighbour, on thin bright strokes, else 0."""
    whiteness = strip.min(axis=2).astype(np.float32)
    background = cv2.morphologyEx(whiteness, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    thin = whiteness - background
    strokes = np.where((thin > 20) & (whiteness > 110), thin, np.float32(0))
    return np.maximum(np.diff(strokes, axis=1, prepend=np.float32(0)), 0)
