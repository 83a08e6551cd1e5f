"""Build assets/geo/states.geojson: schematic borders between the states and union territories.

Made from the states of India's post offices in assets/geo/places.npz (tools/build_places.py) and
the outline; needs numpy, scipy and shapely. A border is the line between the districts of post
offices, smoothed: it shows about where a state ends and is no boundary. Land whose state no post
office tells has none. Provenance: assets/README.md.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter, label, zoom

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from geoloc_core.files import write_whole  # noqa: E402
from geoloc_core.geography.outline import load_outline  # noqa: E402

FINER = 4  # a raster step in so many
BLUR = 1.6  # raster steps
SPECK = 100  # raster nodes, about 2,700 km²: a smaller exclave is most likely misplaced offices
DOUBT = 8  # raster nodes, about 40 km, from land without a state: borders end there
TOLERANCE = 0.02  # degrees that a line may leave the raster's stairs by
SHORTEST = 0.25  # degrees


def states() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """South, west and step of the raster; the state of each node from 1, 0 where none is known."""
    with np.load(ROOT / "assets" / "geo" / "places.npz") as places:
        _, of_district = np.unique(places["district_states"], return_inverse=True)
        state = np.concatenate([[0], of_district + 1])[places["district"]]
        return places["origin"], state


def without_specks(state: NDArray[np.int64]) -> NDArray[np.int64]:
    """Small exclaves go to the state around them; each state keeps its largest part."""
    kept = np.zeros(state.shape, bool)
    for number in range(1, state.max() + 1):
        parts, count = label(state == number)
        sizes = np.bincount(parts.ravel(), minlength=count + 1)[1:]
        kept |= np.isin(parts, 1 + np.flatnonzero((sizes >= SPECK) | (sizes == sizes.max())))
    _, nearest = distance_transform_edt(~kept, return_indices=True)
    return np.where(state > 0, state[tuple(nearest)], 0)


def without_doubt(state: NDArray[np.int64], origin: NDArray[np.float64]) -> NDArray[np.int64]:
    """No state near land that has none: there the nearest post office is too far to tell."""
    latitude, longitude = (
        start + origin[2] * np.arange(size)
        for start, size in zip(origin[:2], state.shape, strict=True)
    )
    land = shapely.intersects_xy(load_outline(), *np.meshgrid(longitude, latitude))
    return np.where(distance_transform_edt((state > 0) | ~land) > DOUBT, state, 0)


def smooth(state: NDArray[np.int64]) -> NDArray[np.int64]:
    """The state of each node of a raster `FINER` times as fine, with rounded borders.

    Every node gets the state of most nodes around it; the sea gets some state too.
    """
    best, weight = np.zeros(1), np.zeros(1)
    for number in range(1, state.max() + 1):
        share = zoom(gaussian_filter((state == number).astype(np.float32), BLUR), FINER, order=1)
        best = np.where(share > weight, number, best)
        weight = np.maximum(share, weight)
    known = zoom((state > 0).astype(np.float32), FINER, order=1) > 0.5
    return np.where(known, best, 0).astype(np.int64)


def borders(state: NDArray[np.int64], origin: NDArray[np.float64]) -> list[shapely.LineString]:
    """The lines between nodes of different states, each from one meeting of borders to the next."""
    south, west, step = origin[0], origin[1], origin[2] / FINER
    segments = []
    for axis in (0, 1):
        here, there = (state[:-1], state[1:]) if axis == 0 else (state[:, :-1], state[:, 1:])
        row, column = np.nonzero((here != there) & (here > 0) & (there > 0))
        y, x = (row + 0.5, column + 0.0) if axis == 0 else (row + 0.0, column + 0.5)
        along = (0.5, 0.0) if axis == 0 else (0.0, 0.5)
        ends = [np.stack([x + sign * along[0], y + sign * along[1]], -1) for sign in (-1, 1)]
        segments.append(np.stack(ends, axis=1))
    # counted in half steps, so that ends which meet are equal
    lonlat = np.rint(np.concatenate(segments) * 2) / 2 * step + (west, south)
    merged = shapely.line_merge(shapely.union_all(shapely.linestrings(lonlat)))
    return list(shapely.get_parts(merged))


def rounded(line: shapely.LineString) -> shapely.LineString:
    """A line without the raster's stairs, its corners cut twice (Chaikin 1974), its ends kept."""
    points = shapely.get_coordinates(line.simplify(TOLERANCE))
    for _ in range(2):
        near, far = 0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]
        cut = np.stack([near, far], axis=1).reshape(-1, 2)
        points = np.concatenate([points[:1], cut[1:-1], points[-1:]])
    return shapely.LineString(points).simplify(TOLERANCE / 8)


def built() -> str:
    """The text of the file: one feature in GeoJSON, to a thousandth of a degree."""
    origin, state = states()
    state = without_doubt(without_specks(state), origin)
    lines = [rounded(line) for line in borders(smooth(state), origin)]
    inland = shapely.intersection(shapely.MultiLineString(lines), load_outline())
    kept = [line for line in shapely.get_parts(inland) if line.length >= SHORTEST]
    whole = shapely.set_precision(shapely.MultiLineString(kept), 0.001, mode="pointwise")
    feature = {"type": "Feature", "properties": {}}
    feature["geometry"] = json.loads(shapely.to_geojson(whole))
    return json.dumps(feature, separators=(",", ":")) + "\n"


def main() -> None:
    """Write the file whole."""
    text = built()
    write_whole(ROOT / "assets" / "geo" / "states.geojson", lambda path: path.write_text(text))


if __name__ == "__main__":
    main()
