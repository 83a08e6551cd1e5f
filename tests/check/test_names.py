from __future__ import annotations

import pandas as pd

from geoloc_core.check.names import one_letter_apart, plain, usual_spellings


def test_a_name_goes_by_its_most_frequent_spelling() -> None:
    names = pd.Series(["José Rao", "jose  rao", "José Rao", "Asha", "asha", "", " "])
    assert usual_spellings(names).tolist() == ["José Rao"] * 3 + ["Asha", "Asha", "", " "]


def test_vowel_signs_of_indian_scripts_are_no_accents() -> None:
    assert plain("कमल") != plain("कामिल")


def distance(one: str, other: str) -> int:
    """Levenshtein's, by the textbook."""
    last = list(range(len(other) + 1))
    for k, a in enumerate(one, 1):
        row = [k]
        for j, b in enumerate(other, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (a != b)))
        last = row
    return last[-1]


def test_one_letter_is_one_letter() -> None:
    words = ["kamal", "kamla", "kaml", "kamaal", "komal", "amal", "kamalas", "vimal", "bimal"]
    wanted = {
        (a, b)
        for a in words
        for b in words
        if a < b and distance(a, b) == 1 and min(len(a), len(b)) >= 4
    }
    assert set(one_letter_apart(pd.Series(words))) == wanted


def test_initials_and_numbers_are_no_misspellings() -> None:
    names = pd.Series(["Asha K", "Asha R", "user1", "user2", "Rana", "rana"])
    assert one_letter_apart(names) == []
