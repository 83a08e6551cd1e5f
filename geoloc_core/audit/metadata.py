"""Test 8, second part: does anything but the pixels tell the cell?

Size and date of a file, its camera or how it was compressed may differ from region to region, and
some of it, such as the compression, can be seen in the pixels. A fault of the data set, not of the
network: the finding warns, and takes no part in the verdict.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import ExifTags, Image
from sklearn.tree import DecisionTreeClassifier
from tqdm import tqdm

from geoloc_core.audit.comparison import compared
from geoloc_core.audit.estimate import estimate
from geoloc_core.audit.findings import Finding, unmeasured
from geoloc_core.audit.words import TITLES, telling
from geoloc_core.data.folds import group_folds, groups_of
from geoloc_core.data.manifest import ManifestError

FOLDS = 5
DEPTH = 8
LEAST_LEAF = 5  # pictures

EXIF = ("Make", "Model", "Software", "FocalLength", "ExposureTime", "FNumber", "ISOSpeedRatings")
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")


def metadata(data: Path, manifest: pd.DataFrame, *, progress: bool = True) -> Finding:
    """Find the one piece of metadata that tells the cell best, on the data set in `data`.

    manifest: pictures with file, panorama, uploader, date, heading and cell. Each feature alone
    goes into a decision tree, scored on folds that share no panorama, against the training folds'
    commonest cell. Raises ManifestError if a picture cannot be read.
    """
    if manifest["panorama"].nunique() < FOLDS:
        return unmeasured(
            "metadata", 8, TITLES["metadata"], "share", "Too few panoramas to train on."
        )
    files = tqdm(manifest["file"], "metadata", unit=" images", disable=not progress)
    read = pd.DataFrame([of_file(data / file) for file in files])
    features = pd.concat([of_manifest(manifest.reset_index(drop=True)), read], axis=1)
    cells = manifest["cell"].to_numpy(np.int64)
    folds = group_folds(manifest, "panorama", FOLDS)
    uploaders = groups_of(manifest, "uploader")
    majority = tree_hits(np.zeros(len(cells)), cells, folds)
    hits = {
        str(name): tree_hits(_numbers(column), cells, folds)
        for name, column in features.items()
        if column.nunique(dropna=False) > 1
    }
    if not hits:
        return unmeasured(
            "metadata", 8, TITLES["metadata"], "share", "All images have the same metadata."
        )
    table = {
        name: {
            "accuracy": list(estimate(of, uploaders)),
            "beyond the commonest cell": list(estimate(of - majority, uploaders)),
        }
        for name, of in hits.items()
    }
    finding = compared(
        uploaders,
        test="metadata",
        number=8,
        value=hits[max(hits, key=lambda name: float(hits[name].mean()))],
        control=majority,
        unit="share",
        threshold=None,
        details={"features": table},
    )
    warning = {"warning": bool(telling(finding.details))}
    return replace(finding, details=warning | finding.details)


def of_file(path: Path) -> dict[str, Any]:
    """What a picture's file says beside its pixels: numbers, or text for kinds.

    Quantisation tables stand for the software and quality of a JPEG file. Raises ManifestError.
    """
    try:
        with Image.open(path, formats=_FORMATS) as image:
            tables = getattr(image, "quantization", None)
            return {
                "file size": path.stat().st_size,
                "width": image.width,
                "height": image.height,
                "format": image.format,
                "quantisation tables": None if tables is None else str(tables),
                **_exif(image),
            }
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise ManifestError(f"{path} cannot be read as an image.") from error


def of_manifest(manifest: pd.DataFrame) -> pd.DataFrame:
    """What the manifest says that has no business with the place: year, month, hour, heading.

    An hour is that of the place; what a date does not tell is NaN.
    """
    date = manifest["date"]
    parts = {"year": date.str[:4], "month": date.str[5:7], "hour": date.str[11:13]}
    numbers = {name: pd.to_numeric(part, errors="coerce") for name, part in parts.items()}
    return pd.DataFrame({**numbers, "heading": manifest["heading"]})


def tree_hits(
    values: NDArray[np.float64], cells: NDArray[np.int64], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Whether a tree on one feature, fitted to the other folds, finds each cell: (m,) 0 or 1.

    values (m,), NaN where unknown. A constant feature makes it guess the commonest cell.
    """
    hits = np.zeros(len(cells))
    column = values[:, None]
    for fold in np.unique(folds):
        held = folds == fold
        tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=LEAST_LEAF, random_state=0)
        tree.fit(column[~held], cells[~held])
        hits[held] = tree.predict(column[held]) == cells[held]
    return hits


def _exif(image: Image.Image) -> dict[str, Any]:
    """The `EXIF` fields of an image, and whether there is GPS; nothing where it is malformed."""
    try:
        exif = image.getexif()
        tags = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # hostile metadata must not stop an audit
        return {}
    named = {ExifTags.TAGS.get(tag, ""): value for tag, value in tags.items()}
    known = {f"EXIF {name}": _plain(named[name]) for name in EXIF if name in named}
    return known | ({"EXIF GPS": "present"} if gps else {})


def _plain(value: Any) -> float | str:
    """An EXIF value as a number where it is one, else as text."""
    try:
        return float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return str(value)[:64]


def _numbers(column: pd.Series[Any]) -> NDArray[np.float64]:
    """A feature (m,) as numbers: kinds are numbered in the order of their names, unknown is NaN."""
    if not pd.api.types.is_numeric_dtype(column):
        codes = pd.factorize(column.astype(str).where(column.notna()), sort=True)[0]
        return np.where(codes < 0, np.nan, codes).astype(np.float64)
    return column.to_numpy(np.float64)
