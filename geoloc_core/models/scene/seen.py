"""Evidence in words: the things that a photo shows, and what each says about a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from geoloc_core.models.scene.head import Seen
from geoloc_core.models.scene.knowledge import class_names, class_places

MOVED = 0.05  # in log odds: less is not worth a word


@dataclass(frozen=True, eq=False)
class Thing:
    """A thing seen.

    name: ImageNet's; probability: that it is there; where: the kinds of place that it is seen in,
    with their shares, likeliest first; effect (n,): what knowing it adds to the log of each cell's
    odds.
    """

    name: str
    probability: float
    where: Mapping[str, float]
    effect: NDArray[np.float64]


def as_things(seen: Iterable[Seen]) -> tuple[Thing, ...]:
    """Classes seen as things with names; those that say nothing about any place are left out."""
    names, places = _tables()
    return tuple(
        Thing(names[one.number], one.probability, places[one.number], one.effect)
        for one in seen
        if one.number in places
    )


def things_for(things: Iterable[Thing], cell: int, most: int = 5) -> tuple[Thing, ...]:
    """The things that moved a cell most, up or down, the strongest first."""
    ordered = sorted(things, key=lambda thing: -abs(thing.effect[cell]))
    return tuple(thing for thing in ordered[:most] if abs(thing.effect[cell]) >= MOVED)


@cache
def _tables() -> tuple[list[str], dict[int, dict[str, float]]]:
    return class_names(), class_places()
