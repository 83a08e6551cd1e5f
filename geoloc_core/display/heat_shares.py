"""Where in a picture a network's relevance lies, in shares, from the map before any scaling."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from geoloc_core.model.predictor import Prediction
from geoloc_core.photos.attribution import row_box

_SIDE = 256  # pixels of the square that maps are drawn over
ROW_SHARE = "Share of the heat in the credit line"
_BANDS = ("Sky: upper third", "Middle third", "Ground: lower third")


def row_shares(prediction: Prediction, cell: int) -> dict[str, float]:
    """The share of the relevance in the name row beside the row's share of the area.

    Relevance mass accuracy (Arras et al., 2022) of the first view's evidence for `cell`, drawn over
    the picture as the audit does. Nothing where the row was cut off before the network saw it, or
    where nothing speaks for the cell.
    """
    heat = _drawn(prediction, cell)
    if prediction.mask == "crop" or not heat.any():
        return {}
    _, top, _, _ = row_box(*heat.shape)
    return {
        ROW_SHARE: float(heat[top:].sum() / heat.sum()),
        "Share of the photo that is the credit line": 1 - top / len(heat),
    }


def band_shares(prediction: Prediction, cell: int) -> dict[str, float]:
    """The shares of the relevance in three bands of equal height of what the network saw."""
    heat = _drawn(prediction, cell)
    if not heat.any():
        return {}
    bands = np.array_split(heat, len(_BANDS))
    return {name: float(band.sum() / heat.sum()) for name, band in zip(_BANDS, bands, strict=True)}


def _drawn(prediction: Prediction, cell: int) -> NDArray[np.float64]:
    evidence = prediction.evidence[0, cell].astype(np.float64)
    return np.asarray(cv2.resize(evidence, (_SIDE, _SIDE), interpolation=cv2.INTER_LINEAR))
