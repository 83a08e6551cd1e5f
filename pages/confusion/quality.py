"""How good the predictions are beyond right and wrong: calibration, km, plausible mistakes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from geoloc_core.catalogue import title
from geoloc_core.display.charts.curves import error_chart, reliability_chart, withholding_chart
from geoloc_core.display.formats import percent
from geoloc_core.evaluation.committed import error_curves, withholding_curves
from geoloc_core.evaluation.mistakes import forgivable_mistakes
from geoloc_core.evaluation.predictions import Predictions
from geoloc_core.evaluation.reliability import reliability_bins
from geoloc_core.evaluation.scores import weights_of
from geoloc_core.geography.grid import Grid
from geoloc_core.images.credit_line import IN_WORDS

Results = dict[str, tuple[Predictions, dict[str, Any]]]

BASELINES = {
    "uniform": "Baseline: uniform guess",
    "training_prior": "Baseline: most frequent cells in training",
    "mean_colour": "Baseline: nearest neighbours in mean colour",
    "uploader": "Baseline: uploader look-up",
}
CROSSVAL = {
    "top_1": "Top-1: the true cell is the most likely one",
    "top_5": "Top-5: it is among the five most likely",
    "within_one_neighbour": "The predicted cell is the true one or adjacent",
    "credible_coverage": "The 90 % prediction set holds the true cell",
}


def show_reliability(predictions: Predictions, grid: Grid) -> None:
    """How sure the network is, against how often it is right."""
    st.header("Calibration")
    uncalibrated = replace(predictions, temperature=1.0)
    weights = weights_of(predictions, grid)
    st.altair_chart(
        reliability_chart(
            {
                stage: reliability_bins(each.probabilities, each.cells, weights)
                for stage, each in {
                    "After calibration": predictions,
                    "Before calibration": uncalibrated,
                }.items()
            }
        ),
        alt="Reliability diagram: accuracy against confidence",
    )
    st.caption(
        "Each point is a group of photos with similar confidence; larger points hold more photos. "
        "On the diagonal, confidence equals accuracy. Above it the network is underconfident, "
        "below it overconfident."
    )


def show_errors(results: Results) -> None:
    """How far off, all networks and the baselines in one chart."""
    st.header("Distance error")
    networks, baselines = error_curves(by_title(results))
    st.altair_chart(
        error_chart(networks, {BASELINES[name]: curve for name, curve in baselines.items()}),
        alt="Share of photos within a distance, by network and baseline",
    )
    st.caption(
        "From the probability-weighted mean of the cells to the true place, for the same photos. "
        "The vertical lines mark 25, 200, 750 and 2,500 km."
    )


def show_withholding(results: Results) -> None:
    """How often the networks are right if they predict only where they are sure."""
    st.header("Accuracy against coverage")
    st.altair_chart(
        withholding_chart(withholding_curves(by_title(results))),
        alt="Accuracy against the share of photos that a network predicts, by network",
    )
    st.caption(
        "Coverage is the share of photos that get a prediction; those with the lowest confidence "
        "are left out first. A line that falls to the right means that confidence is informative."
    )


def by_title(results: Results) -> dict[str, dict[str, Any]]:
    """The scores by what the charts call the network."""
    return {
        f"{title(predictions.model)}, {IN_WORDS[predictions.mask]}": scores
        for predictions, scores in results.values()
    }


def show_forgivable(matrix: NDArray[np.int64], grid: Grid) -> None:
    """How many mistakes are near misses."""
    forgivable = forgivable_mistakes(matrix, grid)
    either = forgivable[forgivable["reason"] == "either"].iloc[0]
    st.header("Plausible mistakes")
    if not np.isfinite(either["share"]):
        st.markdown("There are no mistakes.")
        return
    st.markdown(
        f"**{percent(float(either['share']))}** of the wrong predictions are in a cell that is "
        "adjacent to the true one or has the same Köppen–Geiger climate. Expected by chance: "
        f"{percent(float(either['by_chance']))}."
    )
    st.dataframe(
        forgivable.round(2),
        hide_index=True,
        column_config={
            "reason": "Predicted cell",
            "images": st.column_config.NumberColumn("Photos", width=80),
            "share": st.column_config.NumberColumn("Share", format="percent", width=80),
            "by_chance": st.column_config.NumberColumn("By chance", format="percent", width=90),
        },
    )
    st.caption(
        "Share: of all wrong predictions. By chance: if the same predicted cells were dealt to the "
        "photos at random."
    )


def show_crossval(result: dict[str, Any]) -> None:
    """How much the scores depend on which photos are held out."""
    apart = {"both": "panorama and no uploader"}.get(result["group"], result["group"])
    shown = result["pictures_seen_a_fold"]
    st.header("Cross-validation")
    st.markdown(
        f"How much do the scores depend on the split? {result['folds']} networks were trained with "
        f"the name {'cropped' if result['mask'] == 'crop' else 'visible'}, each on {shown:,} "
        f"images (repeats counted). No {apart} is in two folds, and each photo is predicted by the "
        "network that was not trained on its fold. These networks had a smaller training budget "
        "than the two above, so compare the folds with each other."
    )
    scores = {words: result["scores"][name] for name, words in CROSSVAL.items()}
    tenths = partial(percent, decimals=1)
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
            "score": "Share of photos",
            "all": "All folds (95 % interval)",
            "folds": "Mean ± SD of folds",
            "each": st.column_config.BarChartColumn("Fold by fold", y_min=0, y_max=1),
        },
    )
