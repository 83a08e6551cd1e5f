"""Names of places among words: which count, which are found with an error, where they point."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc_core.geography.grid import article_grid
from geoloc_core.signs import place_words
from geoloc_core.signs.place_words import COMMON, name_density, place_names_in, plain


def names(words: str) -> list[str]:
    return [found.name for found in place_names_in(words)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("WELCOME TO TUMKUR", ["Tumkur"]),
        ("BENGALURU 70km", ["Bengaluru"]),
        ("New Delhi 20 km", ["New Delhi"]),
        ("jaipur junction", ["Jaipur"]),
        ("Thiruvananthapuran", ["Thiruvananthapuram"]),
        ("VARANAS1 CANTT", []),
        ("PUNE", []),  # four letters
        ("Jaipr", []),  # too short to be read with an error
        ("STATE BANK OF MYSORE", []),
        ("HYDERABAD BIRYANI", []),
        ("GANDHI ROAD", []),
        ("SALON", []),
        ("", []),
        ("<script>alert(1)</script>", []),
    ],
)
def test_only_names_that_say_something_count(words: str, expected: list[str]) -> None:
    assert names(words) == expected


def test_common_words_are_none_even_with_an_error() -> None:
    for word in COMMON:
        assert names(word.upper()) == []


def edits(one: str, other: str) -> int:
    """Levenshtein's distance, by its table."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
    return row[-1]


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_apart_is_levenshteins_distance(one: str, other: str) -> None:
    assert place_words._one_apart(one, other) == (edits(one, other) <= 1)


def test_one_wrong_letter_in_a_long_name_is_forgiven() -> None:
    random = np.random.default_rng(0)
    for name in ("Coimbatore", "Visakhapatnam", "Bhubaneswar"):
        key = plain(name)
        for _ in range(5):
            at = int(random.integers(len(key)))
            letter = str(random.choice(list(string.ascii_lowercase)))
            assert names(key[:at] + letter + key[at + 1 :]) == [name]


def test_a_name_points_to_its_place() -> None:
    grid = article_grid()
    density = name_density(place_names_in("WELCOME TO TUMKUR"), grid)
    assert density.shape == (len(grid),)
    assert density.mean() == pytest.approx(1.0)
    home = grid.cell_of(13.34, 77.10)
    assert density.argmax() == home or density[home] > 0.5 * density.max()


def test_places_of_one_name_share_the_weight_and_people_raise_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grid = article_grid()
    (found,) = place_names_in("AURANGABAD")
    assert len(found.points) > 1
    density = name_density([found], grid)
    large = grid.cell_of(19.88, 75.34)  # in Maharashtra, over a million people
    small = grid.cell_of(24.75, 84.37)  # in Bihar, a hundred thousand
    assert density[large] > 1
    assert density[small] > 1
    monkeypatch.setattr(place_words, "_townspeople", lambda points: np.zeros(len(points)))
    even = name_density([found], grid)
    assert density[large] / density[small] > even[large] / even[small]
