"""Predicting photographs of one's own, whose places are known, to score them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.cluster.load import loader
from geoloc_core.cluster.spread import Spread, chunks_of, gathered, here
from geoloc_core.data.own_photos import OwnPhotosError, listed_photos, place_of
from geoloc_core.data.photo_stream import read_ahead
from geoloc_core.evaluation.predictions import (
    COLUMNS,
    PHOTOGRAPHS,
    Predictions,
    in_half_precision,
    together,
)
from geoloc_core.geography.grid import Grid
from geoloc_core.images.credit_line import Mask
from geoloc_core.images.photo import Photo, PhotoError
from geoloc_core.models.checkpoint import PROMISE, Checkpoint
from geoloc_core.models.ood import novelty_score
from geoloc_core.models.predictor import Predictor
from geoloc_core.training.batches import manifest_fingerprint

NO_PLACE, OUTSIDE, UNREADABLE = "without a place", "outside the grid", "that cannot be read"
_BATCH = 4  # photographs an engine takes at a time

Row = dict[str, Any]
LeftOut = dict[str, list[str]]
"""The files of photographs that are not scored, by the reason in words."""


def predict_photographs(
    predictor: Predictor,
    data: Path,
    mask: Mask | None,
    *,
    progress: bool = True,
    spread: Spread = here,
) -> tuple[Predictions, LeftOut]:
    """Predict each photograph in the folder `data` that has a place on the model's grid.

    The place is that of the folder's table, else the file's own (see `own_photos.listed_photos`).
    In the frame "panorama" is the place, by which photographs are grouped together, "heading" is
    NaN, "collection" is kept, and "credible_level" is the model's for one view.
    `spread` as in `evaluate`. Raises
    `ManifestError`, in words, also where no photograph can be scored.
    """
    checkpoint = predictor.checkpoint
    left_out: LeftOut = {}
    asked = chunks_of(_on_grid(listed_photos(data), checkpoint.grid, left_out))
    work = partial(_score_some, data.absolute(), mask)
    scored = spread(loader(predictor, spread), work, asked)
    rows, logits, novelty = [], [], []
    for some in gathered(scored, list(map(len, asked)), progress):
        rows += some.rows
        logits.append(some.logits)
        novelty.append(some.novelty)
        for reason, files in some.left_out.items():
            left_out.setdefault(reason, []).extend(files)
    if not rows:
        raise OwnPhotosError(f"No photograph in {data} can be scored. {left_out_words(left_out)}")
    facts = {"heading": np.nan, "credible_level": level_of(checkpoint)}
    frame = pd.DataFrame(rows).assign(**facts)[[*COLUMNS, "collection", "credible_level"]]
    predictions = Predictions(
        frame=frame,
        logits=np.concatenate(logits),
        novelty=np.concatenate(novelty),
        model=Path(predictor.model).stem,
        trained_mask=checkpoint.mask,
        mask=checkpoint.mask if mask is None else mask,
        split=PHOTOGRAPHS,
        views=1,
        temperature=checkpoint.temperature,
        data_fingerprint=photographs_fingerprint(frame),
        grid_fingerprint=checkpoint.grid.fingerprint,
    )
    return in_half_precision(together(predictions, 1)), left_out


class _Scored(NamedTuple):
    """Some photographs: rows (m,) with places, logits (m, n), novelty (m,), and who is left out."""

    rows: list[Row]
    logits: NDArray[np.float32]
    novelty: NDArray[np.float32]
    left_out: LeftOut


def _score_some(
    data: Path, mask: Mask | None, predictor: Predictor, asked: Sequence[Row]
) -> _Scored:
    checkpoint = predictor.checkpoint
    order = iter(asked)
    rows: list[Row] = []
    logits = [np.empty((0, len(checkpoint.grid)), np.float32)]
    novelty = [np.empty(0, np.float32)]
    left_out: LeftOut = {}
    for batch in read_ahead([data / row["file"] for row in asked], _BATCH):
        pixels = []
        for (_, photo), row in zip(batch, order, strict=False):
            located = _located(row, photo, checkpoint.grid)
            if isinstance(photo, Photo) and isinstance(located, dict):
                rows.append(located)
                pixels.append(photo.pixels)
            else:
                left_out.setdefault(str(located), []).append(row["file"])
        if pixels:
            scores = predictor.score_photos(pixels, mask)
            logits.append(scores.logits)
            novelty.append(novelty_score(checkpoint.novelty, scores.pooled))
    return _Scored(rows, np.concatenate(logits), np.concatenate(novelty), left_out)


def photographs_fingerprint(frame: pd.DataFrame) -> str:
    """The sha256 of photographs (m,) with their places, whatever else is known of them."""
    return manifest_fingerprint(frame[["file", "latitude", "longitude"]].sort_values("file"))


def level_of(checkpoint: Checkpoint, views: int = 1) -> float:
    """The share of probability that a model's prediction sets hold; `PROMISE` if uncalibrated."""
    return checkpoint.conformal[views - 1] if checkpoint.conformal else PROMISE


def left_out_words(left_out: LeftOut) -> str:
    """How many photographs are not scored and why, in a sentence that names the first of each."""
    if not left_out:
        return "No photograph is left out."
    reasons = [f"{len(files)} {reason} ({files[0]} first)" for reason, files in left_out.items()]
    return f"Photographs left out: {', '.join(reasons)}."


def _on_grid(listed: pd.DataFrame, grid: Grid, left_out: LeftOut) -> list[Row]:
    """The photographs that a table places on the grid or not at all; the latter's cell is None."""
    told = listed["latitude"].notna() & listed["longitude"].notna()
    cells = np.full(len(listed), -1)
    cells[told] = grid.cells_of(listed.loc[told, ["latitude", "longitude"]].to_numpy())
    outside = told & (cells < 0)
    if outside.any():
        left_out[OUTSIDE] = listed["file"][outside].tolist()
    rows = [
        {str(name): value for name, value in row.items()}
        for row in listed.assign(cell=cells)[~outside].to_dict("records")
    ]
    return [_with_place(row) if row["cell"] >= 0 else row | {"cell": None} for row in rows]


def _located(row: Row, photo: Photo | PhotoError, grid: Grid) -> Row | str:
    """The photograph's row with its place, or why it is left out."""
    if isinstance(photo, PhotoError):
        return UNREADABLE
    if row["cell"] is not None:
        return row
    if photo.gps is None:
        return NO_PLACE
    latitude, longitude = photo.gps
    cell = grid.cell_of(latitude, longitude)
    if cell is None:
        return OUTSIDE
    return _with_place(row | {"latitude": latitude, "longitude": longitude, "cell": cell})


def _with_place(row: Row) -> Row:
    return row | {"panorama": row["place"] or place_of(row["latitude"], row["longitude"])}
