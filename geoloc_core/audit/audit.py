"""The audit of a network: all tests on one sample of pictures, their verdict, and the report."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoloc_core.audit.behaviour import accuracies, behaviour
from geoloc_core.audit.detect import Detection, detect
from geoloc_core.audit.duplicates import duplicates
from geoloc_core.audit.findings import Finding
from geoloc_core.audit.groupings import groupings
from geoloc_core.audit.lookup import agreement, lookup
from geoloc_core.audit.metadata import metadata
from geoloc_core.audit.passes import PICTURES, Passes, run, shown
from geoloc_core.audit.relevance import relevance
from geoloc_core.audit.report import Report, html
from geoloc_core.audit.suspect import ROW, Suspect
from geoloc_core.audit.variants import VARIANTS
from geoloc_core.audit.verdict import AuditError, verdict
from geoloc_core.data.folds import split
from geoloc_core.data.manifest import read_manifest
from geoloc_core.files import write_whole
from geoloc_core.geography.grid import Grid
from geoloc_core.images.credit_line import Pixels
from geoloc_core.models.checkpoint import checkpoint_path, load_checkpoint
from geoloc_core.models.engines import float_engine
from geoloc_core.training.data import manifest_fingerprint

LEAST_PICTURES, LEAST_UPLOADERS = 30, 10  # an interval over fewer tells nothing
EXAMPLES = 3
SHOWN = ("as is", "hidden", "swapped", "unknown", "row only", "blackened")


def audit(
    data: Path,
    model: str,
    out: Path,
    *,
    suspect: Suspect = ROW,
    find_text: bool = False,
    pictures: int = PICTURES,
    progress: bool = True,
) -> Report:
    """Audit a model on the data set in `data`; write OUT/audit.json and OUT/report.html.

    `model` as for `Predictor`; with `find_text` the suspect region is where text recurs in the
    pictures. An interrupted audit goes on when called again. Gives what audit.json holds. Raises
    CheckpointError, ManifestError, DetectError or AuditError, in words.
    """
    manifest = read_manifest(data)
    checkpoint = load_checkpoint(checkpoint_path(model))
    located = on_grid(manifest, checkpoint.grid)
    fold = split(located)
    training, held_out = located[fold == "train"], located[fold == "test"]
    check(held_out, data)
    found = detect(data, progress=progress) if find_text else None
    if found is not None:
        suspect = _found_suspect(found)
    engine = float_engine(checkpoint)
    passes = run(
        data, checkpoint, engine, out, suspect=suspect, pictures=pictures, progress=progress
    )
    findings = [
        *heard(passes, located),
        relevance(data, checkpoint, engine, passes, progress=progress),
        duplicates(data, held_out, training, suspect, progress=progress),
        metadata(data, located, progress=progress),
    ]
    rows = example_rows(len(passes.frame))
    report = {
        "model": Path(model).name,
        "trained_mask": checkpoint.mask,
        "mask": passes.mask,
        "pictures": len(passes.frame),
        "panoramas": int(passes.frame["panorama"].nunique()),
        "uploaders": int((passes.frame["uploader"].unique() != "").sum()),
        "suspect": asdict(suspect),
        "data_fingerprint": manifest_fingerprint(manifest),
        "grid_fingerprint": checkpoint.grid.fingerprint,
        "verdict": asdict(verdict(findings)),
        "accuracy": accuracies(passes),
        "findings": [_plain(asdict(finding)) for finding in findings],
        "text": None if found is None else _text(found),
        "examples": [_example(passes, row) for row in rows],
    }
    shown_of = [strip(passes.frame.iloc[[row]], data, suspect) for row in rows]
    page = html(report, shown_of, None if found is None else found.heat)
    write_report(report, page, out / "audit.json", out / "report.html")
    return report


def write_report(report: Report, page: str, numbers: Path, document: Path) -> None:
    """Write a report's numbers as JSON, and its page."""
    text = json.dumps(report, indent=1, allow_nan=False) + "\n"
    write_whole(numbers, lambda path: path.write_text(text, encoding="utf-8"))
    write_whole(document, lambda path: path.write_text(page, encoding="utf-8"))


def example_rows(pictures: int) -> list[int]:
    """Which of a sample's pictures the report shows: spread evenly, whatever was predicted."""
    return [int(row) for row in np.linspace(0, pictures, 2 * EXAMPLES + 1)[1::2]]


def heard(passes: Passes, manifest: pd.DataFrame) -> list[Finding]:
    """The tests that the verdict hears: 1 to 5 and 7.

    manifest: the data set's pictures with their cell on the network's grid.
    """
    frame = passes.frame
    return [
        groupings(frame, passes.arrays.pooled),
        *behaviour(passes),
        lookup(frame, manifest),
        agreement(frame, passes.predicted("as is")),
    ]


def on_grid(manifest: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """The manifest's pictures that lie on a grid, `cell` being theirs there."""
    cells = grid.cells_of(manifest[["latitude", "longitude"]].to_numpy())
    return manifest.assign(cell=cells)[cells >= 0]


def check(held_out: pd.DataFrame, data: Path) -> None:
    """Raise AuditError, in words, unless there is enough to audit on."""
    named = held_out[held_out["uploader"] != ""]
    if named.empty:
        raise AuditError(
            f"The manifest in {data} names no uploader in the test fold. An audit tests what "
            "uploaders reveal, so it needs their names."
        )
    uploaders = named["uploader"].nunique()
    if len(held_out) < LEAST_PICTURES or uploaders < LEAST_UPLOADERS:
        raise AuditError(
            f"The test fold of the data set in {data} has {len(held_out)} images by {uploaders} "
            f"uploaders. An audit needs at least {LEAST_PICTURES} images by {LEAST_UPLOADERS}."
        )


def _found_suspect(found: Detection) -> Suspect:
    if found.suspect is None:
        raise AuditError(
            f"No text recurs at the same place in {found.pictures} images, so no region is "
            "suspect. Give one with --region."
        )
    return found.suspect


def _text(found: Detection) -> dict[str, Any]:
    counts = {"pictures": found.pictures, "with_text": found.with_text}
    return counts | {"words": [list(word) for word in found.words]}


def _example(passes: Passes, row: int) -> dict[str, Any]:
    """A picture of the sample and what the network said of its variants."""
    subject = passes.frame.iloc[row]
    probabilities = {name: np.exp(passes.log_probabilities(name)[row]) for name in SHOWN}
    return {
        "file": str(subject["file"]),
        "uploader": str(subject["uploader"]),
        "cell": int(subject["cell"]),
        "swapped": str(subject["swapped"]),
        "target": int(subject["target"]),
        "predicted": {
            name: {"cell": int(of.argmax()), "probability": float(of.max())}
            for name, of in probabilities.items()
        },
    }


def strip(subject: pd.DataFrame, data: Path, suspect: Suspect) -> dict[str, Pixels]:
    """The pixels of a picture's variants, as they are before the network's own mask."""
    made = shown(next(subject.itertuples(index=False)), data, suspect)
    pictures = dict(zip(VARIANTS, made, strict=True))
    return {name: pictures[name] for name in SHOWN}


def _plain(value: Any) -> Any:
    """A value for JSON, which knows no NaN: None stands for what was not measured."""
    if isinstance(value, dict):
        return {key: _plain(of) for key, of in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(of) for of in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
