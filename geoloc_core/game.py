"""Beat the cheat: where was it taken? A person against both networks, over photos of the gallery.

One of the networks reads the photographer's name. In the last round, unannounced, the name under
the photo is another's. Places are (latitude, longitude) in degrees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from geoloc_core.assets import intact
from geoloc_core.audit.flights import Flight, Locate, Place, fly, holds
from geoloc_core.audit.residents import Resident
from geoloc_core.audit.swaps import image_random
from geoloc_core.catalogue import HONEST, READER
from geoloc_core.data.samples import Sample
from geoloc_core.geography.outline import load_outline
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.images.credit_line import Pixels, with_name
from geoloc_core.images.photo import read_photo

ROUNDS = 5
MOST = 5000  # points of a guess on the spot
PLAYERS = ("you", READER, HONEST)


@dataclass(frozen=True, eq=False)
class Round:
    """A photo, where it was taken, and where both networks say so, by their name."""

    photo: Pixels
    truth: Place
    uploader: str
    points: dict[str, Place]
    flight: Flight | None = None


@dataclass(frozen=True)
class Game:
    """Where a person stands: the guesses locked in, and the one not locked in yet.

    `revealed` says that the last guess locked in is being looked at.
    """

    seed: int
    locked: tuple[Place, ...] = ()
    guess: Place | None = None
    revealed: bool = False

    @property
    def number(self) -> int:
        """The round that is played or looked at, counted from 0."""
        return len(self.locked) - self.revealed


def with_guess(game: Game, place: Place) -> Game:
    """The game with this guess, which may still be moved; as it was once the place is revealed."""
    return game if game.revealed else replace(game, guess=place)


def lock_in(game: Game) -> Game:
    """The game after the guess: the place is revealed. As it was where there is no guess."""
    if game.guess is None:
        return game
    return Game(game.seed, (*game.locked, game.guess), revealed=True)


def next_round(game: Game) -> Game:
    """The game at its next photo."""
    return replace(game, revealed=False)


# --- The score -----------------------------------------------------------------------------------


@cache
def scale_km() -> float:
    """The diagonal of the box around the land of India, in km."""
    west, south, east, north = load_outline().bounds
    return float(haversine_km((south, west), (north, east)))


def score(kilometres: float) -> int:
    """Points of a guess so many km off: 5,000 exp(-10 km / diagonal of the map).

    GeoGuessr's formula as players have worked it out, on a map of India.
    """
    return round(MOST * float(np.exp(-10 * kilometres / scale_km())))


def kilometres_off(played: Round, guess: Place) -> dict[str, float]:
    """How far from the true place each of `PLAYERS` is, in km."""
    points = {"you": guess, **played.points}
    return {player: float(haversine_km(points[player], played.truth)) for player in PLAYERS}


def totals(rounds: Sequence[Round], guesses: Sequence[Place]) -> dict[str, int]:
    """The points of each of `PLAYERS` over the rounds that have a guess."""
    off = [kilometres_off(played, guess) for played, guess in zip(rounds, guesses, strict=False)]
    return {player: sum(score(each[player]) for each in off) for player in PLAYERS}


# --- The rounds ----------------------------------------------------------------------------------


def draw(seed: int, samples: Sequence[Sample]) -> list[Sample]:
    """The gallery in the order of a game: the same seed gives everybody the same."""
    order = image_random("the photos of a game", seed).permutation(len(samples))
    return [samples[number] for number in order]


def make_round(
    number: int,
    seed: int,
    samples: Sequence[Sample],
    people: Mapping[str, Resident],
    names: Mapping[str, Sequence[str]],
    networks: Mapping[str, Locate],
) -> Round:
    """Round `number` of the game, counted from 0, with the `networks` by their name.

    `names` are those that work on a sample, by panorama. The last round's photo is the first of
    those left on which one does; where none does with these networks, that round is like the
    others.
    """
    drawn = draw(seed, samples)
    if number == ROUNDS - 1:
        for sample in drawn[number:]:
            known = [people[name] for name in names.get(sample.panorama, ()) if name in people]
            photo = _first_view(sample)
            found = swapped(photo, _place(sample), known, networks[READER], seed)
            if found is not None:
                renamed = with_name(photo, found.name)
                points = {READER: found.after, HONEST: networks[HONEST](renamed)}
                return Round(renamed, _place(sample), sample.uploader, points, found)
    sample = drawn[number]
    photo = _first_view(sample)
    points = {name: locate(photo) for name, locate in networks.items()}
    return Round(photo, _place(sample), sample.uploader, points)


def swapped(
    photo: Pixels, truth: Place, people: Sequence[Resident], reader: Locate, seed: int
) -> Flight | None:
    """The first person, in the order of the `seed`, with whose name what the game says holds."""
    for number in image_random("the names of a game", seed).permutation(len(people)):
        found = fly(photo, people[number], reader)
        if holds(found, truth):
            return found
    return None


def _first_view(sample: Sample) -> Pixels:
    return read_photo(intact(sample.files[0]).read_bytes()).pixels


def _place(sample: Sample) -> Place:
    return sample.latitude, sample.longitude
