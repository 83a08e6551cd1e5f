"""How much of a network's relevance lies in the credit line, from the map before any scaling."""

from __future__ import annotations

import numpy as np

from geoloc_core.audit.relevance_measures import draw_out, relevance_mass, seen_region
from geoloc_core.audit.suspect import ROW
from geoloc_core.models.predictor import Prediction


def credit_line_share(prediction: Prediction, cell: int) -> float | None:
    """The share of the relevance for `cell` in the first view that lies in its credit line.

    Measured as in the audit, see `relevance_mass`. None where the credit line was cropped before
    the network saw it, or where there is no evidence for the cell.
    """
    heat = draw_out(prediction.evidence[0, cell].astype(np.float64))
    region = seen_region(ROW, prediction.mask)
    return relevance_mass(heat, region) if region.any() and heat.any() else None
