"""Numbers for people: one way to write a share, a distance and a count."""

from __future__ import annotations


def percent(share: float, *, decimals: int | None = None) -> str:
    """A share in [0, 1]: 43 %, 0.6 %, under 0.1 %; always so many `decimals` where it is told."""
    if decimals is None:
        if share < 0.001:
            return "under 0.1 %"
        decimals = 1 if share < 0.1 else 0
    return f"{100 * share:.{decimals}f} %"


def kilometres(km: float) -> str:
    """A distance to the kilometre: 1,234 km."""
    return f"{km:,.0f} km"


def count(number: float) -> str:
    """A whole number with its thousands apart: 1,234."""
    return f"{number:,.0f}"
