"""Latin letters for names in the scripts of India.

The Unicode blocks of these scripts are laid out alike (after ISCII), so one table by the place in
the block serves Devanagari, Bengali, Gujarati, Odia and Tamil.
"""

from __future__ import annotations

_FIRST, _LAST, _BLOCK = 0x0900, 0x0BFF, 0x80
_VOWELS = "a a i i u u ri li e e e ai o o o au"  # from place 0x05 of a block on
_STOPS = "k kh g gh ng ch chh j jh n t th d dh n t th d dh n n p ph b bh m"  # from 0x15 on
_OTHERS = "y r r l l zh v sh sh s h"  # from 0x2F on
_SIGNS = "a i i u u ri ri e e e ai o o o au"  # vowels after a consonant, from 0x3E on
_VOWEL_AT = dict(enumerate(_VOWELS.split(" "), 0x05))
_SIGN_AT = dict(enumerate(_SIGNS.split(" "), 0x3E))
_CONSONANT_AT = {
    **dict(enumerate(_STOPS.split(" "), 0x15)),
    **dict(enumerate(_OTHERS.split(" "), 0x2F)),
    **{0x4E: "t", 0x5C: "r", 0x5D: "rh", 0x5F: "y", 0x71: "w"},
}
_NASALS, _VISARGA, _NUKTA, _VIRAMA = (0x01, 0x02), 0x03, 0x3C, 0x4D
_INHERENT = "ə"  # the unwritten vowel after a consonant, until it is kept or dropped
_DOT = "ṃ"  # nasality, until the next consonant tells how it sounds


def romanise(text: str, *, drops_vowels: bool) -> str:
    """The text in plain Latin letters, each word with a capital.

    `drops_vowels` says whether the language leaves unwritten vowels silent where Hindi does: at a
    word's end and in an open syllable between two others. Other letters stay as they are.
    """
    return " ".join(_word(word, drops_vowels).capitalize() for word in text.split())


def _word(word: str, drops_vowels: bool) -> str:
    sounds = _sounds(word)
    if drops_vowels:
        for at in range(len(sounds) - 1, 1, -1):
            if sounds[at] == _INHERENT and _is_silent(sounds, at):
                del sounds[at]
    return "".join(sounds).replace(_INHERENT, "a")


def _is_silent(sounds: list[str], at: int) -> bool:
    """Whether the unwritten vowel stands in vowel, consonant, here, (end | consonant, vowel)."""
    if not (_is_vowel(sounds[at - 2]) and not _is_vowel(sounds[at - 1])):
        return False
    after = sounds[at + 1 : at + 3]
    return not after or (len(after) == 2 and not _is_vowel(after[0]) and _is_vowel(after[1]))


def _is_vowel(sound: str) -> bool:
    return sound[0] in "aeiou" + _INHERENT


def _sounds(word: str) -> list[str]:
    """The word as single consonants and vowels; nasality joins the consonant after it."""
    sounds: list[str] = []
    for letter in word:
        place = (ord(letter) - _FIRST) % _BLOCK if _FIRST <= ord(letter) <= _LAST else None
        if place in _CONSONANT_AT:
            consonant = _CONSONANT_AT[place]
            if sounds and sounds[-1] == _DOT:
                sounds.pop()
                consonant = _nasal(consonant)
            sounds += [consonant, _INHERENT]
        elif place in _VOWEL_AT:
            sounds.append(_VOWEL_AT[place])
        elif place in _SIGN_AT or place == _VIRAMA:
            if sounds and sounds[-1] == _INHERENT:
                sounds.pop()
            sounds += [_SIGN_AT[place]] if place in _SIGN_AT else []
        elif place in _NASALS:
            sounds.append(_DOT)
        elif place == _VISARGA:
            sounds.append("h")
        elif place != _NUKTA:
            sounds.append(letter)
    return ["n" if sound == _DOT else sound for sound in sounds]


def _nasal(consonant: str) -> str:
    """A consonant after the dot of nasality."""
    if consonant == "h":
        return "ngh"
    return ("m" if consonant[0] in "pbm" else "n") + consonant
