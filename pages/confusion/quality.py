"""How good a network's answers are beyond right and wrong: calibration, km, forgivable mistakes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from geoloc_core.display.map_layers import percent
from geoloc_core.display.score_charts import error_chart, reliability_chart, withholding_chart
from geoloc_core.evaluation.committed import error_curves, withholding_curves
from geoloc_core.evaluation.mistakes import forgivable_mistakes
from geoloc_core.evaluation.predictions import Predictions
from geoloc_core.evaluation.reliability import reliability_bins
from geoloc_core.geography.grid import Grid
from pages.common.networks import MODELS, NAME_ROW

Results = dict[str, tuple[Predictions, dict[str, Any]]]

BASELINES = {
    "uniform": "Uniform guess",
    "training_prior": "Training prior",
    "mean_colour": "Mean colour, nearest neighbours",
    "uploader": "Uploader look-up",
}
CROSSVAL = {
    "top_1": "Right cell",
    "top_5": "Right cell among the five likeliest",
    "within_one_neighbour": "Right cell or one that touches it",
    "credible_coverage": "Credible cells hold the right one",
}


def show_reliability(predictions: Predictions) -> None:
    """How sure the network is, against how often it is right."""
    st.subheader("Can its probabilities be believed?")
    uncalibrated = replace(predictions, temperature=1.0)
    st.altair_chart(
        reliability_chart(
            {
                title: reliability_bins(each.probabilities, each.cells)
                for title, each in {"calibrated": predictions, "before": uncalibrated}.items()
            }
        ),
        theme=None,
        alt="Reliability diagram: accuracy against confidence",
    )
    st.caption(
        "Each point is a group of photos of like confidence, larger where it holds more. Above the "
        "diagonal the network is too modest, below it too sure."
    )


def show_errors(results: Results) -> None:
    """How far off, all networks and the baselines in one picture."""
    st.subheader("How far off?")
    networks, baselines = error_curves(by_title(results))
    st.altair_chart(
        error_chart(networks, {BASELINES[name]: curve for name, curve in baselines.items()}),
        theme=None,
        alt="Share of photos within a distance, by network and baseline",
    )
    st.caption("From the weighted mean of the cells to the true place; the same photos for all.")


def show_withholding(results: Results) -> None:
    """How often the networks are right if they may keep silent when in doubt."""
    st.subheader("What if it may keep silent?")
    st.altair_chart(
        withholding_chart(withholding_curves(by_title(results))),
        theme=None,
        alt="Share of right answers against the share of photos answered, by network",
    )
    st.caption(
        "Answers are withheld from the photos that a network is least sure of. A line that falls "
        "to the right says that its doubts are worth something."
    )


def by_title(results: Results) -> dict[str, dict[str, Any]]:
    """The scores by what the charts call the network."""
    return {
        f"{MODELS[predictions.model][0]}, {NAME_ROW[predictions.mask]}": scores
        for predictions, scores in results.values()
    }


def show_forgivable(matrix: NDArray[np.int64], grid: Grid) -> None:
    """How many mistakes are near misses."""
    forgivable = forgivable_mistakes(matrix, grid)
    either = forgivable.set_index("reason").loc["either"]
    st.subheader("Forgivable mistakes")
    if not np.isfinite(either["share"]):
        st.markdown("There is no mistake to forgive.")
        return
    st.markdown(
        f"**{percent(float(either['share']))}** of the mistakes land in a cell that touches the "
        "right one or has the same Köppen–Geiger climate. Were the same answers dealt out without "
        f"looking at the photos, {percent(float(either['by_chance']))} would."
    )
    st.dataframe(
        forgivable.round(2),
        hide_index=True,
        column_config={
            "reason": "Mistaken for",
            "pictures": st.column_config.NumberColumn("Photos"),
            "share": st.column_config.NumberColumn("Of all mistakes", format="percent"),
            "by_chance": st.column_config.NumberColumn("By chance", format="percent"),
        },
    )


def show_crossval(result: dict[str, Any]) -> None:
    """How much the scores depend on which photos are held out."""
    apart = {"both": "panorama and no uploader"}.get(result["group"], result["group"])
    shown = result["pictures_seen_a_fold"]
    st.subheader("Does it depend on the split?")
    st.markdown(
        f"{result['folds']} networks, each trained with the name "
        f"{'cut off' if result['mask'] == 'crop' else 'in sight'}; {shown:,} pictures were shown "
        f"to each. No {apart} is in two folds, and every photo is predicted by the network that "
        "saw nothing of its fold. Compare the folds with one another: the networks above were "
        "trained otherwise."
    )
    scores = {words: result["scores"][name] for name, words in CROSSVAL.items()}
    st.dataframe(
        pd.DataFrame(
            {
                "score": list(scores),
                "all": [
                    f"{tenths(of['value'])} ({tenths(of['low'])} to {tenths(of['high'])})"
                    for of in scores.values()
                ],
                "folds": [
                    f"{tenths(of['mean'])} ± {100 * of['std']:.1f} points" for of in scores.values()
                ],
                "each": [of["folds"] for of in scores.values()],
            }
        ),
        hide_index=True,
        column_config={
            "score": "Share of the photos",
            "all": "All folds, 95 % interval",
            "folds": "Folds: mean ± standard deviation",
            "each": st.column_config.BarChartColumn("Fold by fold", y_min=0, y_max=1),
        },
    )


def tenths(share: float) -> str:
    """A share as a percentage, to the tenth."""
    return f"{100 * share:.1f} %"
