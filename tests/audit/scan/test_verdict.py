"""The scan's verdicts: their words and numbers, to JSON and back."""

from __future__ import annotations

import json

import pytest

from geoloc_core.audit.scan.verdict import (
    Effect,
    Inconclusive,
    Leak,
    NoLeakFound,
    Suspicious,
    as_json,
    listed,
    of_json,
)


def effect(low: float = 0.4) -> Effect:
    return Effect("palette", None, False, (0.5, low, 0.6), (3.0, 2.0, 4.0), 0.001)


VERDICTS = [
    Leak(effect(), 0.01, 7, 9, ("row band 1 of 4",)),
    Suspicious(effect(), ("palette",)),
    NoLeakFound(0.081, ("palette",)),
    Inconclusive("Too few."),
]


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict.kind)
def test_json_gives_the_same_verdict_back(verdict) -> None:
    told = json.loads(json.dumps(as_json(verdict)))
    assert of_json(told) == verdict
    assert told["words"] == verdict.words


def test_each_kind_has_an_exit_status_of_its_own() -> None:
    assert [verdict.status for verdict in VERDICTS] == [3, 4, 0, 5]


def test_above_zero_and_above_five_points_are_two_statements() -> None:
    much, little = Leak(effect(), 0.01, 7, 9, ()), Leak(effect(0.03), 0.2, 7, 9, ())
    assert "surely more than 5 %" in much.words
    assert "not surely more than 5 %" in little.words
    for leak in (much, little):
        assert "That this is above zero is sure (p = 0.001 over all probes)." in leak.words
    assert "do not by themselves (p = 0.2)" in little.words
    assert "by themselves" not in much.words


def test_what_was_tested_and_could_have_been_missed_is_said() -> None:
    words = VERDICTS[2].words
    assert "what was tested. Tested: palette." in words
    assert "8.1 % of the predictions" in words
    assert "a power of 80 %" in words


def test_bands_are_listed_together() -> None:
    names = [f"column band {n} of 4" for n in range(1, 5)]
    assert listed([*names, "palette"]) == "4 column bands, palette"
