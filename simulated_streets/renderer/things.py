"""Everything that stands on the ground of a scene."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from simulated_streets.renderer.buildings import village
from simulated_streets.renderer.landmarks import LANDMARKS
from simulated_streets.renderer.places import Places
from simulated_streets.renderer.planting import vegetation
from simulated_streets.renderer.street import street
from simulated_streets.scenes.scene import Billboard, Scene, Thing

MOST = 520  # things of one scene


def populate(scene: Scene, height: Callable[[float, float], float]) -> list[Thing]:
    """All things of a scene, the same for the same seed; `height` gives the ground at (x, y)."""
    rng = np.random.default_rng([scene.seed, 7])
    places = Places(scene)
    built: list[Thing] = [
        *_landmark(scene, places, rng),
        *village(scene, places, height, rng),
        *street(scene, places, rng),
    ]
    return [*built, *vegetation(scene, places, rng, MOST - len(built))]


def _landmark(scene: Scene, places: Places, rng: np.random.Generator) -> list[Billboard]:
    """The scene's temple, mosque, chimney ... somewhere off the road."""
    if scene.landmark not in LANDMARKS:
        return []
    tall, wide, usual, _ = LANDMARKS[scene.landmark]
    tall *= float(rng.uniform(0.7, 1.25))
    for _ in range(8):
        angle, away = rng.uniform(0.0, 2.0 * math.pi), usual * rng.uniform(0.6, 1.8)
        x, y = float(away * math.sin(angle)), float(away * math.cos(angle))
        if places.free(np.array([[x, y]]), 0.5 * wide * tall + 2.0, 1.0)[0]:
            places.take(x, y, 0.5 * wide * tall)
            key = f"{scene.landmark}/{rng.integers(4)}"
            return [Billboard(x, y, wide * tall, tall, key, -0.02 * tall)]
    return []
