"""What signs say for the map: a likelihood of the cells, and a prediction that heard it.

Bayes' rule: probabilities times P(signs | cell). No sign decides alone: a reading may be wrong, and
signs stand far from home.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from geoloc_core.geography.estimators import estimate_points
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.sphere import fewest_cells
from geoloc_core.models.predictor import Prediction
from geoloc_core.signs.place_words import name_density
from geoloc_core.signs.read import Sign
from geoloc_core.signs.scripts import SCRIPTS, told_shares

MOST_NATS = 4.0
"""How far one script may raise a cell above another: ln 55."""

MOST_LATIN_NATS = 0.3
"""... and how far Latin may: English stands on signs everywhere."""

MOST_NAME_NATS = 3.0
"""How far the names of places may: ln 20."""

REPEATED = 1.5
"""How much several signs of one script count, by one: they mostly say the same thing again."""

_TRUST = 0.97  # of a script told with full confidence: some signs stand far from home
_NAME_TRUST = 0.8  # that a name of a place is a place around here


def signs_log_likelihood(signs: Sequence[Sign], grid: Grid) -> NDArray[np.float64]:
    """Ln P(signs | cell) up to a constant, (n,): 0 for the cell that they suit best.

    Signs that a visitor switched off are simply not among `signs`.
    """
    total = np.zeros(len(grid))
    for script in dict.fromkeys(sign.script for sign in signs):
        of_script = [sign.confidence for sign in signs if sign.script == script]
        shares = told_shares(grid)[SCRIPTS.index(script)]
        trust = _TRUST * max(of_script)
        most = MOST_LATIN_NATS if script == "Latin" else MOST_NATS
        said = _bounded(np.log(trust * shares / shares.mean() + 1 - trust), most)
        total += said * (REPEATED if len(of_script) > 1 else 1.0)
    names = {name for sign in signs for name in sign.place_names}
    if names:
        density = name_density(sorted(names, key=lambda name: name.name), grid)
        total += _bounded(np.log(_NAME_TRUST * density + 1 - _NAME_TRUST), MOST_NAME_NATS)
    return np.asarray(total - total.max())


def _bounded(nats: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    return np.asarray(np.maximum(nats - nats.max(), -most))


def with_signs(prediction: Prediction, signs: Sequence[Sign]) -> Prediction:
    """The prediction after hearing the signs; itself where there are none.

    The prediction set keeps its promise: it is the old one and, beside it, the fewest cells that
    now hold as much probability as it held. No set without the old one is known to hold the true
    cell as often, since nothing was calibrated with signs.
    """
    if not signs:
        return prediction
    heard = np.log(np.maximum(prediction.probabilities, 1e-300))
    probabilities = softmax(heard + signs_log_likelihood(signs, prediction.grid))
    old = prediction.fewest_cells
    share = min(1.0, float(prediction.probabilities[list(old)].sum()))
    kept = {*old, *fewest_cells(probabilities, share)}
    return replace(
        prediction,
        probabilities=probabilities,
        points=estimate_points(prediction.grid.centroids, probabilities),
        fewest_cells=tuple(sorted(kept, key=lambda cell: (-probabilities[cell], cell))),
    )
