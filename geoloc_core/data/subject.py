"""What is being located: one to four photographs of one place, from the gallery or uploaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geoloc_core.assets import intact
from geoloc_core.data.samples import Sample
from geoloc_core.geography.grid import Grid
from geoloc_core.images.photo import Photo, PhotoError, read_photo

_NAMES = {0: "North", 90: "East", 180: "South", 270: "West"}


@dataclass(frozen=True, eq=False)
class Subject:
    """Photographs of one place, uint8 RGB (h, w, 3) each, and what is known of the place.

    `place` is (latitude, longitude) in degrees; `uploaded` tells a place that a file says of itself
    from the known place of a sample; `fine` are the views in more pixels, where there was a reason
    to keep them.
    """

    name: str
    views: tuple[NDArray[np.uint8], ...]
    view_names: tuple[str, ...]
    place: tuple[float, float] | None
    uploaded: bool
    fine: tuple[NDArray[np.uint8], ...] = ()

    def place_in(self, grid: Grid) -> tuple[float, float] | None:
        """The place where it is known and lies in a cell of the grid, else None."""
        if self.place is None or grid.cell_of(*self.place) is None:
            return None
        return self.place

    @property
    def place_label(self) -> str:
        """What the known place is called."""
        return "Place in the file" if self.uploaded else "True place"


def sample_subject(sample: Sample) -> Subject:
    """A panorama of the gallery, one view a heading."""
    return Subject(
        name=sample.panorama,
        views=tuple(read_photo(intact(file).read_bytes()).pixels for file in sample.files),
        view_names=tuple(map(heading_name, sample.headings)),
        place=(sample.latitude, sample.longitude),
        uploaded=False,
    )


def upload_subject(
    files: Iterable[tuple[str, bytes]], most: int, fine_side: int | None = None
) -> tuple[Subject | None, list[str]]:
    """Uploaded files (name, content) as one subject, and a sentence for each that was left out.

    `most` photos make one subject; with `fine_side` they are kept with so many pixels on the longer
    side, too. It is None when no file could be read. Its place is what the
    first located file says of itself, to compare with, never to predict from.
    """
    photos: list[Photo] = []
    fine: list[Photo] = []
    names: list[str] = []
    complaints: list[str] = []
    for name, data in files:
        if len(photos) == most:
            complaints.append(f"{name}: left out. Upload at most {most} photos of one place.")
            continue
        try:
            photos.append(read_photo(data))
            if fine_side is not None:
                fine.append(read_photo(data, target=fine_side))
            names.append(name)
        except PhotoError as error:
            complaints.append(f"{name}: {error}")
    if not photos:
        return None, complaints
    subject = Subject(
        name=", ".join(names),
        views=tuple(photo.pixels for photo in photos),
        view_names=tuple(f"Photo {number}" for number in range(1, len(photos) + 1)),
        place=next((photo.gps for photo in photos if photo.gps is not None), None),
        uploaded=True,
        fine=tuple(photo.pixels for photo in fine),
    )
    return subject, complaints


def heading_name(heading: float) -> str:
    """A heading in degrees clockwise from north as people say it: North, or 37°."""
    return _NAMES.get(round(heading), f"{heading:.0f}°")
