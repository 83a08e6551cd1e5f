"""The shape of the land, its fields, water and road, as functions of the place."""

# numba hides that an element of an array is a float
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from simulated_streets.renderer.noise import fractal, noise, plane, ridged, scatter, smoothstep
from simulated_streets.scenes.scene import Array, Doubles, Scene

WATERS = ("none", "river", "pond", "sea", "backwater", "salt")
CROPS = {  # height of the stand in metres
    "none": 0.0, "fallow": 0.0, "stubble": 0.12, "flooded_paddy": 0.15, "paddy": 0.45,
    "wheat": 0.7, "cotton": 0.75, "tea": 0.8, "mustard": 1.1, "millet": 1.7, "sugar_cane": 2.4,
}  # fmt: skip
CROP_NAMES = tuple(CROPS)
TEA = CROP_NAMES.index("tea")

EARTH = 2.0 * 6371000.0 * 7.0 / 6.0  # refraction lets one see a little round the curve


class Land(NamedTuple):
    """Numbers of a scene's terrain, fields, water and road, for compiled code."""

    east: float  # where the scene lies in the noise
    north: float
    relief: float
    wavelength: float
    ruggedness: float
    undulation: float
    dunes: float
    water: int
    water_sine: float
    water_cosine: float
    water_distance: float
    water_width: float
    water_level: float
    road: float  # half width, 0 for none
    road_sine: float
    road_cosine: float
    road_offset: float
    road_bend: float
    crop: int
    crop_height: float
    crop_share: float
    field_size: float
    field_sine: float
    field_cosine: float


def land_of(scene: Scene) -> Land:
    """The compiled form of a scene's land; the water lies just below its shore."""
    rng = np.random.default_rng([scene.seed, 1])
    terrain, ground, road = scene.terrain, scene.ground, scene.road
    water, bearing = math.radians(terrain.water_bearing), math.radians(road.bearing)
    rows = math.radians(ground.field_bearing)
    width = {"river": rng.uniform(40, 220), "pond": rng.uniform(25, 70)}.get(
        terrain.water, rng.uniform(60, 180)
    )
    land = Land(
        east=rng.uniform(0, 3e5),
        north=rng.uniform(0, 3e5),
        relief=terrain.relief,
        wavelength=min(1800.0 + 4.0 * terrain.relief, 15000.0),
        ruggedness=terrain.ruggedness,
        undulation=terrain.undulation,
        dunes=terrain.dunes,
        water=0,
        water_sine=math.sin(water),
        water_cosine=math.cos(water),
        water_distance=max(terrain.water_distance, 6.0 + road.width),
        water_width=width,
        water_level=0.0,
        road=0.0 if road.kind == "none" else road.width / 2,
        road_sine=math.sin(bearing),
        road_cosine=math.cos(bearing),
        road_offset=road.offset,
        road_bend=rng.uniform(-1, 1) * (14.0 + 26.0 * terrain.ruggedness),
        crop=CROP_NAMES.index(ground.crop),
        crop_height=CROPS[ground.crop],
        crop_share=0.0 if ground.crop == "none" else ground.crop_share,
        field_size=max(ground.field_size, 8.0),
        field_sine=math.sin(rows),
        field_cosine=math.cos(rows),
    )
    if terrain.water == "none":
        return land
    reach = land.water_distance
    shore = height(plane(), reach * land.water_sine, reach * land.water_cosine, land)
    here = height(plane(), 0.0, 0.0, land)
    return land._replace(
        water=WATERS.index(terrain.water),
        water_level=min(shore, here) - (0.25 if terrain.water == "salt" else 0.9),
    )


@njit(error_model="numpy", fastmath=True, inline="always")
def along_road(x: float, y: float, land: Land) -> tuple[float, float]:
    """Metres along the road and to the right of its middle."""
    along = x * land.road_sine + y * land.road_cosine
    across = x * land.road_cosine - y * land.road_sine
    lateral = across - land.road_offset
    if abs(lateral) < 3.0 * abs(land.road_bend) + 30.0:
        lateral -= land.road_bend * (1.0 - math.cos(along / 130.0))
    return along, lateral


@njit(error_model="numpy", fastmath=True)
def into_water(tile: Array, x: float, y: float, land: Land) -> float:
    """Metres beyond the water's edge, negative on land."""
    if land.water == 0:
        return -1e6
    ahead = x * land.water_sine + y * land.water_cosine
    side = x * land.water_cosine - y * land.water_sine
    swing = fractal(tile, (x + land.east) / 90.0, (y + land.north) / 90.0, 3)
    edge = ahead - land.water_distance + min(0.12 * land.water_distance, 9.0) * swing
    if land.water == 3 or land.water == 5:
        return edge
    if land.water == 2:
        away = math.hypot(ahead - land.water_distance - land.water_width * 0.5, side * 0.6)
        return land.water_width * 0.5 - away + 3.0 * swing
    drift = 22.0 * noise(tile, (side + land.east) / 900.0, land.north / 400.0)
    edge += drift * smoothstep(30.0, 400.0, abs(side))
    return min(edge, land.water_width - edge)


@njit(error_model="numpy", fastmath=True)
def _open_height(tile: Array, x: float, y: float, land: Land) -> float:
    """Height without road and water."""
    east = x + land.east
    north = y + land.north
    distance = math.hypot(x, y)
    total = 0.0
    if land.relief > 1.0:
        along = x * land.road_sine + y * land.road_cosine
        across = x * land.road_cosine - y * land.road_sine
        aside = math.sqrt(across * across + 0.16 * along * along)
        start = 500.0 - 380.0 * land.ruggedness
        mask = smoothstep(start, start + 0.5 * land.wavelength + 900.0, aside)
        mask = 0.22 * smoothstep(60.0, 900.0, aside) * land.ruggedness + 0.9 * mask
        if mask > 0.0:
            # finer octaves than the march can follow would show as needles
            octaves = math.log2(land.wavelength / (0.055 * distance + 25.0)) + 1.0
            octaves = min(max(octaves, 2.0), 7.0)
            u = east / land.wavelength
            v = north / land.wavelength
            warp = 0.35 * noise(tile, u * 0.7 + 3.1, v * 0.7)
            sharp = ridged(tile, u + warp, v - warp, octaves)
            soft = 0.55 + 0.42 * fractal(tile, u * 1.3, v * 1.3, octaves - 0.7)
            part = land.ruggedness * sharp + (1.0 - land.ruggedness) * soft
            total += land.relief * mask * max(part, 0.02)
    if land.undulation > 0.0 and distance < 5000.0:
        octaves = 4.0 if distance < 300.0 else 2.0
        swell = fractal(tile, east / 210.0, north / 210.0, octaves)
        total += 0.5 * land.undulation * swell * smoothstep(4.0, 120.0, distance)
    if land.dunes > 0.0:
        length = 14.0 * land.dunes
        wander = fractal(tile, east / (5.0 * length), north / (5.0 * length), 3)
        phase = (0.8 * east + 0.6 * north) / length + 0.8 * wander
        part = phase - math.floor(phase)
        profile = smoothstep(0.0, 0.78, part) if part < 0.78 else 1.0 - smoothstep(0.78, 1.0, part)
        strength = 0.6 + 0.4 * noise(tile, east / (7.0 * length) + 2.0, north / (7.0 * length))
        total += land.dunes * profile * max(strength, 0.1) * smoothstep(8.0, 70.0, distance)
    return total


@njit(error_model="numpy", fastmath=True)
def height(tile: Array, x: float, y: float, land: Land) -> float:
    """Height in metres of the bare ground at (x, y), on a scale of the scene's own."""
    ground = _open_height(tile, x, y, land)
    if land.road > 0.0:
        _, lateral = along_road(x, y, land)
        off = abs(lateral)
        shoulder = land.road + 1.5
        if off < shoulder + 14.0:
            middle = _open_height(
                tile, x - lateral * land.road_cosine, y + lateral * land.road_sine, land
            )
            blend = smoothstep(shoulder, shoulder + 14.0, off)
            ground = middle + 0.18 + (ground - middle - 0.18) * blend
            ground -= 0.35 * smoothstep(shoulder, shoulder + 1.5, off) * (1.0 - blend)
    if land.water > 0:
        wet = into_water(tile, x, y, land)
        bank = 0.5 * min(land.water_distance, 60.0 if land.water == 3 else 26.0)
        if wet > -bank:
            ground += (land.water_level - ground) * smoothstep(-bank, 0.0, wet)
        elif land.water == 3:
            low = min(ground, land.water_level + 3.0)
            ground += (low - ground) * smoothstep(-900.0, -bank, wet)
    return ground


@njit(error_model="numpy", fastmath=True, cache=True)
def heights(tile: Array, points: Doubles, land: Land) -> Doubles:
    """Heights (n,) of the bare ground at points (n, 2), sunk by the earth's curve."""
    found = np.empty(len(points), np.float64)
    for i in range(len(points)):
        x, y = points[i]
        found[i] = height(tile, x, y, land) - (x * x + y * y) / EARTH
    return found


@njit(error_model="numpy", fastmath=True)
def parcel(tile: Array, x: float, y: float, land: Land) -> tuple[float, float, float]:
    """The field at (x, y): a number in [0, 1) that is its own, metres to its edge, row position.

    Edge distance is negative where no field is (road, verge, water, unfarmed land).
    """
    u = x * land.field_cosine - y * land.field_sine
    v = x * land.field_sine + y * land.field_cosine
    wander = 0.06 * land.field_size
    length = 2.0 * land.field_size
    u += wander * noise(tile, (u + land.east) / length, (v + land.north) / length)
    v += wander * noise(tile, (v + land.north) / length, (u + land.east) / length)
    row = u
    a = (u + land.east) / land.field_size
    column = math.floor(a)
    b = (v + land.north) / (1.5 * land.field_size) + scatter(column, 3, 1)
    number = math.floor(b)
    own = scatter(column, number, 2)
    edge = land.field_size * min(
        min(a - column, column + 1.0 - a), 1.5 * min(b - number, number + 1.0 - b)
    )
    if own > land.crop_share:
        edge = -1.0
    if land.road > 0.0:
        _, lateral = along_road(x, y, land)
        edge = min(edge, abs(lateral) - land.road - 3.2)
    return own / max(land.crop_share, 1e-3), edge, row


@njit(error_model="numpy", fastmath=True)
def stand(tile: Array, x: float, y: float, land: Land) -> float:
    """Height in metres of the crop that stands at (x, y)."""
    if land.crop_height <= 0.1 or land.crop_share <= 0.0:
        return 0.0
    own, edge, row = parcel(tile, x, y, land)
    if edge <= 0.2:
        return 0.0
    if land.water > 0 and into_water(tile, x, y, land) > -4.0:
        return 0.0
    ragged = 0.94 + 0.05 * noise(tile, x / 1.3, y / 1.3)
    tall = land.crop_height * (0.75 + 0.35 * own) * smoothstep(0.2, 0.6, edge) * ragged
    if land.crop == TEA and math.hypot(x, y) < 45.0:
        hedge = row / 1.5 + 0.25 * noise(tile, x / 9.0, y / 9.0)
        tall *= smoothstep(0.03, 0.16, min(hedge - math.floor(hedge), math.ceil(hedge) - hedge))
    return tall
