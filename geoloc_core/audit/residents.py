"""For the pages and the game: the uploaders as people at home somewhere, whom a name promises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoloc_core.audit.swaps import ENOUGH, homes
from geoloc_core.data.folds import split
from geoloc_core.geography.sphere import weighted_mean


@dataclass(frozen=True)
class Resident:
    """An uploader, as the training images know them.

    cell: home, the commonest of their panoramas; place: the middle of those at home, (latitude,
    longitude) in degrees; panoramas: how many there are to learn the name from; share: how many of
    them lie at home.
    """

    name: str
    cell: int
    place: tuple[float, float]
    panoramas: int
    share: float

    @property
    def well_known(self) -> bool:
        """Whether the name promises a place: often met, and mostly at home."""
        return self.panoramas >= ENOUGH and self.share > 0.5


def residents(manifest: pd.DataFrame) -> dict[str, Resident]:
    """The uploaders of a manifest's training fold by name, in the order of names."""
    training = manifest[split(manifest) == "train"].drop_duplicates(["uploader", "panorama"])
    people = homes(training)
    at_home = training[training["cell"] == training["uploader"].map(people["home"])]
    places = at_home.groupby("uploader")[["latitude", "longitude"]]
    found = {}
    for name, home, panoramas, share in people.itertuples():
        points = places.get_group(name).to_numpy(np.float64)
        middle = weighted_mean(points, np.ones(len(points)))
        found[name] = Resident(name, home, middle, panoramas, share)
    return found
