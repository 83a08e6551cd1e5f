"""A map of India as an image, for what people share: shaded cells, marks, lines with km."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw, ImageFont
from shapely import MultiPolygon

from geoloc_core.assets import unless_damaged
from geoloc_core.display.colours import (
    ABROAD,
    BORDER,
    INK,
    LAND,
    SEA,
    SHORE,
    STATE,
    WHITE,
    WHOLE,
    Shading,
)
from geoloc_core.display.formats import kilometres
from geoloc_core.display.maps.placement import Block, Place, along, beside, boxes, first_free
from geoloc_core.display.maps.shapes import TOLERANCE, simplified_cells
from geoloc_core.display.maps.viewport import Viewport, fit_viewport
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.outline import load_neighbours, load_outline, load_state_borders
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.text import printable

_FINER = 2  # drawn so many times as large, then brought down: smooth edges
_USUAL = (640, 700)  # pixels of an image whose marks and letters have their plain size
_MARK, _LETTERS = 28, 17  # the room of a mark, the height of letters
_STAR = [(0.0, -1.0), (0.27, -0.34), (0.98, -0.28), (0.44, 0.18), (0.61, 0.86), (0.0, 0.49)]
_STAR += [(-x, y) for x, y in _STAR[4:0:-1]]


@dataclass(frozen=True)
class Pin:
    """Something to show at a place (latitude, longitude), in a colour (#rrggbb).

    A ring is an estimate, a star the true place, a cross a person's guess; a label stands beside.
    """

    place: Place
    colour: str
    kind: Literal["ring", "star", "cross"]
    label: str | None = None


def draw_map(
    grid: Grid,
    probabilities: ArrayLike | None,
    marks: Sequence[Pin],
    size: tuple[int, int] = _USUAL,
    shading: Shading = WHOLE,
) -> NDArray[np.uint8]:
    """India in an image of `size` (width, height) pixels, as RGB uint8 (h, w, 3).

    Cells are shaded by `probabilities` (n,) where these are given, on the scale `shading`. A line
    with its length in km goes from every other mark to the star. A mark outside the image is left
    out, and so are its line and the words that find no free room.
    """
    finer = (_FINER * size[0], _FINER * size[1])
    unit = min(finer[0] / _USUAL[0], finer[1] / _USUAL[1])
    view = fit_viewport(*finer)
    image = _land(finer).copy()
    draw = ImageDraw.Draw(image)
    if probabilities is not None:
        colours = shading.colours(probabilities)
        for cell, colour in zip(simplified_cells(grid), colours, strict=True):
            for part in shapely.get_parts(cell):
                corners = _corners(part.exterior, view)
                draw.polygon(corners, colour, BORDER, _FINER)
    for border in load_state_borders().geoms:
        draw.line(_corners(border, view), STATE, round(unit))
    _draw_marks(draw, [mark for mark in marks if _within(mark.place, view)], view, unit)
    # plain averages: a sharper filter would draw bright rims
    pixels: NDArray[np.uint8] = np.asarray(image.resize(size, Image.Resampling.BOX))
    return pixels


@lru_cache(maxsize=4)
def _land(size: tuple[int, int]) -> Image.Image:
    """The sea, the neighbours' land and India's."""
    image = Image.new("RGB", size, SEA)
    draw = ImageDraw.Draw(image)
    view = fit_viewport(*size)
    india = load_outline().simplify(TOLERANCE)
    abroad = shapely.union_all(
        [unless_damaged(load_neighbours, MultiPolygon()), india.buffer(0.05)]
    )
    for shape, colour in ((abroad, ABROAD), (india, LAND)):
        for part in shapely.get_parts(shape):
            draw.polygon(_corners(part.exterior, view), colour, SHORE if shape is india else None)
    return image


def _draw_marks(
    draw: ImageDraw.ImageDraw, marks: Sequence[Pin], view: Viewport, unit: float
) -> None:
    """Lines first, then marks, then words, so that nothing covers a mark or a word."""
    stars = [mark for mark in marks if mark.kind == "star"]
    others = [mark for mark in marks if mark.kind != "star"]
    lines = [(mark, star) for star in stars for mark in others]
    for mark, star in lines:
        _dashed_line(draw, view.pixels([mark.place, star.place]), mark.colour, unit)
    for mark in (*others, *stars):
        x, y = view.pixels([mark.place])[0].tolist()
        _SYMBOLS[mark.kind](draw, x, y, mark.colour, unit)

    taken = [Block(mark.place, (_MARK * unit, _MARK * unit)) for mark in marks]
    gap = _MARK / 2 * unit
    for mark, star in lines:
        text = kilometres(float(haversine_km(mark.place, star.place)))
        spots = along(star.place, mark.place, _text_size(text, unit), gap)
        _write(draw, text, spots, taken, view, unit, mark.colour)
    for mark in marks:
        if mark.label:
            text = printable(mark.label)
            spots = beside(mark.place, _text_size(text, unit), gap)
            _write(draw, text, spots, taken, view, unit)


def _write(
    draw: ImageDraw.ImageDraw,
    text: str,
    spots: Iterable[Block],
    taken: list[Block],
    view: Viewport,
    unit: float,
    border: str | None = None,
) -> None:
    """Words on a white plate at the first free spot, which is taken then."""
    block = first_free(spots, taken, [view])
    if block is None:
        return
    taken.append(block)
    left, top, right, bottom = boxes([block], view)[0].tolist()
    plate = (left, top, right, bottom)
    draw.rounded_rectangle(plate, 5 * unit, WHITE, border, round(1.5 * unit))
    middle = ((left + right) / 2, (top + bottom) / 2)
    draw.text(middle, text, font=_font(unit), fill=INK, anchor="mm")


def _text_size(text: str, unit: float) -> tuple[float, float]:
    return _font(unit).getlength(text) + 12 * unit, _LETTERS * 1.35 * unit


@lru_cache(maxsize=4)
def _font(unit: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(_LETTERS * unit)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("this Pillow was built without FreeType")
    return font


def _within(place: Place, view: Viewport) -> bool:
    x, y = view.pixels([place])[0]
    return bool(0 <= x <= view.size[0] and 0 <= y <= view.size[1])


def _corners(line: shapely.Geometry, view: Viewport) -> list[tuple[float, float]]:
    pixels = view.pixels(np.asarray(line.coords)[:, ::-1])
    return [(x, y) for x, y in pixels.tolist()]


def _dashed_line(
    draw: ImageDraw.ImageDraw, ends: NDArray[np.float64], colour: str, unit: float
) -> None:
    length = float(np.linalg.norm(ends[1] - ends[0]))
    dashes = max(round(length / (10 * unit)), 1)
    points = ends[0] + (ends[1] - ends[0]) * np.linspace(0, 1, 2 * dashes)[:, None]
    for start, end in zip(points[::2].tolist(), points[1::2].tolist(), strict=True):
        draw.line((*start, *end), fill=colour, width=round(2.6 * unit))


def _ring(draw: ImageDraw.ImageDraw, x: float, y: float, colour: str, unit: float) -> None:
    draw.circle((x, y), 11 * unit, fill=WHITE)
    draw.circle((x, y), 9 * unit, fill=colour)
    draw.circle((x, y), 3 * unit, fill=WHITE)


def _star(draw: ImageDraw.ImageDraw, x: float, y: float, colour: str, unit: float) -> None:
    for radius, fill in ((14, WHITE), (10.5, colour)):
        draw.polygon([(x + radius * unit * u, y + radius * unit * v) for u, v in _STAR], fill=fill)


def _cross(draw: ImageDraw.ImageDraw, x: float, y: float, colour: str, unit: float) -> None:
    for reach, width, fill in ((9.5, 8, WHITE), (8, 4.5, colour)):
        a, thick = reach * unit, round(width * unit)
        draw.line((x - a, y - a, x + a, y + a), fill=fill, width=thick)
        draw.line((x - a, y + a, x + a, y - a), fill=fill, width=thick)


_SYMBOLS = {"ring": _ring, "star": _star, "cross": _cross}
