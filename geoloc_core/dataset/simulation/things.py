"""Everything that stands on the ground of a scene."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from geoloc_core.dataset.simulation.buildings import village
from geoloc_core.dataset.simulation.places import Places
from geoloc_core.dataset.simulation.scene import Scene, Thing
from geoloc_core.dataset.simulation.planting import vegetation


def populate(scene: Scene, height: Callable[[float, float], float]) -> list[Thing]:
    """All things of a scene, the same for the same seed; `height` gives the ground at (x, y)."""
    rng = np.random.default_rng([scene.seed, 7])
    places = Places(scene)
    return [*village(scene, places, rng), *vegetation(scene, places, rng)]
