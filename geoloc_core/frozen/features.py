"""What a frozen network makes of photographs, computed once and kept beside the output.

The cache knows each photograph by name, size and time of change. So an interrupted run goes on
where it stopped, and one with further photographs, or over another grid, computes only what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from geoloc_core.data.folds import split
from geoloc_core.data.manifest import read_manifest
from geoloc_core.data.own_photos import listed_photos, place_of
from geoloc_core.data.photo_stream import read_ahead
from geoloc_core.data.table import PARQUET
from geoloc_core.evaluation.photographs import NO_PLACE, UNREADABLE, LeftOut
from geoloc_core.images.photo import PhotoError
from geoloc_core.models.tensors import CheckpointError, read_tensors, write_tensors

COLUMNS = ("file", "latitude", "longitude", "place", "uploader", "collection")
_KEEP_EVERY = 200  # photographs: what a killed run loses at most
_READ = 4  # photographs taken from the readers at a time

Pool = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""From a photograph (h, w, 3) to its pooled features (f,)."""

Key = tuple[str, int, int]  # a photograph's file, size in bytes and time of change in ns
Known = tuple[NDArray[np.float32], tuple[float, float]]  # its features, and the place it names


TEST = "test"
TEST_FOLD = "of the test fold, which `pata evaluate` scores"


@dataclass(frozen=True, eq=False)
class Featured:
    """m photographs with their places and features.

    frame: `COLUMNS`, latitude and longitude in degrees; pooled (m, f);
    left_out: the files that have no place or cannot be read.
    """

    frame: pd.DataFrame
    pooled: NDArray[np.float32]
    left_out: LeftOut


def cache_path(out: Path) -> Path:
    """The file that keeps the features of the run that writes `out`; its name is no model's."""
    return out.with_name(f"{out.stem}.features")


def listed(data: Path) -> pd.DataFrame:
    """The photographs to learn from in a folder, as `own_photos.listed_photos` gives them.

    Of a data set those outside its test fold, a panorama being a place: what `pata evaluate` scores
    is not learned from. Raises `ManifestError` or `OwnPhotosError`.
    """
    if not (data / PARQUET).is_file():
        return listed_photos(data)
    frame = read_manifest(data)
    frame = frame[split(frame) != TEST].rename(columns={"panorama": "place"})
    return frame.assign(collection="")[list(COLUMNS)].reset_index(drop=True)


def kept_aside(data: Path) -> LeftOut:
    """The images of a data set that `listed` leaves out: its test fold."""
    if not (data / PARQUET).is_file():
        return {}
    frame = read_manifest(data)
    files = frame["file"][split(frame) == TEST].tolist()
    return {TEST_FOLD: files} if files else {}


def read_features(
    data: Path, pool: Pool, cache: Path, settings: dict[str, Any], *, progress: bool = True
) -> Featured:
    """The features of the photographs in the folder `data`, those in `cache` not computed again.

    `settings`: what the features depend on beside the photographs; a cache of others is replaced.
    Raises as `listed` does.
    """
    frame = listed(data)
    keys = [_key(data, file) for file in frame["file"]]
    known = _read(cache, settings)
    missing = [key for key in keys if key not in known]
    if missing:
        _compute(data, missing, pool, known, lambda: _write(cache, settings, known), progress)
    return _featured(frame, keys, known)


def _featured(frame: pd.DataFrame, keys: list[Key], known: dict[Key, Known]) -> Featured:
    rows, pooled = [], []
    left_out: LeftOut = {}
    for row, key in zip(frame.to_dict("records"), keys, strict=True):
        if key not in known:
            left_out.setdefault(UNREADABLE, []).append(key[0])
            continue
        features, named = known[key]
        told = (float(row["latitude"]), float(row["longitude"]))
        place = named if np.isnan(told).any() else told
        if np.isnan(place).any():
            left_out.setdefault(NO_PLACE, []).append(key[0])
            continue
        name = row["place"] or place_of(*place)
        rows.append((key[0], *place, name, row["uploader"], row["collection"]))
        pooled.append(features)
    return Featured(
        pd.DataFrame(rows, columns=list(COLUMNS)),
        np.stack(pooled) if pooled else np.zeros((0, 1), np.float32),
        left_out,
    )


def _compute(
    data: Path,
    missing: list[Key],
    pool: Pool,
    known: dict[Key, Known],
    keep: Callable[[], None],
    progress: bool,
) -> None:
    """Add what is missing to `known`; a photograph that cannot be read is not added."""
    order = iter(missing)
    unkept = 0
    try:
        with tqdm(total=len(missing), unit=" photographs", disable=None if progress else True) as b:
            for batch in read_ahead([data / file for file, *_ in missing], _READ):
                for (_, photo), key in zip(batch, order, strict=False):
                    if not isinstance(photo, PhotoError):
                        known[key] = pool(photo.pixels), photo.gps or (np.nan, np.nan)
                        unkept += 1
                b.update(len(batch))
                if unkept >= _KEEP_EVERY:
                    keep()
                    unkept = 0
    finally:  # also of a run that is interrupted by hand
        if unkept:
            keep()


def _key(data: Path, file: str) -> Key:
    with suppress(OSError, ValueError):
        found = (data / file).stat()
        return file, found.st_size, found.st_mtime_ns
    return file, -1, -1


def _read(cache: Path, settings: dict[str, Any]) -> dict[Key, Known]:
    """What the cache holds; nothing where it is missing, damaged or of other settings."""
    try:
        tensors, metadata = read_tensors(cache)
        if metadata["settings"] != settings:
            return {}
        rows = zip(metadata["photographs"], tensors["pooled"], tensors["gps"], strict=True)
        return {
            (str(file), int(size), int(time)): (pooled, (float(gps[0]), float(gps[1])))
            for (file, size, time), pooled, gps in rows
        }
    except (CheckpointError, KeyError, TypeError, ValueError):
        return {}


def _write(cache: Path, settings: dict[str, Any], known: dict[Key, Known]) -> None:
    kept: Iterable[Known] = known.values()
    pooled, gps = zip(*kept, strict=True)
    write_tensors(
        cache,
        {"pooled": np.stack(pooled), "gps": np.array(gps, np.float64)},
        {"settings": settings, "photographs": list(known)},
    )
