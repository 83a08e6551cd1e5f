"""Signs on the photo and in words: boxes where they are, text that is text and nothing else."""

from __future__ import annotations

import json

import numpy as np

from geoloc_core.display.signs import (
    COUNTED,
    SWITCHED_OFF,
    cut_sign,
    draw_signs,
    sign_record,
    sign_sentence,
    signs_sentence,
)
from geoloc_core.signs.place_words import place_names_in
from geoloc_core.signs.read import Sign

BOX = ((0.25, 0.5), (0.75, 0.5), (0.75, 0.7), (0.25, 0.7))
TAMIL = Sign(BOX, "Tamil", 0.93)
NAMED = Sign(BOX, "Latin", 0.9, "WELCOME TO TUMKUR", place_names_in("WELCOME TO TUMKUR"))


def test_a_box_is_drawn_at_its_place_in_any_size() -> None:
    for height, width in ((100, 200), (480, 640)):
        photo = np.full((height, width, 3), 90, np.uint8)
        drawn = draw_signs(photo, {0: TAMIL})
        assert (photo == 90).all()
        changed = np.argwhere((drawn == COUNTED).all(axis=2))
        assert abs(changed[:, 0].max() - 0.7 * height) <= 3
        assert abs(changed[:, 1].max() - 0.75 * width) <= 3
        middle = drawn[int(0.6 * height), int(0.5 * width)]
        assert (middle == 90).all()


def test_a_sign_that_is_switched_off_is_grey() -> None:
    drawn = draw_signs(np.zeros((200, 200, 3), np.uint8), {0: TAMIL}, off=frozenset({0}))
    assert not (drawn == COUNTED).all(axis=2).any()
    assert (drawn == SWITCHED_OFF).all(axis=2).any()


def test_a_sign_is_cut_out() -> None:
    photo = np.zeros((100, 200, 3), np.uint8)
    photo[50:70, 50:150] = 200
    cut = cut_sign(photo, TAMIL)
    assert cut.shape == (48, 240, 3)
    assert (cut == 200).all()


def test_each_sign_has_its_sentence() -> None:
    assert sign_sentence(TAMIL) == "Tamil script: Tamil Nadu, Puducherry"
    assert sign_sentence(NAMED) == "“WELCOME TO TUMKUR” names Tumkur"
    several = Sign(BOX, "Latin", 0.9, "AURANGABAD", place_names_in("AURANGABAD"))
    assert "places of this name)" in sign_sentence(several)
    assert signs_sentence(0).startswith("No sign")
    assert signs_sentence(1) == "1 sign in this photo moved the prediction."
    assert signs_sentence(3) == "3 signs in this photo moved the prediction."


def test_hostile_words_are_shown_as_harmless_text() -> None:
    hostile = "JAIPUR \x1b[31m\u202e" + "x" * 200
    sign = Sign(BOX, "Latin", 0.9, hostile, place_names_in("JAIPUR"))
    said = sign_sentence(sign)
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert len(said) < 150
    record = json.loads(json.dumps(sign_record(sign)))
    assert record["place_names"] == ["Jaipur"]
    assert "\x1b" not in record["words"]
