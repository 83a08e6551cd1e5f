"""The point that stands for a prediction: one choice for every page."""

from __future__ import annotations

from pages.common.choices import choose, kept

ESTIMATORS = {"weighted_mean": "Weighted mean", "geometric_median": "Geometric median"}
FIRST = "weighted_mean"


def choose_estimator() -> str:
    """The estimator, kept in the link."""
    return choose(
        "Estimated place",
        ESTIMATORS,
        "point",
        FIRST,
        help="The weighted mean averages all cells by probability, as in the article. The "
        "geometric median is the place of least expected distance.",
    )


def chosen_estimator() -> str:
    """The estimator, for a page that has no choice of it."""
    return kept("point", list(ESTIMATORS), FIRST)
