from __future__ import annotations

import io

import numpy as np
from PIL import Image

from geoloc_core.display.colours import MASKED, PLAYER, UNMASKED
from geoloc_core.display.export.game_card import result_card
from geoloc_core.game import MOST, Round, totals

DELHI, MUMBAI = (28.61, 77.21), (19.08, 72.88)
COLOURS = [np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in (PLAYER, UNMASKED, MASKED)]


def photo(number):
    return np.full((64, 64, 3), (10 + 40 * number, 200, 0), np.uint8)


ROUNDS = [Round(photo(n), DELHI, "Asha", {"unmasked": DELHI, "masked": MUMBAI}) for n in range(5)]
GUESSES = [DELHI, MUMBAI, DELHI, MUMBAI, DELHI]


def card(
    verdict="You beat the cheat by 12 points.", link="http://localhost:8501/play?seed=7", seed=7
):
    image = Image.open(io.BytesIO(result_card(ROUNDS, GUESSES, seed, verdict, link)))
    assert image.format == "PNG"
    assert image.size == (1200, 630)
    return np.asarray(image)


def test_five_photos_stand_in_rows():
    pixels = card()
    for number in range(5):
        rows, columns = np.nonzero((pixels == photo(number)[0, 0]).all(axis=2))
        assert (columns.min(), rows.min()) == (44, 128 + 80 * number)
        assert len(rows) == 72 * 72


def test_a_total_is_as_long_as_its_share_of_the_most():
    pixels = card()
    bars = pixels[:, 780:1156]
    for (player, total), colour in zip(totals(ROUNDS, GUESSES).items(), COLOURS, strict=True):
        longest = (bars == colour).all(axis=2).sum(axis=1).max()
        assert abs(longest - 376 * total / (5 * MOST)) <= 1.5, player


def test_seed_verdict_and_link_are_written_and_fit():
    told = card()
    assert (told != card(seed=8)).any()
    assert (told != card(verdict="The cheat beats you by 12 points.")).any()
    pixels = card("<script>`${x}`\x00" * 30, "https://" + "w" * 500, 999_999)
    assert (pixels[:548, 1160:] == (0xFB, 0xFA, 0xF6)).all()
    assert (pixels[548:, 1160:] == (0xF0, 0xEE, 0xE6)).all()
    assert (pixels[128:548, 650:776] == (0xFB, 0xFA, 0xF6)).all()
