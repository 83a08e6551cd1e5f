"""A finding: what one test of the audit measured, what it was held against, what follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One test's result.

    test: a key of its own; number: the test's place in the audit, 1 to 8; low, high: the 95 %
    interval of `value`; control, control_low, control_high: the same measured where nothing can
    leak; threshold: what the low end of value minus control must exceed for a leak; leaks: None
    where the finding illustrates and takes no part in the verdict; unit: "share", "points", "nats",
    "U" and the like; words: one sentence; details: tables for the report, of plain JSON types.
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
