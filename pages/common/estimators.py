"""The point that stands for a prediction: one choice for every page."""

from __future__ import annotations

from geoloc_core.geography.estimators import ESTIMATORS
from pages.common.choices import choose, kept

FIRST = next(iter(ESTIMATORS))


def choose_estimator() -> str:
    """The estimator, kept in the link."""
    return choose(
        "Estimated place",
        {name: one.title for name, one in ESTIMATORS.items()},
        "point",
        FIRST,
        help=" ".join(f"The {one.title.lower()} {one.meaning}." for one in ESTIMATORS.values()),
    )


def chosen_estimator() -> str:
    """The estimator, for a page that has no choice of it."""
    return kept("point", list(ESTIMATORS), FIRST)
