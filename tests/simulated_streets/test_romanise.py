from __future__ import annotations

import pytest

from simulated_streets.romanise import romanise


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("सिंह", "Singh"),
        ("शर्मा", "Sharma"),
        ("गुप्ता", "Gupta"),
        ("देशमुख", "Deshmukh"),
        ("कमला जैन", "Kamla Jain"),
        ("अपर्णा", "Aparna"),
        ("चंपा", "Champa"),
        ("आनंद", "Anand"),
        ("પંકજ પટેલ", "Pankaj Patel"),
        ("মন্ডল", "Mandal"),
    ],
)
def test_northern_names_lose_their_silent_vowels(name, latin):
    assert romanise(name, drops_vowels=True) == latin


@pytest.mark.parametrize(
    ("name", "latin"), [("ଜେନା", "Jena"), ("ମହାପାତ୍ର", "Mahapatra"), ("எழிலன்", "Ezhilan")]
)
def test_others_keep_them(name, latin):
    assert romanise(name, drops_vowels=False) == latin


def test_latin_letters_stay():
    assert romanise("Ojas Kadakia", drops_vowels=False) == "Ojas Kadakia"
