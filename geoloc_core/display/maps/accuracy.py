"""The confusion matrix on the map: how often each cell is right, and where one cell's photos go."""

from __future__ import annotations

from collections.abc import Sequence

import folium
import numpy as np
from numpy.typing import NDArray

from geoloc_core.display.colours import CHOSEN, NO_PHOTOS, PROBABILITY, WHITE, ramp
from geoloc_core.display.formats import percent
from geoloc_core.display.maps.arrows import arrow
from geoloc_core.display.maps.leaflet import Shapes
from geoloc_core.display.maps.shapes import feature, joined, outline, shaded_cells
from geoloc_core.evaluation.confusion import cell_accuracy
from geoloc_core.geography.grid import Grid

_THINNEST, _THICKEST = 0.15, 1.6  # degrees


def accuracy_layer(
    matrix: NDArray[np.int64], grid: Grid, names: Sequence[str], *, truth: int, answer: int | None
) -> folium.FeatureGroup:
    """Cells shaded by accuracy, and arrows from the cell `truth` to its wrong answers.

    An arrow's width is the answer's share of the row; the one to `answer` stands out.
    """
    layer = folium.FeatureGroup(name="Accuracy", control=False)
    accuracy, totals = cell_accuracy(matrix), matrix.sum(axis=1)
    texts = [
        f"{name}: {percent(share)} of {total} correct" if total else f"{name}: no photos"
        for name, share, total in zip(names, accuracy.tolist(), totals.tolist(), strict=True)
    ]
    shaded_cells(grid, accuracy_colours(accuracy), texts).add_to(layer)
    outline(joined(grid, (truth,)), CHOSEN, weight=3).add_to(layer)
    shares = matrix[truth] / max(totals[truth], 1)
    wrong = [cell for cell in np.argsort(shares, kind="stable") if cell != truth and shares[cell]]
    arrows = [
        feature(
            arrow(
                tuple(grid.centroids[truth]),
                tuple(grid.centroids[cell]),
                _THINNEST + (_THICKEST - _THINNEST) * float(shares[cell]),
            ),
            {"fillOpacity": 0.95 if answer in (None, cell) else 0.5},
            f"{matrix[truth, cell]} of {totals[truth]} predicted as {names[cell]}",
        )
        for cell in wrong  # the thickest lies on top
    ]
    if arrows:
        style = {"color": WHITE, "weight": 1, "opacity": 0.8, "fillColor": CHOSEN}
        Shapes(arrows, spoken=True, style=style).add_to(layer)
    return layer


def accuracy_colours(accuracy: NDArray[np.float64]) -> list[str]:
    """The colour #rrggbb of each accuracy, even from 0 to 1; grey where it is NaN."""
    return [
        NO_PHOTOS if np.isnan(share) else "#" + bytes(ramp(share, PROBABILITY)).hex()
        for share in accuracy
    ]
