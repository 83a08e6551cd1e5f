"""Predictions of one's own data from a file that somebody uploads: hostile until checked."""

from __future__ import annotations

import io

import numpy as np
import pyarrow
import pyarrow.parquet

from geoloc_core.catalogue import SHIPPED
from geoloc_core.evaluation.predictions import (
    PHOTOGRAPHS,
    Predictions,
    PredictionsError,
    predictions_in,
)
from geoloc_core.geography.grid import Grid, article_grid
from geoloc_core.images.credit_line import MASKS
from geoloc_core.models.model_grid import model_grid

_TEXTS = ("panorama", "file", "uploader")
MOST_PHOTOGRAPHS = 100_000
MOST_BYTES = 200 * 2**20  # unpacked
SPLITS = (PHOTOGRAPHS, "test")
NOT_OURS = "The file is no evaluation: it must be the STEM.parquet of `pata evaluate --out STEM`."


def opened_predictions(content: bytes) -> tuple[Predictions, Grid]:
    """The predictions in a Parquet file that `pata evaluate --out` wrote, and their grid.

    Its size is looked at before it is unpacked, and every value is checked. Raises
    `PredictionsError`, in words.
    """
    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(content))
        groups = range(file.metadata.num_row_groups)
        unpacked = sum(file.metadata.row_group(group).total_byte_size for group in groups)
    except (OSError, pyarrow.ArrowException) as error:
        raise PredictionsError(NOT_OURS) from error
    if unpacked > MOST_BYTES or file.metadata.num_rows > MOST_PHOTOGRAPHS:
        raise PredictionsError(
            f"The evaluation is larger than {MOST_PHOTOGRAPHS:,} photographs or "
            f"{MOST_BYTES >> 20} MB."
        )
    try:
        predictions = predictions_in(file.read())
        sound = _is_sound(predictions)
    except (KeyError, ValueError, TypeError, AttributeError, pyarrow.ArrowException) as error:
        raise PredictionsError(NOT_OURS) from error
    if not sound:
        raise PredictionsError(NOT_OURS)
    known = predictions.model in SHIPPED  # any other name could be a path
    grid = model_grid(predictions.model) if known else article_grid()
    if grid.fingerprint != predictions.grid_fingerprint:
        raise PredictionsError("The evaluation is over cells other than those of the article.")
    return predictions, grid


def _is_sound(predictions: Predictions) -> bool:
    """Whether the predictions are such as `evaluate` makes."""
    frame, logits = predictions.frame, predictions.logits
    cells = frame["cell"].to_numpy()
    degrees = frame[["latitude", "longitude"]].to_numpy(np.float64)
    level = frame["credible_level"].to_numpy(np.float64)
    return bool(
        predictions.split in SPLITS
        and len(frame) > 0
        and {predictions.mask, predictions.trained_mask} <= set(MASKS)
        and isinstance(predictions.model, str)
        and isinstance(predictions.temperature, float)
        and 0 < predictions.temperature < np.inf
        and logits.shape[1] == len(article_grid())
        and np.isfinite(logits).all()
        and cells.dtype.kind == "i"
        and ((cells >= 0) & (cells < logits.shape[1])).all()
        and (np.abs(degrees) <= (90, 180)).all()
        and ((level > 0) & (level <= 1)).all()
        and all(isinstance(text, str) for name in _TEXTS for text in frame[name])
    )
