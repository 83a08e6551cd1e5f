"""The verdict from findings that are known."""

from __future__ import annotations

import pytest

from geoloc_core.audit.findings import Finding, unmeasured
from geoloc_core.audit.verdict import AuditError, verdict


def finding(number: int, *, leaks: bool | None, low: float = 0.0, test: str = "") -> Finding:
    return Finding(
        test=test or f"test {number}",
        number=number,
        title=f"Title {number}",
        value=low + 0.1,
        low=low,
        high=low + 0.2,
        control=None,
        control_low=None,
        control_high=None,
        threshold=0.05,
        leaks=leaks,
        unit="points",
        words=f"Words {number}.",
        details={"excess": [low + 0.1, low, low + 0.2]},
    )


def heard(*convicting: int) -> list[Finding]:
    return [
        finding(number, leaks=number in convicting, low=0.1 if number in convicting else 0.0)
        for number in (1, 2, 3, 4, 5, 7)
    ]


@pytest.mark.parametrize(
    ("convicting", "leak"),
    [
        ((), False),
        ((2,), True),
        ((3,), True),
        ((4,), True),
        ((1,), False),
        ((5,), False),
        ((7,), False),
        ((1, 5), True),
        ((5, 7), True),
        ((1, 2, 3, 4, 5, 7), True),
    ],
)
def test_one_direct_test_or_two_others_are_a_leak(convicting: tuple[int, ...], leak: bool) -> None:
    judged = verdict(heard(*convicting))
    assert (judged.leak, judged.counted, judged.of) == (leak, len(convicting), 6)
    assert judged.words.startswith("Leak detected." if leak else "No leak detected.")


def test_heat_maps_and_hygiene_take_no_part() -> None:
    judged = verdict([*heard(), finding(6, leaks=True, low=1.0), finding(8, leaks=True, low=1.0)])
    assert not judged.leak
    assert judged.counted == 0
    assert judged.ranking == [f"test {number}" for number in (1, 2, 3, 4, 5, 7)]


def test_several_findings_of_one_test_count_once() -> None:
    findings = [*heard(), finding(7, leaks=True, low=0.2), finding(7, leaks=True, low=0.3)]
    assert (verdict(findings).counted, verdict(findings).leak) == (1, False)


def test_the_strongest_comes_first_and_is_named() -> None:
    findings = [finding(2, leaks=True, low=0.1), finding(3, leaks=True, low=0.4)]
    judged = verdict(findings)
    assert judged.ranking == ["test 3", "test 2"]
    assert "2 of 2 tests are positive" in judged.words
    assert "Title 3. Words 3." in judged.words


def test_what_could_not_be_measured_is_not_counted() -> None:
    nothing = unmeasured("groupings", 1, "Title", "points", "Too few uploaders.")
    assert verdict([nothing, *heard()[1:]]).of == 5


def test_without_a_direct_test_there_is_no_verdict() -> None:
    with pytest.raises(AuditError, match="no verdict"):
        verdict([finding(1, leaks=False), finding(7, leaks=False)])
