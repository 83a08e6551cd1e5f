"""Where in a picture a network's relevance lies, in shares, from the map before any scaling."""

from __future__ import annotations

import numpy as np

from geoloc_core.display.heatmap import spread
from geoloc_core.model.predictor import Prediction
from geoloc_core.photos.attribution import row_height

_ROWS = 256
_BANDS = ("Sky: upper third", "Middle third", "Ground: lower third")


def row_shares(prediction: Prediction, cell: int) -> dict[str, float]:
    """The share of the relevance in the name row beside the row's share of the area.

    Relevance mass accuracy (Arras et al., 2022) of the first view's evidence for `cell`. Nothing
    where the network has not seen the row, or where nothing speaks for the cell.
    """
    heat = spread(prediction.evidence[0, cell], _ROWS, _ROWS, prediction.mask)
    rows = row_height(_ROWS)
    if prediction.mask == "crop" or not heat.any():
        return {}
    return {
        "Share of the heat in the name row": float(heat[-rows:].sum() / heat.sum()),
        "Share of the picture that is the name row": rows / _ROWS,
    }


def band_shares(prediction: Prediction, cell: int) -> dict[str, float]:
    """The shares of the relevance in three bands of equal height of what the network saw."""
    heat = spread(prediction.evidence[0, cell], _ROWS, _ROWS, "none")
    if not heat.any():
        return {}
    bands = np.array_split(heat, len(_BANDS))
    return {name: float(band.sum() / heat.sum()) for name, band in zip(_BANDS, bands, strict=True)}
