"""The verdict of an audit: what the scan found, and what the other tests say of it.

Only what puts somebody's content into images that say nothing of their home convicts: the scan, and
test 3 where it writes a name. What predictions then follow is caused by that content. All other
tests infer, and each has another explanation: uploaders keep to places and seasons (1, 5), and the
credit line covers a strip of the scene (2, 4, 7). Relevance maps (6) may point to shortcuts that
are none (Adebayo et al., ICLR 2022), and a data set's hygiene (8) says nothing of the network:
neither takes part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geoloc_core.audit.findings import Finding
from geoloc_core.audit.scan.verdict import Inconclusive, Kind, Leak, NoLeakFound, Suspicious, listed
from geoloc_core.audit.scan.verdict import Verdict as Scanned
from geoloc_core.errors import UserError

NAMES = 3
SIGNS = (1, 2, 4, 5, 7)

RULE = (
    "Leak: a part or a property of donors\u2019 images, put into others, takes predictions to the "
    "donors\u2019 homes (the scan), or a name written into them does (test 3). Donors took their "
    "images away from home, so nothing but what was put in can cause that. Suspicious: only "
    "indirect signs are positive: whole images of travellers predicted at their homes, or one of "
    "the tests 1, 2, 4, 5 and 7, each of which has other explanations. Inconclusive: there are too "
    "few images, or the network knows too little, to tell. Otherwise no leak was found within what "
    "was tested. A test is positive if the 95 % interval of (measured - control) lies entirely "
    "above its threshold. Relevance maps (6) and the hygiene of the data set (8) are not counted."
)


class AuditError(UserError):
    """An audit that cannot be done; the message is the sentence to show."""


@dataclass(frozen=True)
class Verdict:
    """The verdict: `counted` of the `of` tests that could be done are positive.

    kind, status: which of four and the exit status that says so; words: a few plain sentences;
    ranking: the keys of the findings with a threshold, the strongest first.
    """

    kind: Kind
    status: int
    words: str
    counted: int
    of: int
    ranking: list[str]


def verdict(findings: Sequence[Finding], scanned: Scanned) -> Verdict:
    """Judge by `RULE`. A test of several findings is positive if any of them is."""
    heard = [f for f in findings if f.leaks is not None and f.number in (NAMES, *SIGNS)]
    ranked = sorted(heard, key=strength, reverse=True)
    positive = {f.number for f in heard if f.leaks}
    kind, status, words = _judged(scanned, [f for f in ranked if f.leaks])
    of = len({f.number for f in heard})
    are = "is" if len(positive) == 1 else "are"
    also = f" {len(positive)} of {of} other tests {are} positive." if of else ""
    return Verdict(
        kind=kind,
        status=status,
        words=words + (also if kind != "inconclusive" else ""),
        counted=len(positive),
        of=of,
        ranking=[finding.test for finding in ranked],
    )


def strength(finding: Finding) -> float:
    """How many times its threshold a finding surely exceeds its control: above 1 it is positive.

    The low end of the interval of value minus control, over the threshold.
    """
    low = float(finding.details["excess"][1])
    return low / finding.threshold if finding.threshold else low


def _judged(scanned: Scanned, positive: Sequence[Finding]) -> tuple[Kind, int, str]:
    """Kind, exit status and words; `positive` findings come strongest first."""
    if isinstance(scanned, Leak):
        return scanned.kind, scanned.status, scanned.words
    by_name = next((finding for finding in positive if finding.number == NAMES), None)
    if by_name is not None:
        words = f"Leak detected. The network recognises uploaders by their names. {by_name.words}"
        return Leak.kind, Leak.status, words
    if isinstance(scanned, Suspicious) or not positive:
        return scanned.kind, scanned.status, scanned.words
    sign = positive[0]
    tested = f" Tested: {listed(scanned.tested)}." if isinstance(scanned, NoLeakFound) else ""
    why = f" {scanned.why}" if isinstance(scanned, Inconclusive) else ""
    words = (
        f"Suspicious. {sign.words} This has other explanations than a leak, and no part or "
        f"property was found that it comes from.{tested}{why}"
    )
    return Suspicious.kind, Suspicious.status, words
