"""Test 8, second part: does anything but the pixels tell the cell?

Size and date of a file, its camera or how it was compressed may differ from region to region, and
some of it, such as the compression, can be seen in the pixels. A fault of the data set, not of the
network: the finding warns, and takes no part in the verdict.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import ExifTags, Image
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

from geoloc_core.audit.comparison import compare
from geoloc_core.audit.findings import Finding, unmeasured
from geoloc_core.audit.interval import mean_with_interval
from geoloc_core.audit.words import TITLES, telling
from geoloc_core.data.folds import group_folds, groups_of
from geoloc_core.images.photo import PhotoError

FOLDS = 5
DEPTH = 8
LEAST_LEAF = 5  # images

EXIF = ("Make", "Model", "Software", "FocalLength", "ExposureTime", "FNumber", "ISOSpeedRatings")
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")


def metadata(manifest: pd.DataFrame, of_files: pd.DataFrame) -> Finding:
    """Find the one piece of metadata that tells the cell best.

    manifest: images with file, panorama, uploader, date, heading and cell; of_files: what
    `read_metadata` gives of each, by file. Each feature alone goes into a decision tree, scored on
    folds that share no panorama, against the training folds' commonest cell.
    """
    if manifest["panorama"].nunique() < FOLDS:
        return unmeasured(
            "metadata", 8, TITLES["metadata"], "share", "Too few panoramas to train on."
        )
    manifest = manifest.reset_index(drop=True)
    read = of_files.loc[manifest["file"]].reset_index(drop=True)
    features = pd.concat([split_dates(manifest), read], axis=1)
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
            "accuracy": list(mean_with_interval(of, uploaders)),
            "beyond the commonest cell": list(mean_with_interval(of - majority, uploaders)),
        }
        for name, of in hits.items()
    }
    finding = compare(
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


def read_metadata(content: bytes) -> dict[str, Any]:
    """What an image's file says beside its pixels: numbers, or text for kinds.

    Quantisation tables stand for the software and quality of a JPEG file. Raises PhotoError.
    """
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            tables = getattr(image, "quantization", None)
            return {
                "file size": len(content),
                "width": image.width,
                "height": image.height,
                "format": image.format,
                "quantisation tables": None if tables is None else str(tables),
                **_exif(image),
            }
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise PhotoError("It is no image.") from error


def split_dates(manifest: pd.DataFrame) -> pd.DataFrame:
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
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=LEAST_LEAF, random_state=0)
    predicted = cross_val_predict(tree, values[:, None], cells, cv=PredefinedSplit(folds))
    return np.asarray(predicted == cells, np.float64)


def _exif(image: Image.Image) -> dict[str, Any]:
    """The `EXIF` fields of an image, and whether there is GPS; nothing where it is malformed."""
    try:
        exif = image.getexif()
        tags = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # hostile metadata must not stop an audit
        return {}
    named = {ExifTags.TAGS.get(tag, ""): value for tag, value in tags.items()}
    known = {f"EXIF {name}": _number_or_text(named[name]) for name in EXIF if name in named}
    return known | ({"EXIF GPS": "present"} if gps else {})


def _number_or_text(value: Any) -> float | str:
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
