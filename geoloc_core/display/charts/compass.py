"""Headings, in degrees clockwise from north, as a rose."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from geoloc_core.display.html.render import render

_ROSE = 100  # radius of the compass


def rose(counts: Sequence[int]) -> Markup:
    """Counts by sector of the compass, the first about north; areas are as the counts."""
    most = max(*counts, 1)
    drawing = render(
        "rose.svg",
        circles=(_ROSE, f"{_ROSE / math.sqrt(2):.1f}"),
        petals=[
            _petal(number, len(counts), _ROSE * math.sqrt(count / most))
            for number, count in enumerate(counts)
            if count
        ],
    )
    return render("drawing.html", look="pata-rose", label="Images by heading", svg=drawing)


def _petal(number: int, of: int, radius: float) -> str:
    """A sector of a circle around (0, 0), y downwards, as an SVG path."""
    ends = [2 * math.pi * (number + side) / of for side in (-0.5, 0.5)]
    (x0, y0), (x1, y1) = [(radius * math.sin(a), -radius * math.cos(a)) for a in ends]
    return f"M0 0L{x0:.2f} {y0:.2f}A{radius:.2f} {radius:.2f} 0 0 1 {x1:.2f} {y1:.2f}Z"
