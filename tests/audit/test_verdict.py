"""The verdict from a scan's and from findings that are known."""

from __future__ import annotations

import pytest

from geoloc_core.audit.findings import Finding, unmeasured
from geoloc_core.audit.scan.verdict import Effect, Inconclusive, Leak, NoLeakFound, Suspicious
from geoloc_core.audit.verdict import verdict

EFFECT = Effect("row band 4 of 4", (0, 0.75, 1, 1), False, (0.5, 0.4, 0.6), (3.0, 2.0, 4.0), 0.001)
NOTHING = NoLeakFound(0.08, ("row band 1 of 2", "row band 2 of 2"))
LEAK = Leak(EFFECT, 0.01, 7, 9, ())
WHY = Inconclusive("Too few images.")


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


def heard(*positive: int) -> list[Finding]:
    return [
        finding(number, leaks=number in positive, low=0.1 if number in positive else 0.0)
        for number in (1, 2, 3, 4, 5, 7)
    ]


@pytest.mark.parametrize(
    ("scanned", "positive", "kind", "status"),
    [
        (NOTHING, (), "none", 0),
        (LEAK, (), "leak", 3),
        (NOTHING, (3,), "leak", 3),
        (WHY, (3,), "leak", 3),
        *((NOTHING, (number,), "suspicious", 4) for number in (1, 2, 4, 5, 7)),
        (NOTHING, (1, 2, 4, 5, 7), "suspicious", 4),
        (Suspicious(EFFECT, ("palette",)), (), "suspicious", 4),
        (WHY, (), "inconclusive", 5),
        (WHY, (5,), "suspicious", 4),
    ],
)
def test_only_what_is_put_in_convicts(scanned, positive, kind, status) -> None:
    judged = verdict(heard(*positive), scanned)
    assert (judged.kind, judged.status) == (kind, status)
    assert (judged.counted, judged.of) == (len(positive), 6)
    begins = {
        "none": "No leak found within what was tested. Tested: 2 row bands. A part that takes ",
        "leak": "Leak detected. The network recognises uploaders by ",
        "suspicious": "Suspicious. ",
        "inconclusive": "Inconclusive. Too few images.",
    }[kind]
    assert judged.words.startswith(begins)


def test_an_indirect_sign_is_never_called_an_acquittal() -> None:
    judged = verdict(heard(5), NOTHING)
    assert "Words 5. This has other explanations than a leak" in judged.words
    assert "Tested: 2 row bands." in judged.words
    assert "1 of 6 other tests is positive" in judged.words


def test_heat_maps_and_hygiene_take_no_part() -> None:
    more = [finding(6, leaks=True, low=1.0), finding(8, leaks=True, low=1.0)]
    judged = verdict([*heard(), *more], NOTHING)
    assert (judged.kind, judged.counted) == ("none", 0)
    assert judged.ranking == [f"test {number}" for number in (1, 2, 3, 4, 5, 7)]


def test_several_findings_of_one_test_count_once() -> None:
    findings = [*heard(), finding(7, leaks=True, low=0.2), finding(7, leaks=True, low=0.3)]
    assert verdict(findings, NOTHING).counted == 1


def test_the_strongest_sign_comes_first_and_is_named() -> None:
    judged = verdict([finding(2, leaks=True, low=0.1), finding(5, leaks=True, low=0.4)], NOTHING)
    assert judged.ranking == ["test 5", "test 2"]
    assert judged.words.startswith("Suspicious. Words 5.")


def test_what_could_not_be_measured_is_not_counted() -> None:
    nothing = unmeasured("groupings", 1, "Title", "points", "Too few uploaders.")
    assert verdict([nothing, *heard()[1:]], NOTHING).of == 5
