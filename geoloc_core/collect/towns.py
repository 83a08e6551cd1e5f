"""Where a place is that somebody named: the towns and districts of India."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from geoloc_core.geography.place_names import district_middles, place_name, towns


class Named(NamedTuple):
    """A town or district with its state, as "Jaipur, Rajasthan", and its middle in degrees."""

    name: str
    latitude: float
    longitude: float


def named_place(text: str) -> Named | None:
    """The town of a name, else the district, None where neither is known.

    Of several the best known; "Bilaspur, Himachal Pradesh" tells which. A state is no place: it is
    wider than a cell.

    >>> named_place("new_delhi").name, named_place("Bilaspur, Himachal Pradesh").name
    ('New Delhi, Delhi', 'Bilaspur, Himachal Pradesh')
    """
    name, _, state = text.partition(",")
    for each in _known().get(_plain(name), ()):
        found = Named(_with_state(*each), *each[1])
        if not state.strip() or _plain(found.name.rpartition(",")[2]) == _plain(state):
            return found
    return None


@cache
def _known() -> dict[str, list[tuple[str, tuple[float, float]]]]:
    known: dict[str, list[tuple[str, tuple[float, float]]]] = {}
    for each in (*towns(), *district_middles()):
        known.setdefault(_plain(each[0]), []).append(each)
    known.pop("", None)
    return known


def _with_state(name: str, place: tuple[float, float]) -> str:
    state = place_name(*place).rpartition(", ")[2]
    return f"{name}, {state}" if state else name


def _plain(name: str) -> str:
    """A name in small letters without accents, its words apart by one space."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"[\u0300-\u036f]", "", letters)))
