"""What stands at a place on the map: networks' estimates, a person's guess, the true place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from geoloc_core.display.colours import PLAYER, TRUTH
from geoloc_core.display.html.render import render
from geoloc_core.display.maps.placement import Place


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


@cache
def estimate_symbol(colour: str, *, hollow: bool = False) -> Markup:
    """A ring with a point, as SVG 22 px wide; `hollow` for a guess."""
    return render("mark.svg", kind="hollow" if hollow else "ring", colour=colour)


@cache
def truth_symbol() -> Markup:
    """A five-pointed star, as SVG 22 px wide."""
    return render("mark.svg", kind="star", colour=TRUTH)


@cache
def player_symbol() -> Markup:
    """A cross, as SVG 22 px wide: told from the networks' rings by its shape too."""
    return render("mark.svg", kind="cross", colour=PLAYER)
