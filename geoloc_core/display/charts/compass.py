"""Headings, in degrees clockwise from north: in words, and as a rose."""

from __future__ import annotations

import math
from collections.abc import Sequence
from urllib.parse import quote

from geoloc_core.display.colours import PROBABILITY

_NAMES = {0: "North", 90: "East", 180: "South", 270: "West"}
_ROSE = 100  # radius of the compass


def heading_name(heading: float) -> str:
    """A heading as people say it: North, or 37°."""
    return _NAMES.get(round(heading), f"{heading:.0f}°")


def rose(counts: Sequence[int]) -> str:
    """Counts by sector of the compass, the first about north; areas are as the counts."""
    most = max(*counts, 1)
    petals = "".join(
        f'<path d="{_petal(number, len(counts), _ROSE * math.sqrt(count / most))}"/>'
        for number, count in enumerate(counts)
        if count
    )
    letters = "".join(
        f'<text x="{x}" y="{y}">{letter}</text>'
        for letter, x, y in (("N", 0, -112), ("E", 114, 0), ("S", 0, 113), ("W", -114, 0))
    )
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-125 -125 250 250">'
        '<g fill="none" stroke="#8c8878" stroke-opacity=".5">'
        f'<circle r="{_ROSE}"/><circle r="{_ROSE / math.sqrt(2):.1f}"/></g>'
        f'<g fill="{PROBABILITY[4]}" stroke="#fff">{petals}</g>'
        '<g font-family="sans-serif" font-size="16" fill="#7d858c" text-anchor="middle"'
        f' dominant-baseline="central">{letters}</g></svg>'
    )
    return (
        f'<img class="pata-rose" alt="Images by heading" src="data:image/svg+xml,{quote(drawing)}">'
    )


def _petal(number: int, of: int, radius: float) -> str:
    """A sector of a circle around (0, 0), y downwards, as an SVG path."""
    ends = [2 * math.pi * (number + side) / of for side in (-0.5, 0.5)]
    (x0, y0), (x1, y1) = [(radius * math.sin(a), -radius * math.cos(a)) for a in ends]
    return f"M0 0L{x0:.2f} {y0:.2f}A{radius:.2f} {radius:.2f} 0 0 1 {x1:.2f} {y1:.2f}Z"
