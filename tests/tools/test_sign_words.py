"""Words for the script classifier: each in its script."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from geoloc_core.signs.scripts import SCRIPTS
from tools.sign_words import carried, word

NAMES = {"Bengali-Assamese": "BENGALI", "Odia": "ORIYA", "Urdu": "ARABIC"}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("Gujarati", "દિલ્લી"),
        ("Kannada", "ದಿಲ್ಲೀ"),
        ("Tamil", "தில்லீ"),
        ("Devanagari", "दिल्ली"),
    ],
)
def test_a_word_is_carried_letter_by_letter(script: str, expected: str) -> None:
    assert carried("दिल्ली", script) == expected


@pytest.mark.parametrize("script", SCRIPTS)
def test_words_are_in_their_script(script: str) -> None:
    random = np.random.default_rng(0)
    name = NAMES.get(script, script.upper())
    for _ in range(50):
        letters = [c for c in word(script, random) if not c.isspace() and not c.isdigit()]
        assert all(unicodedata.name(letter).startswith(name) for letter in letters)
