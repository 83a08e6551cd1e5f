"""The library of sprites: a key such as "coconut/3" (kind/variant) names one picture."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from simulated_streets.renderer import facades, grasses, props, vehicles
from simulated_streets.renderer.canvas import from_layers, shrink
from simulated_streets.renderer.conifers import CONIFERS, conifer
from simulated_streets.renderer.figures import ANIMALS, PEOPLE, person
from simulated_streets.renderer.landmarks import LANDMARKS
from simulated_streets.renderer.palms import PALMS, palm
from simulated_streets.renderer.plants import BROAD, BUSHES, broad_leaved
from simulated_streets.renderer.surfaces import STUFF, as_sprite
from simulated_streets.scenes.scene import Sprite

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
_TREES = (*BROAD, *PALMS, *CONIFERS, "banana", "bamboo")
VARIANTS = 6


def _line(kind: str, rng: np.random.Generator) -> Sprite:
    """A row of one kind of tree as seen from afar: crowns before crowns."""
    wide, tall = 480, 120
    layers = np.zeros((tall, wide, 8), np.float32)
    count = int(5.0 / _PLANTS[kind][0]) + 10
    for place in range(count):
        tree = sprite(f"{kind}/{rng.integers(3)}")
        high = int(tall * (0.62 + 0.38 * rng.random() * (0.6 + 0.4 * place / count)))
        size = max(int(high * tree.alpha.shape[1] / tree.alpha.shape[0]), 2), high
        weighted = np.dstack([tree.albedo, tree.normal, tree.occlusion, np.ones_like(tree.alpha)])
        weighted = shrink(weighted * tree.alpha[..., None], *size)
        left = int(rng.integers(0, wide - size[0]))
        weighted[..., :7] *= 0.55 + 0.45 * (place + 1) / count  # those behind stand in shade
        view = layers[tall - high :, left : left + size[0]]
        view[:] = weighted + view * (1.0 - weighted[..., 7:])
    return from_layers(layers, 0.15)


def _plain(stuff: str, rng: np.random.Generator) -> Sprite:
    return as_sprite(STUFF[stuff](144, 192, rng))


_WALLS = ("brick", "plaster", "painted", "mud", "stone", "wood", "limewash")
_BUILT: dict[str, tuple[float, Draw]] = {
    **{stuff: (4.0 / 3.0, partial(_plain, stuff)) for stuff in STUFF},
    **{f"{stuff}_house": (7.0 / 3.0, partial(facades.house_front, stuff)) for stuff in _WALLS},
    **{f"{stuff}_side": (5.0 / 3.0, partial(facades.house_side, stuff)) for stuff in _WALLS},
    **{f"{stuff}_upper": (7.0 / 3.0, partial(facades.upper_front, stuff)) for stuff in _WALLS},
    "shop": (7.0 / 3.0, facades.shop),
    "tower": (10.5 / 9.0, facades.tower),
    "ladakhi": (7.0 / 3.0, facades.ladakhi),
    "timber_upper": (7.0 / 3.0, facades.timber_upper),
}


def _left(side: Draw, rng: np.random.Generator) -> Sprite:
    """A side seen from the other side."""
    seen = side(rng)
    turn = np.array([-1.0, 1.0, 1.0], np.float32)
    return Sprite(seen.albedo[:, ::-1], seen.alpha[:, ::-1], seen.normal[:, ::-1] * turn,
                  seen.occlusion[:, ::-1])  # fmt: skip


_VEHICLES: dict[str, tuple[float, Draw]] = {
    "motorbike": (2.0 / 1.7, vehicles.motorbike),
    "rider": (0.75 / 1.7, vehicles.rider),
    "tractor": (3.2 / 2.2, vehicles.tractor),
    "cart": (4.6 / 2.2, vehicles.cart),
}
for _kind, (_side, _front, _back) in vehicles.VIEWS.items():
    _long, _wide, _tall = vehicles.SIZES[_kind]
    _VEHICLES[f"{_kind}_side"] = (_long / _tall, _side)
    _VEHICLES[f"{_kind}_left"] = (_long / _tall, partial(_left, _side))
    _VEHICLES[f"{_kind}_front"] = (_wide / _tall, _front)
    _VEHICLES[f"{_kind}_back"] = (_wide / _tall, _back)

_SMALL: dict[str, tuple[float, Draw]] = {
    **{kind: (wide, picture) for kind, (_, wide, picture) in ANIMALS.items()},
    **{dress: (0.42, partial(person, dress)) for dress in PEOPLE},
    **props.PROPS,
    **{f"pole_{kind}": (0.25, partial(props.pole, kind)) for kind in props.POLES},
    **{f"kerb_{kind}": (20.0, partial(props.kerb, kind)) for kind in props.KERBS},
    **{f"fence_{kind}": (4.0 / 1.3, partial(props.fence, kind)) for kind in props.FENCES},
    **{f"hay_{kind}": (wide, partial(props.haystack, kind))
       for kind, wide in props.HAY_ASPECT.items()},
    **{kind: (wide, picture) for kind, (_, wide, _, picture) in LANDMARKS.items()},
}  # fmt: skip
KINDS: dict[str, tuple[float, Draw]] = {
    **_PLANTS,
    **_BUILT,
    **_VEHICLES,
    **_SMALL,
    **{f"{kind}_line": (4.0, partial(_line, kind)) for kind in _TREES},
}


@lru_cache(maxsize=64)
def sprite(key: str) -> Sprite:
    """The sprite named "kind/variant", the same in every process.

    Raises KeyError for an unknown kind.
    """
    kind = key.partition("/")[0]
    return KINDS[kind][1](np.random.default_rng(zlib.crc32(key.encode())))


def aspect(key: str) -> float:
    """Width over height of a sprite, without drawing it."""
    return KINDS[key.partition("/")[0]][0]
