"""Words on the map: cities, distances, numbers. None covers a mark, a city or another word.

Where they stand is worked out here for the sizes that the pages give a map, from a phone's to a
desk's; zooming in only draws things farther apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PIL import ImageFont

from geoloc_core.display.formats import kilometres
from geoloc_core.display.maps.leaflet import Word
from geoloc_core.display.maps.placement import Block, Place, along, beside, first_free
from geoloc_core.display.maps.viewport import fit_viewport

VIEWS = tuple(fit_viewport(*size) for size in ((360, 460), (460, 430), (560, 560), (700, 600)))
"""The sizes of the pages' maps, width and height in pixels."""

CITIES = {
    "Delhi": (28.61, 77.21),
    "Mumbai": (19.08, 72.88),
    "Kolkata": (22.57, 88.36),
    "Chennai": (13.08, 80.27),
    "Bengaluru": (12.97, 77.59),
    "Hyderabad": (17.39, 78.49),
    "Guwahati": (26.14, 91.74),
    "Ahmedabad": (23.02, 72.57),
    "Jaipur": (26.91, 75.79),
    "Lucknow": (26.85, 80.95),
    "Leh": (34.16, 77.58),
    "Kochi": (9.97, 76.28),
    "Bhopal": (23.26, 77.41),
    "Patna": (25.59, 85.14),
    "Srinagar": (34.08, 74.80),
    "Nagpur": (21.15, 79.09),
    "Visakhapatnam": (17.69, 83.22),
}
"""Cities by how much they help to find one's way: the first are placed first."""

MARK = (24.0, 24.0)  # pixels that a mark takes
_DOT = (7.0, 7.0)
_CITY_LETTERS, _KM_LETTERS = 11, 12


@lru_cache(maxsize=256)
def city_words(taken: tuple[Block, ...]) -> tuple[Word, ...]:
    """The cities whose names find room beside their dots, clear of what is taken."""
    dots = [Block(place, _DOT) for place in CITIES.values()]
    placed: list[Word] = []
    for name, place in CITIES.items():
        around = [
            *taken,
            *(dot for dot in dots if dot.place != place),
            *(word.block for word in placed),
        ]
        size = text_size(name, _CITY_LETTERS)
        block = first_free(beside(place, size, 5), around, VIEWS)
        if block is not None:
            placed.append(Word(name, block))
    return tuple(placed)


def distance_word(start: Place, end: Place, km: float, taken: Sequence[Block]) -> Word | None:
    """The length of a line beside or on it, clear of what is taken and of the cities."""
    text = kilometres(km)
    width, height = text_size(text, _KM_LETTERS)
    spots = list(along(start, end, (width + 8, height + 2), MARK[0] / 2 + 2))
    cities = [Block(place, _DOT) for place in CITIES.values()]
    # on a crowded line the dot of a city matters less than the number
    block = first_free(spots, [*taken, *cities], VIEWS) or first_free(spots, taken, VIEWS)
    return Word(text, block) if block is not None else None


def text_size(text: str, letters: int) -> tuple[float, float]:
    """About the width and height in pixels of a text in letters of so many pixels."""
    return 1.06 * _font(letters).getlength(text) + 1, 1.3 * letters


@lru_cache(maxsize=4)
def _font(letters: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(letters)
