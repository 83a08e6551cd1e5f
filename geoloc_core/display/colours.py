"""Every colour that Python draws with; the pages' own are the variables of assets/style.css.

The two ramps, for probability on the map and for evidence on the photograph, change lightness in
one direction only, so they stay readable without colour vision and in grey print. Probability runs
from paper to ink, evidence from dark violet to pale yellow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoloc_core.catalogue import GEOCLIP, HONEST, READER, SCENE, SHIPPED

if TYPE_CHECKING:
    from geoloc_core.models.predictor import Prediction

PROBABILITY = ("#f6f2e4", "#d3e6d3", "#8fc9c2", "#4aa0b5", "#256f9c", "#1f447c", "#191d4d")
LIGHT = PROBABILITY[:5]  # ink stays readable on all of it
GUESS = ("#f4f3f0", "#d9d8d5", "#bab9b7", "#9a9a9a", "#7b7c7e")
EVIDENCE = ("#2d1160", "#7a1f7d", "#c73e6b", "#f4785a", "#fcb97d", "#fcfdc4")

UNMASKED = "#d98324"
MASKED = "#1a6f8a"
PLAYER = "#7b3fa0"
_NETWORKS = {READER: UNMASKED, HONEST: MASKED, SCENE: "#3f7d3a", GEOCLIP: "#8a3f6a"}
_BY_END = {0.1: PROBABILITY[:3], 0.2: PROBABILITY[:4], 0.5: LIGHT, 1.0: PROBABILITY}
TRUTH = "#14202e"
CHOSEN = "#e8552d"
PREDICTION_SET = "#14202e"

WHITE = "#ffffff"
INK = "#14202e"
SEA = "#dfe8ea"
ABROAD = "#efece4"
LAND = "#fbfaf6"
SHORE = "#8d968f"
CELL_EDGE = "#8d8b78"
BORDER = "#b4b2a3"
STATE = "#8a7a8c"
CITY = "#3d4854"
"""The map's letters, sea, neighbours, India, its outline, the borders of cells (on the map and in
images of it) and of states, the names of cities."""
NO_PHOTOS = "#d9d5ca"
CREDIT_LINE = "#ffd60a"
"""A cell of which nothing is known, the line around a photo's credit line."""

PAPER, PANEL, GREY = "#fbfaf6", "#f0eee6", "#5a6470"
"""The ground of a card, of its foot and bars, and its lesser words."""

FOLDS = {"train": PROBABILITY[4], "validation": "#e8b64a", "test": PROBABILITY[2]}
NETWORK_CURVES = (UNMASKED, "#9c6a3c", "#b5788a", "#2b86a3", "#6f7fc4")
BASELINE_CURVES = ("#85888c", "#a39468", "#6f9a6f", "#b06a6a")
CALIBRATION_CURVES = ("#2b86a3", "#a39468")
CHART_LINE = "#85888c"
CHART_INK = {"light": "#4d5864", "dark": "#b4bcc4"}
GRID = "#8c8878"
FAINT_GRID, DIAGONAL = f"{GRID}38", "#a08c50bf"
ROSE_LETTERS = "#7d858c"
"""Charts, whose colours stand on a light ground and on a dark one."""


def network_colour(model: str) -> str:
    """The colour of a network's marks, #rrggbb."""
    return _NETWORKS.get(model, TRUTH)


def ramp(values: ArrayLike, stops: tuple[str, ...]) -> NDArray[np.uint8]:
    """Colours (..., 3) uint8 RGB of values in [0, 1], linear between evenly spaced stops."""
    table = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops], float)
    places = np.linspace(0.0, 1.0, len(stops))
    levels = np.clip(np.asarray(values, float), 0.0, 1.0)
    channels = [np.interp(levels, places, table[:, channel]) for channel in range(3)]
    colours: NDArray[np.uint8] = np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
    return colours


def hex_colours(values: ArrayLike, stops: tuple[str, ...]) -> list[str]:
    """Colours #rrggbb of values (n,) in [0, 1]."""
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in ramp(values, stops).tolist()]


class Shading(NamedTuple):
    """A scale of probabilities: `stops` from 0 to `end`, spaced by the square root."""

    stops: tuple[str, ...]
    end: float = 1.0

    def colours(self, probabilities: ArrayLike) -> list[str]:
        """The colours #rrggbb of probabilities (n,)."""
        shares = np.asarray(probabilities, float) / self.end
        return hex_colours(np.sqrt(np.clip(shares, 0.0, 1.0)), self.stops)


WHOLE = Shading(PROBABILITY)
"""The scale that is the same for every image."""


def shading(prediction: Prediction, *, certain: bool | None = None) -> Shading:
    """The scale that fits a prediction.

    For a model of rendered scenes always the same one, in pale greys where it guesses: where it is
    not `certain`, left out where the image is out of distribution. Answers for real photographs are
    spread thin: their scale ends at the next of a few round shares, the lighter the smaller that
    is, so that what is uncertain looks so.
    """
    if not (prediction.in_distribution if certain is None else certain):
        return Shading(GUESS)
    if prediction.model in SHIPPED:
        return WHOLE
    most = float(prediction.probabilities.max())
    end = next(end for end in _BY_END if most <= end)
    return Shading(_BY_END[end], end)
