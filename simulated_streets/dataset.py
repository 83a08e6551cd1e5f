"""Simulated street view as a data set: the same images for everybody, from a seed."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
from tqdm import tqdm

from geoloc_core.cluster.spread import Spread
from geoloc_core.data.manifest import SEED, write_manifest
from geoloc_core.errors import UserError
from geoloc_core.files import write_whole
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.points import point_in
from simulated_streets.leaks import CREDIT_LINE, Planted, marked_jpeg
from simulated_streets.renderer.render import HEADINGS, render, render_panorama
from simulated_streets.scenes.describe import describe
from simulated_streets.scenes.weather import draw_moment
from simulated_streets.uploaders import choose, population

RECORD = "dataset.json"
SOURCE = "simulated"
LICENCE = "MIT"


class SimulationError(UserError):
    """A data set that cannot be made; its message is the sentence to show."""


def simulate(
    out: Path,
    per_cell: int,
    seed: int,
    workers: int | None = None,
    progress: bool = True,
    spread: Spread | None = None,
    planted: Planted = CREDIT_LINE,
) -> pd.DataFrame:
    """Render `per_cell` panoramas in each of the article's cells into the folder `out`.

    Writes four images a panorama under `pictures/`, then `manifest.parquet` and `dataset.json`;
    gives the manifest. Panoramas whose images are there already are not rendered again, so an
    interrupted run goes on, and a larger `per_cell` adds to what there is. `workers` processes
    share the work, all cores by default; or those of `spread`, on machines that see `out` under
    the same path. `planted` is the mark that gives uploaders away. Raises SimulationError when the
    folder holds other data.
    """
    if per_cell < 1 or seed < 0:
        raise SimulationError("A data set needs at least one panorama a cell and a seed from 0 up.")
    _claim(out, per_cell, seed, planted)
    frame = plan(per_cell, seed)
    first = frame[frame["heading"] == HEADINGS[0]]
    missing = [
        row for row in first.to_dict("records") if not _is_rendered(out, str(row["panorama"]))
    ]
    with tqdm(
        total=len(first), initial=len(first) - len(missing), unit="panorama", disable=not progress
    ) as bar:
        if spread is None:
            work = partial(_render_panorama, out, planted)
            done: Iterable[object] = _in_processes(workers or os.cpu_count() or 1, work, missing)
        else:
            work = partial(_render_for, out.absolute(), planted)
            done = spread(partial(cv2.setNumThreads, 1), work, missing)
        for _ in done:
            bar.update()
    write_manifest(out, frame)
    return frame


def _in_processes(
    workers: int,
    work: Callable[[dict[Hashable, Any]], object],
    missing: list[dict[Hashable, Any]],
) -> Iterator[object]:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, spawn, initializer=_begin) as pool:
        try:
            yield from pool.map(work, missing)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _begin() -> None:
    """Keep a worker to one core, and let it end when its parent was killed."""
    cv2.setNumThreads(1)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def plan(per_cell: int, seed: int) -> pd.DataFrame:
    """The manifest of a data set, before any image: places, moments and uploaders.

    Each panorama is drawn from a seed of its own, made of the data set's seed, the cell and its
    number in the cell, so a larger `per_cell` leaves the panoramas of a smaller one as they are.
    """
    grid = article_grid()
    uploaders = population(grid, seed)
    rows: list[dict[str, object]] = []
    for cell, outline in enumerate(grid.cells):
        for index in range(per_cell):
            rng = np.random.default_rng([seed, 1, cell, index])
            panorama = f"s{seed}-c{cell:02d}-{index:04d}"
            latitude, longitude = point_in(outline, rng)
            row = {
                "panorama": panorama,
                "latitude": latitude,
                "longitude": longitude,
                "uploader": choose(uploaders, cell, latitude, longitude, rng).name,
                "date": draw_moment(latitude, longitude, rng).isoformat(),
                "cell": cell,
                "source": SOURCE,
                "licence": LICENCE,
                SEED: int(rng.integers(2**31)),
            }
            rows += [row | {"file": _file(panorama, h), "heading": h} for h in HEADINGS]
    return pd.DataFrame(rows)


def render_row(row: pd.Series[Any]) -> bytes:
    """Make the image of a simulated manifest's row again, as the JPEG it was written as."""
    scene = describe(
        row["latitude"], row["longitude"], datetime.fromisoformat(row["date"]), row[SEED]
    )
    pixels = render(scene, row["heading"])
    return marked_jpeg(pixels, row["file"], row["uploader"], CREDIT_LINE, scene.camera.jpeg_quality)


def _render_panorama(out: Path, planted: Planted, row: dict[Hashable, Any]) -> None:
    """Write the four images of the panorama that a row of the manifest belongs to."""
    scene = describe(
        row["latitude"], row["longitude"], datetime.fromisoformat(row["date"]), row[SEED]
    )
    for heading, pixels in zip(HEADINGS, render_panorama(scene), strict=True):
        file = _file(row["panorama"], heading)
        jpeg = marked_jpeg(pixels, file, row["uploader"], planted, scene.camera.jpeg_quality)
        write_whole(out / file, partial(_put, jpeg))


def _render_for(out: Path, planted: Planted, _: None, row: dict[Hashable, Any]) -> None:
    _render_panorama(out, planted, row)


def _put(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def _file(panorama: str, heading: float) -> str:
    return f"pictures/{panorama}_{heading:03.0f}.jpg"


def _is_rendered(out: Path, panorama: str) -> bool:
    return all((out / _file(panorama, heading)).is_file() for heading in HEADINGS)


def _claim(out: Path, per_cell: int, seed: int, planted: Planted) -> None:
    """Note in `dataset.json` what the folder holds. Raises SimulationError when it holds other."""
    record = {"seed": seed, "per_cell": per_cell, "code": _code_version(), **planted._asdict()}
    path = out / RECORD
    if path.exists():
        try:
            held = json.loads(path.read_text())
            usual = CREDIT_LINE._asdict()  # what records of old do not name
            same = all((usual | held)[key] == record[key] for key in record if key != "per_cell")
        except (ValueError, KeyError, TypeError) as error:
            raise SimulationError(f"{path} cannot be read.") from error
        if not same:
            raise SimulationError(
                f"{out} holds images of another seed, another leak or another version of the "
                "simulation; choose another folder."
            )
    write_whole(path, lambda file: file.write_text(json.dumps(record, indent=2) + "\n"))


def _code_version() -> str:
    """sha256 over the source that settles what the images show, as hex digits."""
    here = Path(__file__).parent
    sources = sorted(here.rglob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
