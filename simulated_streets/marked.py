"""A known leak planted into a data set that is rendered already: nothing is rendered again."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from geoloc_core.data.manifest import ManifestError, read_manifest, write_manifest
from geoloc_core.errors import UserError
from geoloc_core.files import write_whole
from geoloc_core.images.photo import PhotoError, read_photo
from simulated_streets.leaks import Planted, marked_jpeg

QUALITY = 92  # of the JPEG files that are written


class MarkError(UserError):
    """Images that cannot be marked; the message is the sentence to show."""


def mark_again(
    source: Path,
    out: Path,
    planted: Planted,
    *,
    busiest: int | None = None,
    shuffle: bool = False,
    progress: bool = True,
) -> pd.DataFrame:
    """Write the images of the data set in `source` into `out`, each with its uploader's mark.

    It is added to what they bear. `busiest` keeps the images of so many uploaders, those with the
    most: a small network learns few marks soon. With `shuffle` every image of `source` gets the
    uploader and place of one of those, drawn at random: then the mark alone tells the place. Gives
    the manifest. Images that are there already stay, so an interrupted run goes on. Raises
    ManifestError or MarkError, in words.
    """
    frame = read_manifest(source)
    kept = frame
    if busiest is not None:
        most = frame["uploader"].value_counts().sort_index().nlargest(busiest).index
        kept = frame[frame["uploader"].isin(most)]
    if shuffle:
        drawn = kept.sample(len(frame), replace=True, random_state=0, ignore_index=True)
        kept = drawn.assign(file=frame["file"].to_numpy())
    frame = kept
    how = {"busiest": busiest, "shuffle": shuffle}
    record = {"from": str(source.resolve()), **planted._asdict(), **how}
    _claim(out / "dataset.json", record)
    rows = frame[["file", "uploader"]].itertuples(index=False)
    for file, uploader in tqdm(rows, total=len(frame), unit=" images", disable=not progress):
        path = out / str(file)
        if path.is_file():
            continue
        try:
            pixels = read_photo((source / str(file)).read_bytes()).pixels
        except (OSError, PhotoError) as error:
            raise ManifestError(f"{source / str(file)} cannot be read: {error}") from error
        jpeg = marked_jpeg(pixels, str(file), str(uploader), planted, QUALITY)
        write_whole(path, partial(Path.write_bytes, data=jpeg))
    write_manifest(out, frame)
    return frame


def _claim(path: Path, record: dict[str, object]) -> None:
    """Note what the folder holds. Raises MarkError where it holds something else."""
    if path.exists():
        try:
            same = json.loads(path.read_text(encoding="utf-8")) == record
        except ValueError as error:
            raise MarkError(f"{path} cannot be read.") from error
        if not same:
            raise MarkError(f"{path.parent} holds other images; choose another folder.")
    write_whole(path, lambda file: file.write_text(json.dumps(record, indent=2) + "\n"))
