"""Houses: boxes of panels with roofs, in rows along the road or in hamlets across the fields."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulated_streets.renderer.places import Float, Places
from simulated_streets.scenes.scene import Billboard, Colour, Panel, Scene, Thing

STOREY = 3.0
PAINTS: tuple[Colour, ...] = (
    (0.85, 0.83, 0.76), (0.85, 0.70, 0.42), (0.62, 0.80, 0.85), (0.85, 0.58, 0.50),
    (0.66, 0.82, 0.60), (0.70, 0.55, 0.72), (0.88, 0.78, 0.62),
)  # fmt: skip
WHITE: Colour = (1.0, 1.0, 1.0)
_HOUSES = 44


@dataclass(frozen=True)
class Style:
    """A way of building; `roof` is "flat", "gable" or "hip", slopes in degrees."""

    front: str
    side: str
    upper: str
    cover: str
    roof: str
    slope: float = 0.0
    storeys: tuple[int, int] = (1, 1)
    width: tuple[float, float] = (6.5, 10.0)
    depth: tuple[float, float] = (4.5, 7.0)
    eaves: float = 0.45
    wall: float = STOREY  # metres of wall per storey
    painted: bool = False


STYLES: dict[str, Style] = {
    "flat_brick": Style("brick_house", "brick_side", "brick_upper", "plaster", "flat",
                        storeys=(1, 2)),
    "flat_plaster_white": Style("plaster_house", "plaster_side", "plaster_upper", "plaster", "flat",
                                storeys=(1, 2)),
    "flat_painted": Style("painted_house", "painted_side", "painted_upper", "plaster", "flat",
                          storeys=(1, 2), painted=True),
    "red_tile": Style("painted_house", "painted_side", "painted_upper", "tiles", "hip", 27,
                      width=(7.5, 12.0), depth=(6.0, 8.5), eaves=0.9, painted=True),
    "mud": Style("mud_house", "mud_side", "mud_house", "tiles", "gable", 24, wall=2.3, eaves=0.7),
    "thatch": Style("mud_house", "mud_side", "mud_house", "thatch", "hip", 38, wall=2.1,
                    width=(5.0, 7.5), depth=(4.0, 5.5), eaves=0.8),
    "tin": Style("wood_house", "wood_side", "wood_upper", "tin", "gable", 24, wall=2.6,
                 eaves=0.7),
    "stone": Style("stone_house", "stone_side", "stone_house", "mud", "flat", wall=2.6),
    "ladakh_white": Style("ladakhi", "limewash_side", "ladakhi", "mud", "flat", storeys=(1, 3)),
    "wood_slate": Style("stone_house", "stone_side", "timber_upper", "slate", "gable", 27,
                        storeys=(2, 2), wall=2.5, eaves=0.9),
    "shop_front": Style("shop", "painted_side", "painted_upper", "plaster", "flat",
                        storeys=(1, 3), width=(6.5, 8.0), painted=True),
    "concrete_tower": Style("tower", "tower", "tower", "plaster", "flat", storeys=(4, 9),
                            width=(14.0, 22.0), depth=(11.0, 16.0), painted=True),
}  # fmt: skip


def village(
    scene: Scene, places: Places, height: Callable[[float, float], float], rng: np.random.Generator
) -> list[Thing]:
    """The houses of a scene; their ground is taken in `places`."""
    styles = {name: share for name, share in scene.houses.items() if share > 0.0}
    if not styles or scene.settlement <= 0.0:
        return []
    eye = height(0.0, 0.0) + 2.5
    things: list[Thing] = []
    standing = 0
    for x, y, facing in _sites(scene, places, rng):
        if standing == _HOUSES:
            break
        share = np.array(list(styles.values()))
        style = STYLES[list(styles)[int(rng.choice(len(styles), p=share / share.sum()))]]
        wide, deep = float(rng.uniform(*style.width)), float(rng.uniform(*style.depth))
        yard = 2.2 if style.slope else 0.0  # room for a veranda
        point = np.array([[x, y]]) - (0.5 * deep + yard) * _way(facing)
        if not places.free(point, 0.5 * deep + 1.0, 0.42 * max(wide, deep))[0]:
            continue
        x, y = point[0]
        places.take(x, y, 0.5 * max(wide, deep))
        standing += 1
        rise = eye - height(x, y)
        things += house(scene, style, (x, y), facing, (wide, deep), rise, rng)
    return things


def _sites(
    scene: Scene, places: Places, rng: np.random.Generator
) -> list[tuple[float, float, float]]:
    """Middles of fronts with the bearing that they face, nearest first."""
    dense = scene.settlement
    sites = []
    if dense > 0.2 and places.half_road > 0.0:
        length = 50.0 + 130.0 * dense
        for side in (-1.0, 1.0):
            for row in range(2 if dense > 0.7 else 1):
                along = -length
                while along < length:
                    setback = 1.8 + 7.0 * (1.0 - dense) + rng.exponential(1.0 + 4.0 * (1.0 - dense))
                    right = side * (places.half_road + setback + 14.0 * row)
                    facing = places.heading(along) - side * 90.0 + rng.normal(0.0, 4.0)
                    if rng.random() < 0.35 + 0.6 * dense:
                        sites.append((*places.ground(along, right), facing))
                    along += 8.5 + rng.exponential(1.0 + 24.0 * (1.0 - dense) ** 2)
    for _ in range(rng.poisson(1.2 + 3.0 * dense)):
        angle, away = rng.uniform(0, 2 * math.pi), rng.uniform(45.0, 260.0)
        centre = away * np.array([math.sin(angle), math.cos(angle)])
        turn = rng.uniform(0.0, 360.0)
        for _ in range(1 + rng.poisson(1.0 + 5.0 * dense)):
            x, y = centre + rng.normal(0.0, 16.0, 2)
            if places.free(np.array([[x, y]]), 20.0)[0]:
                sites.append((float(x), float(y), turn + 90.0 * int(rng.integers(4))))
    return sorted(sites, key=lambda site: math.hypot(site[0], site[1]))


def _way(bearing: float) -> Float:
    angle = math.radians(bearing)
    return np.array([math.sin(angle), math.cos(angle)])


def quad(
    points: list[tuple[float, float, float]], middle: tuple[float, float], facing: float,
    key: str, repeat: tuple[float, float] = (1.0, 1.0), tint: Colour = WHITE,
) -> Panel:  # fmt: skip
    """A panel from four (right, out, up) in the frame of a front that faces a bearing."""
    out = _way(facing)
    right = np.array([-out[1], out[0]])  # of someone who looks at the front
    local = np.array(points)
    flat = np.array(middle) + local[:, :1] * right + local[:, 1:2] * out
    corners = np.concatenate([flat, local[:, 2:]], axis=1).astype(np.float32)
    return Panel(corners, (float(middle[0]), float(middle[1])), key, repeat, tint)


def box(
    middle: tuple[float, float], facing: float, size: tuple[float, float], foot: float, top: float,
    keys: tuple[str, str], repeat: tuple[float, float, float], tint: Colour,
) -> list[Panel]:  # fmt: skip
    """The walls of a box that the camera can see; `keys` for front and other sides."""
    walls = []
    for quarter in range(4):
        bearing = facing + 90.0 * quarter
        wide, deep = (size[0], size[1]) if quarter % 2 == 0 else (size[1], size[0])
        face = np.array(middle) + 0.5 * deep * _way(bearing)
        if face @ _way(bearing) >= 0.0:  # it looks away from the camera
            continue
        half, out = 0.5 * wide, 0.5 * deep
        corners = [(-half, out, foot), (half, out, foot), (half, out, top), (-half, out, top)]
        across = repeat[0] if quarter % 2 == 0 else repeat[1]
        key = keys[min(quarter, 1)]
        walls.append(quad(corners, middle, bearing, key, (across, repeat[2]), tint))
    return walls


def house(
    scene: Scene, style: Style, middle: tuple[float, float], facing: float,
    size: tuple[float, float], rise: float, rng: np.random.Generator,
) -> list[Thing]:  # fmt: skip
    """One house; `rise` is the height of the eye above its ground."""
    wide, deep = size
    tint = _tint(scene, style, rng)
    variant = int(rng.integers(5))
    storeys = int(rng.integers(style.storeys[0], style.storeys[1] + 1))
    tall = style.wall * storeys
    things: list[Thing] = []
    if style.front == "tower":
        keys = (f"tower/{variant % 3}", f"tower/{variant % 3}")
        repeat = (round(wide / 3.5) / 3.0, round(deep / 3.5) / 3.0, storeys / 3.0)
        things += box(middle, facing, size, 0.0, tall, keys, repeat, tint)
    else:
        fronts = max(round(wide / 7.0), 1), max(round(deep / 5.0), 1)
        for storey in range(storeys):
            foot = style.wall * storey - (0.6 if storey == 0 else 0.0)
            name = style.front if storey == 0 else style.upper
            side = style.upper if storey and style.upper == "timber_upper" else style.side
            keys = (f"{name}/{variant}", f"{side}/{(variant + storey) % 5}")
            things += box(middle, facing, size, foot, style.wall * (storey + 1), keys,
                          (*fronts, 1.0), tint)  # fmt: skip
    if style.roof == "flat":
        parapet = 0.35 if style.front == "ladakhi" else 0.9 * float(rng.random() < 0.7) + 0.15
        stuff = {"shop": "painted", "tower": "painted"}.get(style.front, style.front).split("_")[0]
        stuff = "limewash" if stuff == "ladakhi" else stuff
        rim = (wide + 0.3, deep + 0.3)
        things += box(middle, facing, rim, tall, tall + parapet, (f"{stuff}/0", f"{stuff}/1"),
                      (wide / 4.0, deep / 4.0, 0.3), tint)  # fmt: skip
        if rise > tall:
            half, out = 0.5 * wide, 0.5 * deep
            top = [(-half, out, tall), (half, out, tall), (half, -out, tall), (-half, -out, tall)]
            things.append(quad(top, middle, facing, f"{style.cover}/0", (wide / 4, deep / 3)))
        if style.painted and rng.random() < 0.6:
            x, y = np.array(middle) + rng.uniform(-0.3, 0.3, 2) * min(size)
            things.append(Billboard(float(x), float(y), 1.2, 1.3, "roof_tank/0", tall + 0.3))
    else:
        things += _roof(scene, style, middle, facing, size, tall, rise, variant, tint)
        if rng.random() < 0.55:
            things += _veranda(scene, style, middle, facing, size, variant)
    return things


def _tint(scene: Scene, style: Style, rng: np.random.Generator) -> Colour:
    """One of the place's paints for painted walls, an uneven shade of their own for others."""
    if not style.painted:
        red, green, blue = rng.lognormal(0.0, 0.10) * rng.normal(1.0, 0.03, 3)
        return float(red), float(green), float(blue)
    paints = scene.paint or PAINTS
    likely = 1.0 / (1.0 + np.arange(len(paints)))
    colour = np.array(paints[int(rng.choice(len(paints), p=likely / likely.sum()))])
    faded = 0.78 * colour + 0.22 * colour.mean()  # paint bleaches
    red, green, blue = faded * rng.lognormal(0.0, 0.08)
    return float(red), float(green), float(blue)


def _roof(
    scene: Scene, style: Style, middle: tuple[float, float], facing: float,
    size: tuple[float, float], tall: float, rise: float, variant: int, tint: Colour,
) -> list[Panel]:  # fmt: skip
    """Two slopes with gables, or four slopes; the ridge runs along the front."""
    half, out = 0.5 * size[0] + style.eaves, 0.5 * size[1] + style.eaves
    steep = math.tan(math.radians(style.slope))
    ridge = tall + 0.5 * size[1] * steep
    low = tall - style.eaves * steep
    inset = 0.75 * out if style.roof == "hip" else 0.0
    cover = f"{style.cover}/{variant}"
    tone = scene.roof if style.cover in ("tiles", "tin") else WHITE
    slope_length = out / math.cos(math.radians(style.slope))
    planes = []
    for turn in (0.0, 180.0):
        corners = [(-half, out, low), (half, out, low), (half - inset, 0.0, ridge),
                   (inset - half, 0.0, ridge)]  # fmt: skip
        planes.append(
            quad(corners, middle, facing + turn, cover, (half / 2.0, slope_length / 3.0), tone)
        )
    for turn in (90.0, 270.0):
        if style.roof == "hip":
            corners = [(-out, half, low), (out, half, low), (0.03, half - inset, ridge),
                       (-0.03, half - inset, ridge)]  # fmt: skip
            repeat = (out / 2.0, slope_length / 3.0)
            planes.append(quad(corners, middle, facing + turn, cover, repeat, tone))
        else:
            side, end = 0.5 * size[1], 0.5 * size[0]
            corners = [(-side, end, tall), (side, end, tall), (0.03, end, ridge - 0.1),
                       (-0.03, end, ridge - 0.1)]  # fmt: skip
            gable = style.side.removesuffix("_side")
            planes.append(quad(corners, middle, facing + turn, f"{gable}/1", (1.0, 0.6), tint))
    return [plane for plane in planes if _looks_at(plane, rise)]


def _looks_at(panel: Panel, rise: float) -> bool:
    """Does its front look at an eye `rise` metres above the ground at its anchor?"""
    first, second, _, last = panel.corners.astype(float)
    normal = np.cross(second - first, last - first)
    return bool(normal @ (np.array([0.0, 0.0, rise]) - first) > 0.0)


def _veranda(
    scene: Scene, style: Style, middle: tuple[float, float], facing: float,
    size: tuple[float, float], variant: int,
) -> list[Thing]:  # fmt: skip
    """A lean-to roof on posts before the door."""
    half, out = 0.5 * size[0], 0.5 * size[1]
    high = style.wall - 0.35
    if np.array(middle) @ _way(facing) >= 0.0:
        return []
    corners = [(-half, out + 1.9, high - 0.55), (half, out + 1.9, high - 0.55), (half, out, high),
               (-half, out, high)]  # fmt: skip
    cover = f"{style.cover}/{variant}"
    tone = scene.roof if style.cover in ("tiles", "tin") else WHITE
    things: list[Thing] = [quad(corners, middle, facing, cover, (half / 2.0, 0.7), tone)]
    right = np.array([-_way(facing)[1], _way(facing)[0]])
    for place in np.linspace(-half + 0.2, half - 0.2, 4):
        x, y = np.array(middle) + place * right + (out + 1.75) * _way(facing)
        things.append(Billboard(float(x), float(y), 0.16, high - 0.5, "post/0"))
    return things
