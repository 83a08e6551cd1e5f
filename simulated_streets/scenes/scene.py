"""What a place looks like, in numbers: the hand-over from geography to the renderer.

Frame of a scene: x east, y north, z up, in metres; the camera stands at (0, 0) on the ground.
Bearings are degrees clockwise from north. Colours are linear RGB reflectances in [0, 1].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Doubles = NDArray[np.float64]
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Weather:
    """Sun and air at the moment of the exposure."""

    sun_azimuth: float  # degrees clockwise from north
    sun_elevation: float  # degrees above the horizon
    turbidity: float  # Linke turbidity, 2 (high mountain) to 8 (dust, smoke)
    visibility_km: float  # meteorological range (2 % contrast)
    cloud_cover: float  # 0 to 1
    cloud_kind: str  # "cumulus", "cirrus", "stratus" or "monsoon"
    wet: float  # 0 dry ground to 1 just rained


@dataclass(frozen=True)
class Terrain:
    """The shape of the land around the camera."""

    elevation: float  # metres above the sea
    relief: float  # height in metres of the hills or mountains within about 15 km
    ruggedness: float  # 0 smooth whale-backs to 1 sharp alpine ridges
    undulation: float  # height in metres of the ground's swell within 300 m
    dunes: float  # height in metres of dunes, 0 for none
    snow_line: float  # metres above the sea; snow lies above it
    water: str  # "none", "river", "pond", "sea", "backwater" or "salt"
    water_bearing: float  # where the water lies
    water_distance: float  # metres to its edge


@dataclass(frozen=True)
class Ground:
    """What covers the land."""

    soil: Colour
    rock: Colour
    rockiness: float  # 0 to 1, stones and outcrops near the camera
    grass: Colour
    cover: float  # 0 bare to 1 closed grass and herbs
    crop: str  # "none", "paddy", "flooded_paddy", "wheat", "mustard", "sugar_cane", "tea",
    # "cotton", "millet", "fallow", "stubble"
    crop_share: float  # share of the land in fields
    field_size: float  # metres, typical side of a field
    field_bearing: float  # direction of the rows
    verge: Colour = (0.30, 0.24, 0.17)  # trodden earth beside the road
    boulders: float = 0.0  # boulders taller than a metre, per hectare


@dataclass(frozen=True)
class Road:
    """The road or track that the camera stands on."""

    kind: str  # "metalled", "mud", "sand", "highway" or "none"
    width: float  # metres
    bearing: float
    offset: float  # metres from the camera to its middle, to the right of the bearing
    marked: bool
    surface: Colour = (0.14, 0.14, 0.14)  # its metalling, earth or sand
    kerb: str = "none"  # "none", "black_white", "yellow_black" or "red_white" painted stones
    milestone: Colour = (0.0, 0.0, 0.0)  # the painted head of its white milestones; black: none


@dataclass(frozen=True)
class Camera:
    """What the lens, the sensor and the file do to the image."""

    height: float  # metres above the ground
    field_of_view: float  # degrees, horizontal
    pitch: float  # degrees, up positive
    roll: float
    exposure: float  # stops around the right one
    white_balance: float  # -1 blue to 1 orange
    blur: float  # pixels, standard deviation
    noise: float  # standard deviation at mid grey, 0 to 0.05
    vignette: float  # 0 to 1
    jpeg_quality: int


@dataclass(frozen=True)
class Scene:
    """One place at one moment; four images are taken of it."""

    seed: int
    latitude: float
    longitude: float
    month: int
    weather: Weather
    terrain: Terrain
    ground: Ground
    road: Road
    camera: Camera
    trees: dict[str, float] = field(default_factory=dict)  # kind -> stems per hectare
    tree_height: dict[str, float] = field(default_factory=dict)  # kind -> metres
    shrubs: dict[str, float] = field(default_factory=dict)  # kind -> per hectare
    houses: dict[str, float] = field(default_factory=dict)  # style -> share of houses
    settlement: float = 0.0  # 0 empty land, 0.3 hamlet, 0.6 village, 1 dense town
    wall: str = "none"  # "none", "mud", "brick", "stone", "hedge" or "fence"
    landmark: str = "none"  # "none", "gopuram", "shikhara", "chorten", "mosque", "church",
    # "gurdwara", "brick_kiln", "water_tank" or "wind_turbine"
    poles: bool = True
    traffic: float = 0.2  # vehicles and animals, mean number in sight
    pole: str = "concrete"  # "wood", "concrete", "steel_tube" or "steel_lattice"
    fence: str = "wire"  # of wall "fence": "wire", "bamboo", "thorn", "picket" or "stone_slab"
    leaf: Colour = (1.0, 1.0, 1.0)  # tint of all foliage: dry season brown, dust, lush green
    paint: tuple[Colour, ...] = ()  # of painted walls, likeliest first; empty: whatever
    roof: Colour = (1.0, 1.0, 1.0)  # tint of tile and tin roofs
    rickshaw: Colour = (0.60, 0.45, 0.03)  # of autorickshaws
    bus: Colour = (0.45, 0.05, 0.04)  # of the state's buses
    animal: str = "cow"  # "cow", "buffalo", "camel", "goat", "sheep", "yak" or "pig"
    flags: float = 0.0  # strings of prayer flags, mean number in sight
    haystack: str = "none"  # "none", "dome", "cone" or "stack", about one a farmhouse


@dataclass(frozen=True)
class Sprite:
    """The picture of one thing seen from the side, before any light falls on it."""

    albedo: Array  # (h, w, 3) linear reflectance
    alpha: Array  # (h, w)
    normal: Array  # (h, w, 3) unit; x right, y up, z towards the viewer
    occlusion: Array  # (h, w) share of the sky's light that arrives, 0 to 1
    translucency: float = 0.0  # share of sunlight that leaves let through


@dataclass(frozen=True)
class Billboard:
    """A sprite standing upright on the ground, always facing the camera."""

    x: float
    y: float
    width: float  # metres
    height: float
    sprite: str  # key of the library
    lift: float = 0.0  # metres of its foot above the ground
    mirrored: bool = False
    tint: Colour = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Panel:
    """A flat textured rectangle in space: a wall, a roof, a wire, a side of a vehicle."""

    corners: Array  # (4, 3) metres: lower left, lower right, upper right, upper left, seen from
    # its front; z is above the ground under `anchor`
    anchor: tuple[float, float]  # the point whose ground height carries the panel
    sprite: str  # key of the library
    repeat: tuple[float, float] = (1.0, 1.0)  # how often the texture repeats across and up
    tint: Colour = (1.0, 1.0, 1.0)


Thing = Billboard | Panel
Things = Sequence[Thing]
