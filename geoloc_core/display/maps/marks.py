"""What stands at a place on the map: estimates as rings, the true place as a star."""

from __future__ import annotations

from dataclasses import dataclass

from geoloc_core.display.colours import TRUTH
from geoloc_core.display.maps.label_places import Place

_SYMBOL = 'xmlns="http://www.w3.org/2000/svg" width="22" height="22" viewBox="-11 -11 22 22"'


@dataclass(frozen=True)
class Estimate:
    """Where a network puts a photo: (latitude, longitude) in degrees, and how that is shown.

    The `main` network's estimate is the one that the map's cells belong to; a `hollow` one stands
    for what is a guess or is no more.
    """

    place: Place
    label: str
    colour: str
    main: bool
    hollow: bool = False


def estimate_symbol(colour: str, *, hollow: bool = False) -> str:
    """A ring with a point, as SVG 22 px wide; `hollow` for a guess."""
    fill, point = ("#fff", colour) if hollow else (colour, "#fff")
    edge = f'stroke="{colour}" stroke-dasharray="3 2"' if hollow else 'stroke="#fff"'
    return (
        f"<svg {_SYMBOL}>"
        f'<circle r="8" fill="{fill}" {edge} stroke-width="2.5"/>'
        f'<circle r="2.6" fill="{point}"/></svg>'
    )


def truth_symbol() -> str:
    """A five-pointed star, as SVG 22 px wide."""
    return (
        f"<svg {_SYMBOL}>"
        '<path d="M0-9.5 2.6-3.2 9.3-2.7 4.2 1.7 5.8 8.2 0 4.7-5.8 8.2-4.2 1.7-9.3-2.7-2.6-3.2Z" '
        f'fill="{TRUTH}" stroke="#fff" stroke-width="1.4" stroke-linejoin="round"/></svg>'
    )
