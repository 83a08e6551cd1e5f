"""The library of sprites: a key such as "coconut/3" (kind/variant) names one picture."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache, partial

import cv2
import numpy as np

from geoloc_core.dataset.simulation import grasses
from geoloc_core.dataset.simulation.canvas import from_layers
from geoloc_core.dataset.simulation.conifers import CONIFERS, conifer
from geoloc_core.dataset.simulation.palms import PALMS, palm
from geoloc_core.dataset.simulation.plants import BROAD, BUSHES, broad_leaved
from geoloc_core.dataset.simulation.scene import Sprite

Draw = Callable[[np.random.Generator], Sprite]

_PLANTS: dict[str, tuple[float, Draw]] = {
    **{k: (habit.aspect, partial(broad_leaved, habit)) for k, habit in BROAD.items()},
    **{k: (habit.aspect, partial(broad_leaved, habit, pixels=144)) for k, habit in BUSHES.items()},
    **{k: (kind.aspect, partial(palm, kind)) for k, kind in PALMS.items()},
    **{k: (kind.aspect, partial(conifer, kind)) for k, kind in CONIFERS.items()},
    "banana": (1.0, grasses.banana),
    "bamboo": (0.95, grasses.bamboo),
    "grass_clump": (1.4, grasses.grass_clump),
    "reed": (0.95, grasses.reed),
    "mustard_edge": (3.0, grasses.mustard_edge),
    "fern": (1.6, grasses.fern),
    "cactus": (0.95, grasses.cactus),
}
VARIANTS = 6


def _line(kind: str, rng: np.random.Generator) -> Sprite:
    """A row of one kind of tree as seen from afar: crowns before crowns."""
    wide, tall = 480, 120
    layers = np.zeros((tall, wide, 8), np.float32)
    count = int(5.0 / _PLANTS[kind][0]) + 10
    for place in range(count):
        tree = sprite(f"{kind}/{rng.integers(3)}")
        high = int(tall * (0.62 + 0.38 * rng.random() * (0.6 + 0.4 * place / count)))
        size = (max(int(high * tree.alpha.shape[1] / tree.alpha.shape[0]), 2), high)
        size = (min(size[0], wide - 1), high)
        weighted = np.dstack([tree.albedo, tree.normal, tree.occlusion, np.ones_like(tree.alpha)])
        weighted = cv2.resize(weighted * tree.alpha[..., None], size, interpolation=cv2.INTER_AREA)
        left = int(rng.integers(0, wide - size[0]))
        weighted[..., :7] *= 0.55 + 0.45 * (place + 1) / count  # those behind stand in shade
        view = layers[tall - high :, left : left + size[0]]
        view[:] = weighted + view * (1.0 - weighted[..., 7:])
    return from_layers(layers, 0.15)


KINDS: dict[str, tuple[float, Draw]] = {
    **_PLANTS,
    **{f"{kind}_line": (4.0, partial(_line, kind)) for kind in _PLANTS},
}


@lru_cache(maxsize=256)
def sprite(key: str) -> Sprite:
    """The sprite named "kind/variant", the same in every process.

    Raises KeyError for an unknown kind.
    """
    kind = key.partition("/")[0]
    return KINDS[kind][1](np.random.default_rng(zlib.crc32(key.encode())))


def aspect(key: str) -> float:
    """Width over height of a sprite, without drawing it."""
    return KINDS[key.partition("/")[0]][0]
