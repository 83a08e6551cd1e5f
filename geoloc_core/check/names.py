"""Names of uploaders: one person under several spellings, and cells that belong to one person."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict

import pandas as pd

from geoloc_core.data.filling import Fault, fault
from geoloc_core.data.table import shown

SPELLING = "names in several spellings"
_LEAST_LETTERS = 4  # of a word that may be misspelled; shorter ones differ as initials do


def spellings(frame: pd.DataFrame) -> list[Fault]:
    """Images whose uploader is spelled otherwise elsewhere, but for case, spaces and accents."""
    usual = usual_spellings(frame["uploader"])
    return fault(
        SPELLING,
        usual != frame["uploader"],
        lambda row: (
            f"'{shown(frame['uploader'][row])}' is '{shown(usual[row])}' more often "
            f"({shown(frame['file'][row])})"
        ),
    )


def usual_spellings(names: pd.Series[str]) -> pd.Series[str]:
    """Each name in its most frequent spelling, the first in order of letters where that is even."""
    counts = Counter(names)
    usual: dict[str, str] = {}
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        usual.setdefault(plain(name), name)
    return names.map(lambda name: usual[plain(name)] if plain(name) else name)


def plain(name: str) -> str:
    """A name without case, accents and needless spaces.

    >>> plain("  José  RAO ")
    'jose rao'
    """
    letters = unicodedata.normalize("NFKD", name)
    bare = "".join(letter for letter in letters if not _is_accent(letter))
    return " ".join(bare.casefold().split())


def one_letter_apart(names: pd.Series[str]) -> list[tuple[str, str]]:
    """Pairs of names of which one word differs by a letter left out, put in or changed."""
    spelled = {plain(name): name for name in sorted(set(names)) if plain(name)}
    alike: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for name in spelled:
        words = name.split()
        for k, word in enumerate(words):
            if len(word) >= _LEAST_LETTERS and word.isalpha():
                for cut in {word[:at] + "\0" + word[at + 1 :] for at in range(len(word))}:
                    alike[(*words[:k], cut, *words[k + 1 :])].add(name)  # one changed
                for at in range(len(word)):
                    alike[(*words[:k], word[:at] + word[at + 1 :], *words[k + 1 :])].add(name)
                alike[tuple(words)].add(name)
    # two names that both lost a letter are two changes apart: one of them must be whole
    pairs = {
        tuple(sorted((one, other)))
        for key, those in alike.items()
        if len(those) > 1
        for one in those
        for other in those
        if one < other
        and ("\0" in "".join(key) or tuple(one.split()) == key or tuple(other.split()) == key)
    }
    return sorted((spelled[one], spelled[other]) for one, other in pairs)


def _is_accent(letter: str) -> bool:
    """Whether it is a mark over a Latin letter; the vowels of Indian scripts are marks, too."""
    return "\u0300" <= letter <= "\u036f"
