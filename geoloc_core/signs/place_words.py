"""Names of places among the words on signs, and what they say for the map.

Towns and districts of assets/geo/places.npz. A name on a sign may stand for the place, for one that
the road leads to, or for a dish: it raises the cells around the places of that name, never alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from geoloc_core.geography.climate import SOUTH, STEP, WEST, layers
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.place_names import district_middles, towns
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.signs.scripts import land_nodes

LEAST_LETTERS = 5
FUZZY_LETTERS = 8  # from which one letter may be wrong
REACH_KM = 60.0  # a name is seen around its place: exp(-km / this)
_LONGEST = 3  # words of a name

# towns or districts of India that are words of shops and roads, gods, people and dishes, too
_COMMON_WORDS = """
    airport akbar along ambedkar anand ananda apollo asoka auras bakery balaji baldev banaras
    bangla basti bazaar bazar begun bhadra bharat bharati bissau bombay brahma buddha budha
    canal canning cantonment cement central champa chanda chandra chowk church circle civil
    clinic coffee colony court cross dairy depot devi dewan dhaba dhaka dharma district durga
    east exchange farm ferry fort gandhi gandhinagar ganesh ganga gaon garden general gopal
    govind guest guru halli hanuman harbour hassan highway hill hills hindustan hospital hotel
    house indira island jagdish jain jawahar junction kali kalyan kandahar karma karnataka kasba
    kerala khanna kisan korea krishna kumar kumari lake lakshmi lalit lanka lilia lines lodge
    madhu madras mahal mahesh mandi mandir mango manor marg market masjid medical mirza mission
    model mohan moti mumbai music nadia nagar nanda narayan narmada national naval nazareth
    nehru new nirmal north office palace park patel patti phone pillai plaza police port prasad
    prem punch punjab raja rajaji rajiv ram rama raman ramnagar rampur rana rani road royal
    sachin sadar sagar sahib sakti salon samba sarai school shakti shankar sharma shiva shree
    silver singh sita sitapur south stand state station store street subhash sultan sundar super
    surya swami tagore taluk taping tea temple thana tourist tower town tundra university uttar
    verna vijay village vishnu water welcome wellington west yoga
"""
COMMON = frozenset(_COMMON_WORDS.split())
# beside these a place's name is a make, a bank or a dish
_MAKER_WORDS = """
    bank baroda biriyani biryani cafe chaat chat cotton dhaba dosa dyeing express hotel
    insurance kebab kitchen lodge masala meals mixture pak railways restaurant saree sarees
    shawl shawls silk silks sweet sweets tailors tea textiles travels
"""
_MAKERS = frozenset(_MAKER_WORDS.split())


@dataclass(frozen=True)
class PlaceName:
    """A name read on a sign and the places that bear it, (latitude, longitude) in degrees."""

    name: str
    points: tuple[tuple[float, float], ...]


def place_names_in(words: str) -> tuple[PlaceName, ...]:
    """The names of places in what was read in a line, longest first, each word used once.

    >>> [found.name for found in place_names_in("WELCOME TO TUMKUR")]
    ['Tumkur']
    """
    read = [plain(word) for word in re.split(r"[^\w'’]+", words)]
    read = [word for word in read if word]
    if _MAKERS & set(read):
        return ()
    found: list[PlaceName] = []
    used: set[int] = set()
    for length in range(_LONGEST, 0, -1):
        for first in range(len(read) - length + 1):
            span = set(range(first, first + length))
            name = None if span & used else _match("".join(read[first : first + length]))
            if name is not None:
                used |= span
                found.append(name)
    return tuple(found)


def plain(word: str) -> str:
    """The Latin letters of a word, small and without accents."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if c.isascii() and c.isalpha())


def _match(key: str) -> PlaceName | None:
    if len(key) < LEAST_LETTERS or key in COMMON:
        return None
    known = _gazetteer()
    if key in known:
        return known[key]
    if len(key) < FUZZY_LETTERS:
        return None
    near = {known_key for cut in _cuts(key) for known_key in _by_cut().get(cut, ())}
    close = sorted(known_key for known_key in near if _one_apart(key, known_key))
    return known[close[0]] if len(close) == 1 else None


@cache
def _gazetteer() -> dict[str, PlaceName]:
    """Every name that counts, by its letters."""
    names: dict[str, str] = {}
    points: dict[str, list[tuple[float, float]]] = {}
    for each, (latitude, longitude) in (*towns(), *district_middles()):
        key = plain(each)
        if len(key) < LEAST_LETTERS or key in COMMON:
            continue
        names.setdefault(key, each)
        others = points.setdefault(key, [])
        apart = [haversine_km((latitude, longitude), other) > REACH_KM for other in others]
        if all(apart):  # a district is no second place beside its own town
            others.append((latitude, longitude))
    return {key: PlaceName(names[key], tuple(points[key])) for key in names}


@cache
def _by_cut() -> dict[str, list[str]]:
    """The long names by each way to leave out one letter, or none."""
    found: dict[str, list[str]] = {}
    for key in _gazetteer():
        if len(key) >= FUZZY_LETTERS:
            for cut in _cuts(key):
                found.setdefault(cut, []).append(key)
    return found


def _cuts(key: str) -> set[str]:
    return {key, *(key[:at] + key[at + 1 :] for at in range(len(key)))}


def _one_apart(one: str, other: str) -> bool:
    """Whether two words are a letter apart: one more, one less, one other."""
    if len(one) > len(other):
        one, other = other, one
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return len(other) - len(one) <= 1
    if len(one) == len(other):
        return one[start + 1 :] == other[start + 1 :]
    return len(other) - len(one) == 1 and one[start:] == other[start + 1 :]


def name_density(names: Iterable[PlaceName], grid: Grid) -> NDArray[np.float64]:
    """How much likelier each cell (n,) makes it to read one of these names; mean 1 over cells.

    Places of one name share the weight by the root of the people who live around; a cell's people
    see the name the more often the nearer they live to the place.
    """
    nodes, cell, people = land_nodes(grid)
    density = np.zeros(len(grid))
    whole = np.bincount(cell, people, len(grid))
    for name in names:
        points = np.array(name.points)
        weight = np.sqrt(_townspeople(points) + 1.0)
        for point, share in zip(points, weight / weight.sum(), strict=True):
            near = people * np.exp(-haversine_km(nodes, point) / REACH_KM)
            seen = np.bincount(cell, near, len(grid)) / whole
            density += share * seen / seen.sum()
    return np.asarray(density * len(grid) / max(density.sum(), 1e-300))


def _townspeople(points: NDArray[np.float64]) -> NDArray[np.float32]:
    """People in towns per km² around points (m, 2)."""
    layer = layers()["townspeople"]
    row, column = np.rint((points - (SOUTH, WEST)) / STEP - 0.5).astype(int).T
    rows, columns = layer.shape
    return np.asarray(layer[row.clip(0, rows - 1), column.clip(0, columns - 1)], np.float32)
