"""How much of a network's relevance lies in the credit line, from the map before any scaling."""

from __future__ import annotations

import cv2
import numpy as np

from geoloc_core.images.credit_line import row_box
from geoloc_core.models.predictor import Prediction

_SIDE = 256  # pixels of the square that maps are drawn over


def credit_line_share(prediction: Prediction, cell: int) -> float | None:
    """The share of the relevance for `cell` in the first view that lies in its credit line.

    Relevance mass accuracy (Arras et al., 2022) of the map drawn over the image, as in the audit.
    None where the credit line was cropped before the network saw it, or where there is no evidence
    for the cell.
    """
    evidence = prediction.evidence[0, cell].astype(np.float64)
    heat = np.asarray(cv2.resize(evidence, (_SIDE, _SIDE), interpolation=cv2.INTER_LINEAR))
    if prediction.mask == "crop" or not heat.any():
        return None
    _, top, _, _ = row_box(*heat.shape)
    return float(heat[top:].sum() / heat.sum())
