"""Where labels can stand on a map without covering a mark or each other.

Greedy, first come first served: what matters most is placed first. A label keeps its distance in
pixels from its place when the map is zoomed, so it has to be free in every view that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geoloc_core.display.maps.viewport import Viewport

Place = tuple[float, float]

_ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)


@dataclass(frozen=True)
class Block:
    """A box of `size` (width, height) pixels around a place, its middle `offset` right and down."""

    place: Place
    size: tuple[float, float]
    offset: tuple[float, float] = (0.0, 0.0)


def boxes(blocks: Sequence[Block], view: Viewport) -> NDArray[np.float64]:
    """Left, top, right and bottom (k, 4) of blocks in a view, in pixels."""
    middles = view.pixels([block.place for block in blocks])
    middles += np.array([block.offset for block in blocks]).reshape(-1, 2)
    half = np.array([block.size for block in blocks]).reshape(-1, 2) / 2
    return np.concatenate([middles - half, middles + half], axis=1)


def first_free(
    candidates: Iterable[Block], taken: Sequence[Block], views: Sequence[Viewport]
) -> Block | None:
    """The first candidate that lies inside every view and meets nothing taken there, else None."""
    candidates = list(candidates)
    free = np.ones(len(candidates), bool)
    for view in views:
        free &= _free(boxes(candidates, view), boxes(taken, view), view)
    return candidates[int(free.argmax())] if free.any() else None


def beside(place: Place, size: tuple[float, float], gap: float) -> Iterator[Block]:
    """A label right of a mark, left of it, above, below, then at its corners.

    `gap` is the distance in pixels between the place and the label's nearest edge.
    """
    right, down = size[0] / 2 + gap, size[1] / 2 + gap
    sides = ((right, 0), (-right, 0), (0, -down), (0, down))
    corners = ((right, -down), (right, down), (-right, -down), (-right, down))
    for offset in (*sides, *corners):
        yield Block(place, size, offset)


def along(start: Place, end: Place, size: tuple[float, float], gap: float) -> Iterator[Block]:
    """A label on a line, near its middle first; where the line is too short, beside its end.

    `gap` is the distance in pixels that the label then keeps from the end.
    """
    for share in _ALONG:
        yield Block(on_line(start, end, share), size)
    yield from beside(end, size, gap)


def on_line(start: Place, end: Place, share: float) -> Place:
    """The place on the straight line of the map, `share` of the way to its end."""
    (south, west), (north, east) = (np.array(place) for place in (start, end))
    heights = np.arcsinh(np.tan(np.radians([south, north])))
    height = heights[0] + share * (heights[1] - heights[0])
    return float(np.degrees(np.arctan(np.sinh(height)))), float(west + share * (east - west))


def _free(
    labels: NDArray[np.float64], others: NDArray[np.float64], view: Viewport
) -> NDArray[np.bool_]:
    """Which boxes (k, 4) lie in the view and meet no other box (m, 4)."""
    left, top, right, bottom = labels.T
    inside = (left >= 0) & (top >= 0) & (right <= view.size[0]) & (bottom <= view.size[1])
    apart = (others[:, 2] <= left[:, None]) | (others[:, 0] >= right[:, None])
    apart |= (others[:, 3] <= top[:, None]) | (others[:, 1] >= bottom[:, None])
    free: NDArray[np.bool_] = inside & apart.all(axis=1)
    return free
