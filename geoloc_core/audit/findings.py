"""A finding: what one test of the audit measured, what it was held against, what follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# One image in twenty: what anyone would notice, about three times chance on 58 cells, and more
# than a thousand images by some hundred uploaders leave to chance.
THRESHOLD = 0.05
OVERLAP = 0.01  # share of near-duplicates beyond chance from which on folds are said to overlap
TELLING = 0.05  # accuracy beyond the most frequent cell's from which on metadata reveal the cell


@dataclass(frozen=True)
class Finding:
    """One test's result.

    test: a key of its own; number: the test's place in the audit, 1 to 8; value: NaN where nothing
    could be measured; low, high: its 95 % interval; control, control_low, control_high: the same
    measured where nothing can leak; threshold: what the low end of value minus control must exceed
    for a leak; leaks: None where the finding illustrates and takes no part in the verdict; unit:
    "share", "points" (a difference of shares, 0.05 for 5 points), "nats", "U" and the like; words:
    one sentence; details: tables for the report, of plain JSON types; "excess" among them is value
    minus control with its interval, [value, low, high].
    """

    test: str
    number: int
    title: str
    value: float
    low: float
    high: float
    control: float | None
    control_low: float | None
    control_high: float | None
    threshold: float | None
    leaks: bool | None
    unit: str
    words: str
    details: dict[str, Any] = field(default_factory=dict)


def unmeasured(test: str, number: int, title: str, unit: str, words: str) -> Finding:
    """Say in `words` why a test could not be done; such a finding takes no part in the verdict."""
    nothing = float("nan")
    return Finding(
        test=test,
        number=number,
        title=title,
        value=nothing,
        low=nothing,
        high=nothing,
        control=None,
        control_low=None,
        control_high=None,
        threshold=None,
        leaks=None,
        unit=unit,
        words=words,
    )
