"""The card that a game ends with: five photos, three totals, and no place that gives one away."""

from __future__ import annotations

from collections.abc import Sequence

from geoloc_core.audit.flights import Place
from geoloc_core.display.colours import GREY, PANEL
from geoloc_core.display.export.drawing import (
    EDGE,
    SIZE,
    blank,
    card_file,
    dot,
    place_pixels,
    wrapped,
    write,
)
from geoloc_core.display.formats import count, kilometres
from geoloc_core.display.maps.guesses import COLOURS, NAMES
from geoloc_core.game import MOST, PLAYERS, Round, kilometres_off, score, totals

_TOP, _ROW, _PHOTO = 128, 80, 72  # where the first row starts, the height of a row and its photo
_COLUMNS = (150, 340, 530)  # left edge of each one's km and points
_TOTALS = 780


def result_card(
    rounds: Sequence[Round], guesses: Sequence[Place], seed: int, verdict: str, link: str
) -> bytes:
    """How a game ended, as a PNG file of 1200 x 630 pixels.

    A row for each photo with the km and points of all three, their totals as bars, the `seed` and
    the `link` to play the same five. The places stay unsaid, for those who play after.
    """
    image, draw = blank(link)
    write(draw, (EDGE, 84), "Beat the cheat", 46, 600, heavy=True)
    write(draw, (SIZE[0] - EDGE, 84), f"seed {seed}", 24, 300, colour=GREY, anchor="rs")
    for number, (played, guess) in enumerate(zip(rounds, guesses, strict=True)):
        top = _TOP + _ROW * number
        place_pixels(image, played.photo, (EDGE, top, EDGE + _PHOTO, top + _PHOTO))
        off = kilometres_off(played, guess)
        for player, left in zip(PLAYERS, _COLUMNS, strict=True):
            dot(image, (left + 8, top + 24), 8, COLOURS[player])
            write(draw, (left + 24, top + 32), count(score(off[player])), 26, 150, heavy=True)
            write(draw, (left + 24, top + 60), kilometres(off[player]), 20, 150, colour=GREY)

    whole = SIZE[0] - EDGE - _TOTALS
    for number, (player, total) in enumerate(totals(rounds, guesses).items()):
        y = _TOP + 36 + 100 * number
        write(draw, (_TOTALS, y), NAMES[player], 24, whole - 130)
        write(draw, (_TOTALS + whole, y), count(total), 34, 130, anchor="rs", heavy=True)
        draw.rectangle((_TOTALS, y + 14, _TOTALS + whole, y + 28), PANEL)
        length = round(whole * total / (MOST * max(1, len(rounds))))
        draw.rectangle((_TOTALS, y + 14, _TOTALS + length, y + 28), COLOURS[player])
    for number, line in enumerate(wrapped(verdict, 24, whole, 2)):
        write(draw, (_TOTALS, _TOP + 346 + 32 * number), line, 24, whole, heavy=True)
    return card_file(image)
