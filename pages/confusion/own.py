"""Evaluations of one's own on the Confusion page: uploaded, or of the data set in `PATA_DATA`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from geoloc_core.catalogue import title
from geoloc_core.data.own_data import own_evaluations, own_folder
from geoloc_core.display.html.render import render
from geoloc_core.evaluation.opened import opened_predictions
from geoloc_core.evaluation.predictions import PHOTOGRAPHS, Predictions
from geoloc_core.evaluation.scores import score_predictions
from geoloc_core.geography.grid import Grid
from geoloc_core.images.credit_line import IN_WORDS
from geoloc_core.text import plain_markdown
from pages.common.choices import choose_from_list

KEY = "own_evaluation"
SHIPPED_RESULTS = ""  # among the evaluations to choose from
SCORES = {  # by name: its words, and whether it is a share
    "mean_rank": ("Mean rank of the true cell (0 % is best)", True),
    "top_5": ("Top-5: the true cell is among the five most likely", True),
    "nll": ("Log loss", False),
    "top_1": ("The most likely cell is the true one", True),
    "geometric_median_within_750_km": ("Estimate within 750 km", True),
    "region_top_1": ("The most likely region is the true one", True),
    "credible_coverage": ("The prediction set holds the true cell", True),
    "credible_cells": ("Cells in the prediction set", False),
    "surest_quarter_nll": ("Log loss of the surest quarter (by confidence)", False),
    "ece": ("Calibration error (ECE)", True),
}


def uploaded_file() -> UploadedFile | None:
    """The file that the visitor has uploaded."""
    file: UploadedFile | None = st.session_state.get(KEY)
    return file


def ask_for_file() -> None:
    """Where a file is uploaded, or taken away again."""
    with st.popover("Your own photos"):
        st.markdown(
            "`pata evaluate --data FOLDER --model NAME --out STEM` measures a network on your own "
            "photos. Upload STEM.parquet to see the result here. The photos stay with you: the "
            "file holds their names, places and predictions."
        )
        st.file_uploader("STEM.parquet", type="parquet", key=KEY)


def choose_evaluation() -> Path | None:
    """The evaluation of the data set in `PATA_DATA` that is chosen; None for the shipped ones."""
    folder = own_folder()
    found = own_evaluations(folder) if folder else {}
    if not found:
        return None
    chosen = choose_from_list(
        "Evaluation",
        [SHIPPED_RESULTS, *found],
        "evaluation",
        SHIPPED_RESULTS,
        lambda name: plain_markdown(name) or "Networks that ship",
    )
    return found.get(chosen)


def with_folder(predictions: Predictions, folder: Path | None) -> Predictions:
    """Predictions of one's own, with the folder that their photos are shown from, if there is one.

    Only a file in `PATA_DATA` has one: what a visitor uploads may name any file.
    """
    return replace(
        predictions, frame=predictions.frame.assign(folder="" if folder is None else str(folder))
    )


@st.cache_resource(show_spinner=False, max_entries=4)
def open_own(content: bytes) -> tuple[Predictions, Grid]:
    """The predictions in the file and their grid. Raises `PredictionsError`, in words."""
    return opened_predictions(content)


@st.cache_resource(show_spinner="Scoring the predictions …", max_entries=4)
def score_own(content: bytes) -> dict[str, Any]:
    """Scores and curves of the file's predictions and, as "baselines", of a uniform guess."""
    predictions, grid = open_own(content)
    level = predictions.frame["credible_level"].to_numpy(np.float64)
    uniform = replace(predictions, logits=np.zeros_like(predictions.logits))
    return score_predictions(predictions, grid, level) | {
        "baselines": {"uniform": score_predictions(uniform, grid, level)}
    }


def show_own_scores(predictions: Predictions, scores: dict[str, Any]) -> None:
    """Whose predictions these are, how good they are, and what the page cannot show of them."""
    st.html(
        render(
            "pages/own_note.html",
            title=title(predictions.model),
            mask=IN_WORDS[predictions.mask],
            photos=len(predictions.frame),
            places=predictions.frame["panorama"].nunique(),
            balanced=predictions.split == PHOTOGRAPHS,
        )
    )
    chance = scores["baselines"]["uniform"]["scores"]
    known = [name for name in SCORES if name in scores["scores"]]  # a fold has fewer than photos
    st.dataframe(
        pd.DataFrame(
            {
                "score": [SCORES[name][0] for name in known],
                "value": [_with_interval(scores["scores"][name], name) for name in known],
                "chance": [_number(chance[name]["value"], name) for name in known],
            }
        ),
        hide_index=True,
        column_config={
            "score": "Score",
            "value": "Value (95 % interval, by place)",
            "chance": "A uniform guess",
        },
    )
    if "folder" in predictions.frame and predictions.frame["folder"].iloc[0]:
        return
    st.caption(
        "The file holds no images, homes of uploaders or other networks' predictions, so the page "
        "cannot show your photos, who took them near home, or how another network does on them."
    )


def _with_interval(score: dict[str, float], name: str) -> str:
    value, low, high = (_number(score[of], name) for of in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def _number(value: float, name: str) -> str:
    _, is_share = SCORES[name]
    return f"{100 * value:.1f} %" if is_share else f"{value:.2f}"
