"""Pieces of HTML of the game: who stands where, how a round went, what another's name did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from geoloc_core.audit.flights import Flight, Place
from geoloc_core.catalogue import HONEST, READER
from geoloc_core.display.html.render import render
from geoloc_core.display.maps.guesses import NAMES
from geoloc_core.game import MOST, PLAYERS, Round, kilometres_off, scale_km, score
from geoloc_core.geography.place_names import degrees_text, place_name
from geoloc_core.geography.sphere import haversine_km


def standing(points: Mapping[str, int]) -> Markup:
    """The points of all three so far, in one line."""
    return render("game/standing.html", players=PLAYERS, names=NAMES, points=points)


def round_result(played: Round, guess: Place) -> Markup:
    """Where the photo was taken, who came closest, and the km and points of all three."""
    off = kilometres_off(played, guess)
    closest = min(PLAYERS, key=off.__getitem__)
    return render(
        "game/round.html",
        players=PLAYERS,
        names=NAMES,
        where=_where(played),
        came="You came" if closest == "you" else f"{NAMES[closest]} came",
        off=off,
        points={player: score(km) for player, km in off.items()},
    )


def flight_words(played: Round, flight: Flight, names: Sequence[str]) -> Markup:
    """What the swapped name did, in sentences; `names` are the cells'."""
    return render(
        "game/flight.html",
        uploader=played.uploader,
        name=flight.name,
        home=names[flight.cell],
        reader=NAMES[READER],
        other=NAMES[HONEST],
        before=float(haversine_km(flight.before, played.truth)),
        after=float(haversine_km(flight.after, played.truth)),
        moved=float(haversine_km(flight.before, flight.after)),
        rest=float(haversine_km(flight.after, flight.home)),
    )


def verdict(points: Mapping[str, int]) -> str:
    """How the game ended between the person and the network that reads, in one sentence."""
    ahead = points["you"] - points[READER]
    if ahead == 0:
        return "You and the cheat end level."
    by = f"by {abs(ahead):,} point{'' if abs(ahead) == 1 else 's'}"
    return f"You beat the cheat {by}." if ahead > 0 else f"The cheat beats you {by}."


def final_totals(points: Mapping[str, int], rounds: int) -> Markup:
    """The three totals as bars; a whole bar is the most that so many rounds can give."""
    most = MOST * max(1, rounds)
    return render("game/totals.html", players=PLAYERS, names=NAMES, points=points, most=most)


def rounds_table(rounds: Sequence[Round], guesses: Sequence[Place]) -> Markup:
    """A row a round: where it was, and the km and points of all three."""
    rows = []
    for played, guess in zip(rounds, guesses, strict=True):
        where, off = _where(played), kilometres_off(played, guess)
        rows.append(
            {
                "where": where[0].upper() + where[1:],
                "swapped": played.flight is not None,
                "off": off,
                "points": {player: score(km) for player, km in off.items()},
            }
        )
    return render("game/rounds.html", players=PLAYERS, names=NAMES, rounds=rows)


def rules() -> str:
    """How points are counted, as Markdown, with a few examples."""
    examples = ", ".join(f"{score(km):,} at {km:,} km" for km in (100, 500, 1000))
    return (
        f"A guess that is *d* km off scores {MOST:,} · exp(−10 · *d* / {scale_km():,.0f}), "
        f"rounded: {MOST:,} on the spot, {examples}. The {scale_km():,.0f} km are the diagonal of "
        "the box around the land of India. Both networks get one view of each place, the one "
        "to the north that is shown, and their point is the weighted mean of all cells. "
        f"{NAMES[READER]} sees the photographer's name, {NAMES[HONEST]} sees the photo with "
        "the name cropped. In this game both guess even where a photo is out of distribution. The "
        "photos are rendered street scenes from the sample gallery, of places that neither network "
        "was trained on."
    )


def _where(played: Round) -> str:
    """The district and state of the true place; high mountains have none, and give degrees."""
    latitude, longitude = played.truth
    near = place_name(latitude, longitude)
    return near or f"the mountains at {degrees_text(latitude, longitude, 1)}"
