"""What a card is drawn with: its sheet, words and images; text is drawn and nothing else.

Pillow's own font has no accents, no dashes and no Indian script: accents go, and what else it lacks
is drawn as a question mark.
"""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from geoloc_core.display.colours import INK, PANEL, PAPER
from geoloc_core.images.credit_line import unaccented

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]
Colour = tuple[int, int, int] | str

SIZE = (1200, 630)  # of a card, width and height in pixels
EDGE = 44
FOOT = 584  # base line of the last line of text
_FINER = 4  # how much finer a round mark is drawn


def blank(link: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """An empty card with its foot: whose it is, and the link."""
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, FOOT - 36, SIZE[0], SIZE[1]), PANEL)
    write(draw, (EDGE, FOOT + 10), "Pata", 30, 120, heavy=True)
    write(draw, (SIZE[0] - EDGE, FOOT + 8), link, 22, 960, colour=INK, anchor="rs")
    return image, draw


def card_file(image: Image.Image) -> bytes:
    """The card as the content of a PNG file."""
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


@lru_cache(maxsize=32)
def font(size: float) -> ImageFont.FreeTypeFont:
    """Aileron, which ships inside Pillow."""
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise RuntimeError("this Pillow was built without FreeType")
    return found


def drawable(text: str) -> str:
    """The text in letters that the font has."""
    plain = unaccented(text).replace("–", "-").replace("—", "-").replace("−", "-")
    return "".join(letter if _has(letter) else "?" for letter in plain)


@lru_cache(maxsize=1024)
def _has(letter: str) -> bool:
    mask = font(24).getmask
    return letter.isspace() or bytes(mask(letter)) != bytes(mask("\uffff"))


def fitted(text: str, size: float, room: float) -> str:
    """The text, or as much of it as fits into `room` pixels with an ellipsis at its end."""
    text = drawable(text)
    if font(size).getlength(text) <= room:
        return text
    while text and font(size).getlength(f"{text}…") > room:
        text = text[:-1].rstrip()
    return f"{text}…"


def wrapped(text: str, size: float, room: float, most: int) -> list[str]:
    """The text in at most `most` lines of `room` pixels; what is too long ends in an ellipsis."""
    words = drawable(text).split()
    lines: list[str] = []
    while words and len(lines) < most - 1:
        line = words.pop(0)
        while words and font(size).getlength(f"{line} {words[0]}") <= room:
            line = f"{line} {words.pop(0)}"
        lines.append(fitted(line, size, room))
    if words:
        lines.append(fitted(" ".join(words), size, room))
    return lines


def write(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    size: float,
    room: float,
    *,
    colour: Colour = INK,
    anchor: str = "ls",
    heavy: bool = False,
) -> None:
    """One line of text, cut to fit `room` pixels; `anchor` as Pillow has it, `heavy` as if bold."""
    stroke = size / 55 if heavy else 0.0
    draw.text(
        at,
        fitted(text, size, room),
        colour,
        font(size),
        anchor,
        stroke_width=stroke,
        stroke_fill=colour,
    )


def dot(image: Image.Image, middle: tuple[int, int], radius: int, colour: str) -> None:
    """A round mark in a network's colour."""
    size = 2 * radius * _FINER
    mask = Image.new("L", (size, size))
    ImageDraw.Draw(mask).ellipse((0, 0, size - 1, size - 1), 255)
    mask = mask.resize((2 * radius, 2 * radius), Image.Resampling.BOX)
    image.paste(colour, (middle[0] - radius, middle[1] - radius), mask)


def place_pixels(image: Image.Image, pixels: Pixels, box: Box) -> None:
    """An image, RGB uint8 (h, w, 3), as large as fits into a box, in its middle."""
    left, top, right, bottom = box
    height, width = pixels.shape[:2]
    factor = min((right - left) / width, (bottom - top) / height)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    shown = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)
    image.paste(shown, ((left + right - size[0]) // 2, (top + bottom - size[1]) // 2))
