"""The point that stands for a prediction: one choice for every page."""

from __future__ import annotations

import streamlit as st

ESTIMATORS = {"weighted_mean": "Weighted mean", "geometric_median": "Geometric median"}


def choose_estimator() -> str:
    """The estimator, kept in the link."""
    return st.segmented_control(
        "Estimated place",
        list(ESTIMATORS),
        default="weighted_mean",
        format_func=ESTIMATORS.__getitem__,
        required=True,
        key="point",
        bind="query-params",
        help="The weighted mean averages all cells by probability, as in the article. The "
        "geometric median is the place of least expected distance.",
    )


def chosen_estimator() -> str:
    """The estimator, for a page that has no choice of it."""
    point: str = st.session_state.get("point", "weighted_mean")
    return point
