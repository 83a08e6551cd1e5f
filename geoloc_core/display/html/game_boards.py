"""Pieces of HTML of the game: who stands where, how a round went, what another's name did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geoloc_core.audit.flights import Flight, Place
from geoloc_core.catalogue import HONEST, READER
from geoloc_core.display.maps.game import NAMES
from geoloc_core.game import MOST, PLAYERS, Round, kilometres_off, scale_km, score
from geoloc_core.geography.places import place_name
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.text import plain_text


def standing(points: Mapping[str, int]) -> str:
    """The points of all three so far, in one line."""
    listed = "".join(
        f'<li><span class="pata-key pata-{player}">{plain_text(NAMES[player])}</span>'
        f"<b>{points[player]:,}</b></li>"
        for player in PLAYERS
    )
    return f'<ul class="pata-standing" aria-label="Points so far">{listed}</ul>'


def round_result(played: Round, guess: Place) -> str:
    """Where the photo was taken, who came closest, and the km and points of all three."""
    off = kilometres_off(played, guess)
    closest = min(PLAYERS, key=off.__getitem__)
    came = "You came" if closest == "you" else f"{NAMES[closest]} came"
    cards = "".join(
        f'<li class="pata-{player}"><span class="pata-key pata-{player}">'
        f"{plain_text(NAMES[player])}</span><b>{off[player]:,.0f} km</b>"
        f"<small>{score(off[player]):,} points</small></li>"
        for player in PLAYERS
    )
    return (
        f'<div class="pata-round" role="status"><p>Taken in {plain_text(_where(played))} (star). '
        f"<b>{plain_text(came)} closest.</b></p><ul>{cards}</ul></div>"
    )


def flight_words(played: Round, flight: Flight, names: Sequence[str]) -> str:
    """What the swapped name did, in sentences; `names` are the cells'."""
    before = float(haversine_km(flight.before, played.truth))
    after = float(haversine_km(flight.after, played.truth))
    moved = float(haversine_km(flight.before, flight.after))
    rest = float(haversine_km(flight.after, flight.home))
    name, reader, other = (plain_text(text) for text in (flight.name, NAMES[READER], NAMES[HONEST]))
    return (
        '<div class="pata-flight" role="status"><p><b>The name under this photo was '
        f"swapped.</b> It is by {plain_text(played.uploader)}. The credit line says {name}, whose "
        f"photos are mostly from {plain_text(names[flight.cell])}.</p>"
        f"<p>With the real name, {reader} is {before:,.0f} km off. With the swapped name its point "
        f"flies {moved:,.0f} km across the country, to {rest:,.0f} km from the middle of those "
        f"photos. Now it is {after:,.0f} km off. {other} does not see the name: its point stays "
        "where it was.</p></div>"
    )


def verdict(points: Mapping[str, int]) -> str:
    """How the game ended between the person and the network that reads, in one sentence."""
    ahead = points["you"] - points[READER]
    if ahead == 0:
        return "You and the cheat end level."
    by = f"by {abs(ahead):,} point{'' if abs(ahead) == 1 else 's'}"
    return f"You beat the cheat {by}." if ahead > 0 else f"The cheat beats you {by}."


def final_totals(points: Mapping[str, int], rounds: int) -> str:
    """The three totals as bars; a whole bar is the most that so many rounds can give."""
    most = MOST * max(1, rounds)
    rows = "".join(
        f'<li class="pata-{player}"><span>{plain_text(NAMES[player])}</span>'
        f"<b>{points[player]:,}</b>"
        f'<div><i style="width:{100 * points[player] / most:.1f}%"></i></div></li>'
        for player in PLAYERS
    )
    return f'<ul class="pata-totals">{rows}</ul>'


def rounds_table(rounds: Sequence[Round], guesses: Sequence[Place]) -> str:
    """A row a round: where it was, and the km and points of all three."""
    head = "".join(f'<th scope="col">{plain_text(NAMES[player])}</th>' for player in PLAYERS)
    body = ""
    for number, (played, guess) in enumerate(zip(rounds, guesses, strict=True), start=1):
        off = kilometres_off(played, guess)
        cells = "".join(
            f"<td>{off[player]:,.0f} km<small>{score(off[player]):,}</small></td>"
            for player in PLAYERS
        )
        swapped = "<small>name swapped</small>" if played.flight else ""
        where = _where(played)
        where = plain_text(where[0].upper() + where[1:])
        body += f'<tr><th scope="row">{number}. {where}{swapped}</th>{cells}</tr>'
    return (
        '<div class="pata-rounds"><table><thead><tr><th scope="col">Photo</th>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


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
    return near or f"the mountains at {latitude:.1f}° N, {longitude:.1f}° E"
