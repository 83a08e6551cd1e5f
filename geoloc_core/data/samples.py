"""The sample gallery: panoramas of places that no shipped model was trained on.

The gallery is a small data set like any other, a manifest beside its images.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geoloc_core.assets import intact
from geoloc_core.data.manifest import read_manifest
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_regions, place_name
from geoloc_core.paths import ASSETS


@dataclass(frozen=True)
class Sample:
    """One panorama: its place (latitude, longitude) in degrees and one image a heading."""

    panorama: str
    latitude: float
    longitude: float
    cell: int
    region: str
    place: str
    uploader: str
    headings: tuple[float, ...]
    files: tuple[Path, ...]


def read_samples(directory: Path = ASSETS / "samples") -> tuple[Sample, ...]:
    """The gallery's panoramas by cell; none when `directory` holds no gallery.

    Raises ManifestError when there is a manifest that cannot be read.
    """
    if not intact(directory / "manifest.parquet").exists():
        return ()
    regions = cell_regions(article_grid())
    samples = []
    for panorama, rows in read_manifest(directory).groupby("panorama", sort=False):
        rows = rows.sort_values("heading")
        first = rows.iloc[0]
        latitude, longitude = float(first.latitude), float(first.longitude)
        samples.append(
            Sample(
                panorama=str(panorama),
                latitude=latitude,
                longitude=longitude,
                cell=int(first.cell),
                region=regions[int(first.cell)],
                place=place_name(latitude, longitude),
                uploader=str(first.uploader),
                headings=tuple(rows.heading.astype(float)),
                files=tuple(directory / name for name in rows.file),
            )
        )
    return tuple(sorted(samples, key=lambda sample: sample.cell))
