"""Houses: boxes of panels with roofs."""

from __future__ import annotations

import numpy as np

from geoloc_core.dataset.simulation.places import Places
from geoloc_core.dataset.simulation.scene import Scene, Thing


def village(scene: Scene, places: Places, rng: np.random.Generator) -> list[Thing]:
    """The houses of a scene; their ground is taken in `places`."""
    return []
