"""The data set that the shipped networks were trained and evaluated on.

Its manifest ships. Its images do not: the sample gallery holds a few, and any other is rendered
again from its row (simulated_streets).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from geoloc_core.assets import unless_damaged
from geoloc_core.data.manifest import read_manifest
from geoloc_core.data.samples import Sample, read_samples
from geoloc_core.paths import ASSETS


def shipped_manifest() -> pd.DataFrame:
    """The manifest, read anew on every call. Raises ManifestError."""
    return read_manifest(ASSETS / "dataset")


def examples(manifest: pd.DataFrame, cell: int) -> list[str]:
    """The panoramas of a cell, those of the gallery first: they need no rendering."""
    found = manifest.loc[manifest["cell"] == cell, "panorama"].unique()
    kept = {panorama for panorama, _ in _gallery()}
    return sorted(found, key=lambda panorama: panorama not in kept)


def gallery_file(row: pd.Series[Any]) -> Path | None:
    """The image of a row of the shipped manifest, None where the gallery does not hold it."""
    return _gallery().get((row["panorama"], row["heading"]))


@cache
def _gallery() -> dict[tuple[str, float], Path]:
    """The images that ship, by panorama and heading."""
    return {
        (sample.panorama, heading): file
        for sample in _samples()
        for heading, file in zip(sample.headings, sample.files, strict=True)
    }


def _samples() -> tuple[Sample, ...]:
    return unless_damaged(read_samples, ())
