"""The card of a prediction, to share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geoloc_core.display.colours import GREY
from geoloc_core.display.export.drawing import (
    EDGE,
    SIZE,
    Pixels,
    blank,
    card_file,
    dot,
    place_pixels,
    wrapped,
    write,
)


@dataclass(frozen=True)
class CardLine:
    """Whose prediction, in its colour (#rrggbb); the cell; and how far off, or "" if unknown."""

    colour: str
    title: str
    cell: str
    distance: str = ""


def prediction_card(
    photo: Pixels, chart: Pixels, verdict: str, lines: Sequence[CardLine], link: str
) -> bytes:
    """A prediction as a PNG file of 1200 x 630 pixels.

    The photo under its heat map at the left, the map `chart` at the right, both RGB uint8
    (h, w, 3) of any size and best about square; the verdict's sentence above, a line a network
    between, the link below. Text is drawn as it is, cut where it does not fit.
    """
    image, draw = blank(link)
    for number, line in enumerate(wrapped(verdict, 34, SIZE[0] - 2 * EDGE, 2)):
        write(draw, (EDGE, 76 + 44 * number), line, 34, SIZE[0], heavy=True)
    top, bottom = 150, 540
    place_pixels(image, photo, (EDGE, top, EDGE + 390, bottom))
    place_pixels(image, chart, (SIZE[0] - EDGE - 400, top, SIZE[0] - EDGE, bottom))
    left, room = EDGE + 390 + 32, SIZE[0] - 2 * EDGE - 390 - 400 - 2 * 32
    for number, told in enumerate(lines):
        y = top + 40 + 190 * number
        dot(image, (left + 9, y - 8), 9, told.colour)
        write(draw, (left + 28, y), told.title, 24, room - 28, heavy=True)
        for line in wrapped(told.cell, 22, room, 2):
            y += 30
            write(draw, (left, y), line, 22, room, colour=GREY)
        write(draw, (left, y + 42), told.distance, 30, room, heavy=True)
    return card_file(image)
