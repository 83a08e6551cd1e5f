"""The data set that the shipped networks were trained and judged on.

Its manifest ships. Its pictures do not: the sample gallery holds a few, and any other is rendered
again from its row.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.dataset.manifest import read_manifest
from geoloc_core.dataset.samples import read_samples
from geoloc_core.dataset.simulate import render_row
from geoloc_core.paths import ASSETS
from geoloc_core.photos.photo import read_photo


def shipped_manifest() -> pd.DataFrame:
    """The manifest, read anew on every call. Raises ManifestError."""
    return read_manifest(ASSETS / "dataset")


def examples(manifest: pd.DataFrame, cell: int) -> list[str]:
    """The panoramas of a cell, those of the gallery first: they need no rendering."""
    found = manifest.loc[manifest["cell"] == cell, "panorama"].unique()
    kept = {panorama for panorama, _ in _gallery()}
    return sorted(found, key=lambda panorama: panorama not in kept)


def picture_of(row: pd.Series[Any]) -> NDArray[np.uint8]:
    """The picture (256, 256, 3) uint8 RGB of a row of the shipped manifest.

    Rendering takes a fraction of a second, the very first time up to half a minute more while the
    renderer is compiled.
    """
    kept = _gallery().get((row["panorama"], row["heading"]))
    return read_photo(kept.read_bytes() if kept else render_row(row)).pixels


@cache
def _gallery() -> dict[tuple[str, float], Path]:
    """The pictures that ship, by panorama and heading."""
    return {
        (sample.panorama, heading): file
        for sample in read_samples()
        for heading, file in zip(sample.headings, sample.files, strict=True)
    }
