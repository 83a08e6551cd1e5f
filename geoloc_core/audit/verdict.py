"""The verdict: leak or no leak, from the findings that have a threshold.

Tests 2, 3 and 4 change the suspect region and nothing else, so what changes was caused by
it: one of them is enough. Tests 1, 5 and 7 infer, and each has another explanation: uploaders keep
to places and seasons (1, 5), and the region is also a strip of the scene (7). So two must agree.
Relevance maps (6) may point to shortcuts that are none (Adebayo et al., ICLR 2022), and a data
set's hygiene (8) says nothing of the network: neither takes part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geoloc_core.audit.findings import Finding
from geoloc_core.errors import UserError

DIRECT = (2, 3, 4)
INDIRECT = (1, 5, 7)

RULE = (
    "A leak is detected if at least one of the tests that change the suspect region itself (2, 3, "
    "4) is positive, because what changes then is caused by the region; or if at least two of the "
    "indirect tests (1, 5, 7) are positive, because each of these alone has other explanations. A "
    "test is positive if the 95 % interval of (measured - control) lies entirely above its "
    "threshold. Relevance maps (6) and the hygiene of the data set (8) are not counted."
)


class AuditError(UserError):
    """An audit that cannot be done; the message is the sentence to show."""


@dataclass(frozen=True)
class Verdict:
    """Whether a leak was detected: `counted` of the `of` tests that could be done are positive.

    words: one or two plain sentences; ranking: the keys of the findings with a threshold, the
    strongest first.
    """

    leak: bool
    counted: int
    of: int
    words: str
    ranking: list[str]


def verdict(findings: Sequence[Finding]) -> Verdict:
    """Judge by `RULE`. A test of several findings is positive if any of them is.

    Raises AuditError if no direct test could be done: a negative verdict would mean nothing.
    """
    heard = [f for f in findings if f.leaks is not None and f.number in (*DIRECT, *INDIRECT)]
    tests = {f.number for f in heard}
    if tests.isdisjoint(DIRECT):
        raise AuditError(
            "None of the tests that change the suspect region could be done on these images, so "
            "there is no verdict."
        )
    positive = {f.number for f in heard if f.leaks}
    leak = not positive.isdisjoint(DIRECT) or len(positive) >= 2
    ranked = sorted(heard, key=strength, reverse=True)
    return Verdict(
        leak=leak,
        counted=len(positive),
        of=len(tests),
        words=_words(leak, len(positive), len(tests), ranked),
        ranking=[finding.test for finding in ranked],
    )


def strength(finding: Finding) -> float:
    """How many times its threshold a finding surely exceeds its control: above 1 it is positive.

    The low end of the interval of value minus control, over the threshold.
    """
    low = float(finding.details["excess"][1])
    return low / finding.threshold if finding.threshold else low


def _words(leak: bool, positive: int, tests: int, ranked: Sequence[Finding]) -> str:
    if not positive:
        return (
            f"No leak detected. None of the {tests} tests that could be done is positive: nothing "
            "shows that the network uses the suspect region or the uploader."
        )
    strongest = next(finding for finding in ranked if finding.leaks)
    counted = f"{positive} of {tests} tests {'is' if positive == 1 else 'are'} positive"
    if not leak:
        return (
            f"No leak detected. {counted} ({strongest.title}), but it has other explanations and "
            "no other test agrees."
        )
    return f"Leak detected. {counted}. The strongest: {strongest.title}. {strongest.words}"
