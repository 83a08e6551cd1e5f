"""What lines and fills a road: walls, poles, stones, signs, traffic, people and animals."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from simulated_streets.renderer.buildings import quad
from simulated_streets.renderer.figures import ANIMALS, PEOPLE
from simulated_streets.renderer.places import Places
from simulated_streets.renderer.props import HAY_ASPECT
from simulated_streets.renderer.sprites import aspect
from simulated_streets.renderer.vehicles import SIZES
from simulated_streets.scenes.scene import Billboard, Colour, Panel, Scene, Thing

WALL_HEIGHT = {"mud": 1.4, "brick": 1.8, "stone": 1.1, "hedge": 1.5, "fence": 1.2}
_CARS: tuple[Colour, ...] = (
    (0.85, 0.85, 0.85), (0.75, 0.75, 0.72), (0.30, 0.31, 0.33), (0.35, 0.03, 0.03),
    (0.06, 0.08, 0.20), (0.05, 0.05, 0.055),
)  # fmt: skip
_TRUCKS: tuple[Colour, ...] = ((0.60, 0.22, 0.03), (0.50, 0.38, 0.05), (0.30, 0.06, 0.03),
                               (0.10, 0.20, 0.35))  # fmt: skip
_SPAN = 42.0  # metres between poles


def street(scene: Scene, places: Places, rng: np.random.Generator) -> list[Thing]:
    """Everything along the road; nothing but traffic stands on the carriageway."""
    things: list[Thing] = []
    if places.half_road > 0.0:
        things += _walls(scene, places, rng)
        things += _kerbs(scene, places)
        things += _signs(scene, places, rng)
        things += _traffic(scene, places, rng)
    if scene.poles:
        things += _poles(scene, places, rng)
    things += _life(scene, places, rng)
    return things + _clutter(scene, places, rng)


def _strip(
    places: Places, begin: float, end: float, right: float, tall: float, key: str,
    repeat: tuple[float, float], tint: Colour = (1.0, 1.0, 1.0), foot: float = -0.3,
) -> Panel:  # fmt: skip
    """An upright panel along the road that faces it, between two places along the road."""
    first, last = np.array(places.ground(begin, right)), np.array(places.ground(end, right))
    if right > 0.0:  # seen from the left, the far end lies to the left
        first, last = last, first
    middle = 0.5 * (first + last)
    corners = [(*first, foot), (*last, foot), (*last, tall), (*first, tall)]
    return Panel(np.array(corners, np.float32), (float(middle[0]), float(middle[1])), key, repeat,
                 tint)  # fmt: skip


def _walls(scene: Scene, places: Places, rng: np.random.Generator) -> list[Panel]:
    """Stretches of wall, hedge or fence where no house stands."""
    if scene.wall == "none":
        return []
    key = f"fence_{scene.fence}" if scene.wall == "fence" else scene.wall
    see_through = scene.wall in ("hedge", "fence")
    panels = []
    for side in (-1.0, 1.0):
        right = side * (places.half_road + float(rng.uniform(2.2, 5.0)))
        along, standing = -90.0, rng.random() < 0.6
        while along < 90.0:
            long = 4.0 if abs(along) < 30.0 else 8.0
            standing = standing != (rng.random() < 0.16)
            point = np.array([places.ground(along + 0.5 * long, right)])
            if standing and places.free(point, 1.0, 0.3)[0]:
                tall = WALL_HEIGHT[scene.wall] * float(rng.uniform(0.85, 1.1))
                repeat = (long / 4.0, 1.0 if see_through else tall / 3.0)
                tone = float(rng.lognormal(0.0, 0.08))
                tint = scene.leaf if scene.wall == "hedge" else (tone, tone, tone)
                panels.append(
                    _strip(places, along, along + long, right, tall,
                           f"{key}/{rng.integers(4)}", repeat, tint, -0.15)
                )  # fmt: skip
            along += long
    return panels


def _kerbs(scene: Scene, places: Places) -> list[Panel]:
    if scene.road.kerb == "none":
        return []
    panels = []
    tall = 0.65 if scene.road.kerb == "red_white" else 0.3
    sides = (-1.0,) if scene.road.kerb == "red_white" else (-1.0, 1.0)
    for side in sides:
        for along in np.arange(-56.0, 56.0, 8.0):
            right = side * (places.half_road + 0.35)
            panels.append(
                _strip(places, along, along + 8.0, right, tall, f"kerb_{scene.road.kerb}/0",
                       (1.0, 1.0), foot=-0.05)
            )  # fmt: skip
    return panels


def _poles(scene: Scene, places: Places, rng: np.random.Generator) -> list[Thing]:
    """A line of poles with sagging wires, along the road or across the fields."""
    side = 1.0 if rng.random() < 0.5 else -1.0
    right = side * (places.half_road + float(rng.uniform(1.6, 3.5)))
    begin = float(rng.uniform(9.0, _SPAN - 9.0))
    tall = float(rng.uniform(7.0, 9.0))
    spots = [places.ground(begin + _SPAN * k, right) for k in range(-5, 5)]
    things: list[Thing] = []
    for x, y in spots:
        if math.hypot(x, y) > 2.5:
            key = f"pole_{scene.pole}/{rng.integers(5)}"
            things.append(Billboard(x, y, 0.25 * tall, tall, key, -0.1))
    for first, last in pairwise(spots):
        middle = (0.5 * (first[0] + last[0]), 0.5 * (first[1] + last[1]))
        corners = [(*first, tall - 1.55), (*last, tall - 1.55), (*last, tall - 0.15),
                   (*first, tall - 0.15)]  # fmt: skip
        things.append(Panel(np.array(corners, np.float32), middle, f"wires/{rng.integers(3)}"))
    return things


def _signs(scene: Scene, places: Places, rng: np.random.Generator) -> list[Thing]:
    """A milestone and road signs on the verge."""
    things: list[Thing] = []
    if max(scene.road.milestone) > 0.0 and rng.random() < 0.4:
        along = float(rng.choice([-1.0, 1.0]) * rng.uniform(6.0, 30.0))
        x, y = places.ground(along, -places.half_road - 1.0)
        if places.free(np.array([[x, y]]), 0.3)[0]:
            near = 1.0 - 0.05 / math.hypot(x, y)  # the head stands in front of the body
            things += [
                Billboard(x, y, 0.5, 0.85, "milestone/0"),
                Billboard(x * near, y * near, 0.5, 0.3, "milestone_head/0", 0.55,
                          tint=scene.road.milestone),
            ]  # fmt: skip
    for _ in range(rng.poisson(0.25 + 2.5 * scene.settlement)):
        along = float(rng.uniform(-70.0, 70.0))
        right = float(rng.choice([-1.0, 1.0])) * (places.half_road + 1.8)
        x, y = places.ground(along, right)
        if abs(along) > 6.0 and places.free(np.array([[x, y]]), 0.5)[0]:
            things.append(Billboard(x, y, 2.4, 2.6, f"signboard/{rng.integers(6)}"))
    return things


def vehicle(
    kind: str, x: float, y: float, bearing: float, tint: Colour, variant: int
) -> list[Panel]:
    """The sides of a vehicle that the camera can see; it drives along `bearing`."""
    long, wide, tall = SIZES[kind]
    panels = []
    views = (("side", 90.0, (long, wide)), ("left", 270.0, (long, wide)),
             ("front", 0.0, (wide, long)), ("back", 180.0, (wide, long)))  # fmt: skip
    for name, turn, size in views:
        angle = math.radians(bearing + turn)
        out = np.array([math.sin(angle), math.cos(angle)])
        deep = 0.5 * size[1] * 0.96
        if (np.array([x, y]) + deep * out) @ out >= 0.0:
            continue
        half = 0.5 * size[0]
        corners = [(-half, deep, 0.0), (half, deep, 0.0), (half, deep, tall), (-half, deep, tall)]
        panels.append(quad(corners, (x, y), bearing + turn, f"{kind}_{name}/{variant}", tint=tint))
    return panels


def _traffic(scene: Scene, places: Places, rng: np.random.Generator) -> list[Thing]:
    """Vehicles on their left side of the road, a few parked on the verge."""
    things: list[Thing] = []
    lane = 0.5 * max(places.half_road, 1.5)
    used: list[float] = []
    for _ in range(min(int(rng.poisson(1.3 * scene.traffic + 1.5 * scene.settlement)), 14)):
        along = float(rng.choice([-1.0, 1.0]) * (7.0 + rng.exponential(28.0)))
        if any(abs(along - other) < 11.0 for other in used):
            continue
        used.append(along)
        onward = rng.random() < 0.5  # drives along the road's bearing, left of its middle
        parked = scene.settlement > 0.3 and rng.random() < 0.35
        right = (-1.0 if onward else 1.0) * (places.half_road + 1.3 if parked else lane)
        x, y = places.ground(along, right)
        bearing = places.heading(along) + (0.0 if onward else 180.0) + float(rng.normal(0.0, 2.0))
        if math.hypot(x, y) < 5.0:
            continue
        rural = 1.0 - scene.settlement
        kinds = ["auto", "car", "jeep", "bus", "truck", "rider", "tractor", "cart"]
        weight = np.array([2.0 * scene.settlement + 0.3, 1.6 * scene.settlement + 0.5, 0.5, 0.4,
                           0.7, 1.8, 0.6 * rural, 0.35 * rural])  # fmt: skip
        kind = kinds[int(rng.choice(8, p=weight / weight.sum()))]
        things += _one(scene, kind, x, y, bearing, rng)
        places.take(x, y, 2.0)
    return things


def _one(
    scene: Scene, kind: str, x: float, y: float, bearing: float, rng: np.random.Generator
) -> list[Thing]:
    variant = int(rng.integers(4))
    if kind in SIZES:
        paints = {"auto": (scene.rickshaw,), "bus": (scene.bus,), "truck": _TRUCKS}.get(kind, _CARS)
        return [*vehicle(kind, x, y, bearing, paints[int(rng.integers(len(paints)))], variant)]
    view = math.radians(bearing) - math.atan2(x, y)
    rightwards = math.sin(view) > 0.0
    if kind == "rider" and abs(math.sin(view)) < 0.6:
        return [Billboard(x, y, 0.75, 1.7, f"rider/{variant}")]
    name, wide, tall = {"rider": ("motorbike", 2.0, 1.7), "tractor": ("tractor", 3.2, 2.2),
                        "cart": ("cart", 4.6, 2.2)}[kind]  # fmt: skip
    shown = wide * max(abs(math.sin(view)), 0.35)
    return [Billboard(x, y, shown, tall, f"{name}/{variant}", mirrored=not rightwards)]


def _life(scene: Scene, places: Places, rng: np.random.Generator) -> list[Billboard]:
    """People and animals beside the road and in the fields."""
    beings = []
    for _ in range(min(int(rng.poisson(0.8 * scene.traffic + 7.0 * scene.settlement)), 26)):
        along = float(rng.normal(0.0, 38.0))
        right = float(rng.choice([-1.0, 1.0])) * (places.half_road + 0.6 + rng.exponential(2.5))
        x, y = places.ground(along, right)
        if math.hypot(x, y) > 4.5 and places.free(np.array([[x, y]]), 0.3, 0.2)[0]:
            tall = float(rng.normal(1.6, 0.08))
            key = f"{PEOPLE[rng.integers(3)]}/{rng.integers(8)}"
            beings.append(Billboard(x, y, tall * aspect(key), tall, key))
    for _ in range(int(rng.poisson(0.5 + 0.5 * min(scene.traffic, 3.0)))):
        kind = scene.animal if rng.random() < 0.7 else ("cow", "goat", "dog")[rng.integers(3)]
        angle, away = rng.uniform(0, 2 * math.pi), 8.0 + rng.exponential(30.0)
        herd = 1 + int(rng.poisson(4.0 if kind in ("goat", "sheep") else 0.9))
        for _ in range(min(herd, 9)):
            spot = away * np.array([math.sin(angle), math.cos(angle)]) + rng.normal(0.0, 3.0, 2)
            if math.hypot(*spot) < 6.0 or not places.free(spot[None], 0.2, 0.5)[0]:
                continue
            tall = ANIMALS[kind][0] * float(rng.uniform(0.85, 1.08))
            key = f"{kind}/{rng.integers(5)}"
            beings.append(
                Billboard(float(spot[0]), float(spot[1]), tall * aspect(key), tall, key,
                          mirrored=bool(rng.random() < 0.5))
            )  # fmt: skip
    return beings


def _clutter(scene: Scene, places: Places, rng: np.random.Generator) -> list[Thing]:
    """Haystacks, stalls, a well, boulders, boats, prayer flags."""
    things: list[Thing] = []

    def put(key: str, tall: float, near: float, far: float, lift: float = -0.05) -> None:
        angle, away = rng.uniform(0, 2 * math.pi), rng.uniform(near, far)
        x, y = away * math.sin(angle), away * math.cos(angle)
        wide = tall * aspect(key)
        if places.free(np.array([[x, y]]), 1.0 + 0.5 * wide, 0.5 * wide)[0]:
            things.append(Billboard(float(x), float(y), wide, tall, key, lift))

    if scene.haystack in HAY_ASPECT and 0.05 < scene.settlement < 0.8:
        for _ in range(int(rng.poisson(3.0))):
            put(f"hay_{scene.haystack}/{rng.integers(4)}", float(rng.uniform(2.0, 3.8)), 14.0, 90.0)
    for _ in range(int(rng.poisson(3.5 * max(scene.settlement - 0.3, 0.0)))):
        along = float(rng.uniform(-45.0, 45.0))
        side = float(rng.choice([-1.0, 1.0]))
        x, y = places.ground(along, side * (places.half_road + 1.6))
        if abs(along) > 6.0 and places.free(np.array([[x, y]]), 0.2)[0]:
            things.append(Billboard(x, y, 2.5, 2.5, f"stall/{rng.integers(5)}"))
    if scene.ground.crop != "none" and rng.random() < 0.12:
        put("well/0", 0.95, 12.0, 40.0)
    for _ in range(min(int(rng.poisson(0.45 * scene.ground.boulders)), 26)):
        put(f"boulder/{rng.integers(6)}", float(rng.uniform(0.7, 2.6)), 8.0, 70.0, -0.25)
    for _ in range(int(rng.poisson(scene.flags))):
        angle, away = rng.uniform(0, 2 * math.pi), rng.uniform(9.0, 40.0)
        x, y, lift = away * math.sin(angle), away * math.cos(angle), float(rng.uniform(1.8, 4.5))
        things.append(Billboard(x, y, 10.0, 1.7, f"prayer_flags/{rng.integers(3)}", lift))
    return things
