"""For the game's last round: another's name under a photo, and where the reader's point flies.

Which names work on which sample is measured beforehand, with
room to spare and in every precision that ships, so that a link gives everybody the same round.
Places are (latitude, longitude) in degrees.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from geoloc_core.assets import intact
from geoloc_core.audit.residents import Resident
from geoloc_core.files import write_whole
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.images.credit_line import Pixels, with_name
from geoloc_core.paths import ASSETS

Place = tuple[float, float]
Locate = Callable[[Pixels], Place]
"""A network: from one photo, RGB uint8 (h, w, 3), to a place."""

FLIGHTS = ASSETS / "samples" / "flights.json"
KNOWN_KM = 300  # with the real name the reader is at most so far off
FLIGHT_KM = 1000  # with another name its point moves at least so far
LANDING_KM = 500  # and ends at most so far from where the name's bearer is at home


@dataclass(frozen=True)
class Flight:
    """What another's name does to the network that reads: its point `before` and `after`.

    Most photos that `name` is known by were taken in `cell`, around `home`.
    """

    name: str
    cell: int
    home: Place
    before: Place
    after: Place

    @property
    def kilometres(self) -> float:
        """How far the point moved, in km."""
        return float(haversine_km(self.before, self.after))


def fly(photo: Pixels, person: Resident, reader: Locate) -> Flight:
    """Where the reader puts a photo under its own name, and under that of a person."""
    after = reader(with_name(photo, person.name))
    return Flight(person.name, person.cell, person.place, reader(photo), after)


def holds(flight: Flight, truth: Place, spare_km: float = 0.0) -> bool:
    """Whether what the game says of a flight is so, with so many km to spare.

    The reader knows the place by the real name (within `KNOWN_KM`), and with the other one leaves
    it (by `FLIGHT_KM`) for that person's home (within `LANDING_KM`).
    """
    return bool(
        haversine_km(flight.before, truth) <= KNOWN_KM - spare_km
        and flight.kilometres >= FLIGHT_KM + spare_km
        and haversine_km(flight.after, flight.home) <= LANDING_KM - spare_km
    )


def read_flights(path: Path = FLIGHTS) -> dict[str, tuple[str, ...]]:
    """The names that work on each sample, by its panorama; none where no such file ships."""
    try:
        found = json.loads(intact(path).read_text(encoding="utf-8"))
        return {str(panorama): tuple(map(str, names)) for panorama, names in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def write_flights(flights: Mapping[str, Sequence[str]], path: Path = FLIGHTS) -> None:
    """Commit the names that work."""
    found = {panorama: list(names) for panorama, names in flights.items()}
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
