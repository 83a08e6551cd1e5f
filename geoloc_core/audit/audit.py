"""The audit of a network: all tests on one sample of images, their verdict, and the report."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoloc_core.audit import detect
from geoloc_core.audit.behaviour import accuracies, behaviour
from geoloc_core.audit.detect import Detection, Reader, files_to_read
from geoloc_core.audit.duplicates import duplicates
from geoloc_core.audit.findings import Finding
from geoloc_core.audit.groupings import groupings
from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.metadata import metadata
from geoloc_core.audit.passes import (
    SAMPLE_SIZE,
    Passes,
    Witness,
    draw_subjects,
    run_passes,
    shown,
)
from geoloc_core.audit.relevance import relevance, sample_rows
from geoloc_core.audit.report import Report, html
from geoloc_core.audit.survey import survey
from geoloc_core.audit.suspect import ROW, Suspect
from geoloc_core.audit.uploader_lookup import agreement, lookup
from geoloc_core.audit.variants import VARIANTS
from geoloc_core.audit.verdict import AuditError, verdict
from geoloc_core.cluster.load import found_anywhere, take_one_core
from geoloc_core.cluster.spread import Spread, here
from geoloc_core.data.folds import split
from geoloc_core.data.manifest import on_grid, read_manifest
from geoloc_core.files import write_whole
from geoloc_core.images.credit_line import Pixels
from geoloc_core.models.checkpoint import checkpoint_path, load_checkpoint
from geoloc_core.models.engines import float_engine
from geoloc_core.training.batches import manifest_fingerprint

LEAST_IMAGES, LEAST_UPLOADERS = 30, 10  # an interval over fewer tells nothing
EXAMPLES = 3
SHOWN = ("as is", "hidden", "swapped", "unknown", "row only", "blackened")


def audit(
    data: Path,
    model: str,
    out: Path,
    *,
    suspect: Suspect = ROW,
    find_text: bool = False,
    count: int = SAMPLE_SIZE,
    progress: bool = True,
    read: Callable[[Path], bytes] = Path.read_bytes,
    reader: Reader | None = None,
    spread: Spread = here,
) -> Report:
    """Audit a model on the data set in `data`; write OUT/audit.json and OUT/report.html.

    `model` as for `Predictor`; with `find_text` the suspect region is where text recurs in the
    images, found by `reader` (see `detect`). Each file is read once, by `read`, or by the
    workers of `spread`, which see data, model and OUT under the same paths. An interrupted audit
    goes on when called again. Gives what audit.json holds. Raises CheckpointError, ManifestError,
    DetectError or AuditError, in words.
    """
    manifest = read_manifest(data)
    checkpoint = load_checkpoint(checkpoint_path(model))
    located = on_grid(manifest, checkpoint.grid)
    fold = split(located)
    training, held_out = located[fold == "train"], located[fold == "test"]
    check(held_out, data)
    subjects = draw_subjects(located, count)
    rows = example_rows(len(subjects))
    for_text = files_to_read(manifest) if find_text else []
    again = [*subjects["file"].iloc[[*rows, *sample_rows(len(subjects))]], *for_text]
    images = ImageStore(data, again=again, read=read)
    found = None
    if find_text:
        found = detect.find_text(images, for_text, reader=reader, progress=progress)
        suspect = _found_suspect(found)
    engine = float_engine(checkpoint)
    passes = run_passes(
        images,
        subjects,
        checkpoint,
        engine,
        out.absolute(),
        suspect=suspect,
        progress=progress,
        spread=spread,
        load=None
        if spread is here
        else partial(load_witness, data.absolute(), found_anywhere(model)),
    )
    strips = [strip(subjects.iloc[[row]], images, suspect) for row in rows]
    of_relevance = relevance(images, checkpoint, engine, passes, progress=progress)
    # last: it reads what no other test has read, and keeps nothing of it
    surveyed = survey(images, located["file"].tolist(), suspect, progress=progress, spread=spread)
    findings = [
        *heard(passes, located),
        of_relevance,
        duplicates(held_out, training, surveyed.fingerprints),
        metadata(located, surveyed.metadata),
    ]
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
        "findings": [_without_nan(asdict(finding)) for finding in findings],
        "text": None if found is None else _text(found),
        "examples": [_example(passes, row) for row in rows],
    }
    page = html(report, strips, None if found is None else found.heat)
    write_report(report, page, out / "audit.json", out / "report.html")
    return report


def load_witness(data: Path, model: str) -> Witness:
    """What a worker on one core needs for the passes. Raises CheckpointError."""
    take_one_core()
    checkpoint = load_checkpoint(checkpoint_path(model))
    return Witness(ImageStore(data), checkpoint, float_engine(checkpoint))


def write_report(report: Report, page: str, numbers: Path, document: Path) -> None:
    """Write a report's numbers as JSON, and its page."""
    text = json.dumps(report, indent=1, allow_nan=False) + "\n"
    write_whole(numbers, lambda path: path.write_text(text, encoding="utf-8"))
    write_whole(document, lambda path: path.write_text(page, encoding="utf-8"))


def example_rows(count: int) -> list[int]:
    """Which of a sample's images the report shows: spread evenly, whatever was predicted."""
    return [int(row) for row in np.linspace(0, count, 2 * EXAMPLES + 1)[1::2]]


def heard(passes: Passes, manifest: pd.DataFrame) -> list[Finding]:
    """The tests that the verdict hears: 1 to 5 and 7.

    manifest: the data set's images with their cell on the network's grid.
    """
    frame = passes.frame
    return [
        groupings(frame, passes.arrays.pooled),
        *behaviour(passes),
        lookup(frame, manifest),
        agreement(frame, passes.predicted("as is")),
    ]


def check(held_out: pd.DataFrame, data: Path) -> None:
    """Raise AuditError, in words, unless there is enough to audit on."""
    named = held_out[held_out["uploader"] != ""]
    if named.empty:
        raise AuditError(
            f"An audit needs a column uploader in the manifest of {data}, with names in the test "
            "fold: it tests what they reveal."
        )
    uploaders = named["uploader"].nunique()
    if len(held_out) < LEAST_IMAGES or uploaders < LEAST_UPLOADERS:
        raise AuditError(
            f"The test fold of the data set in {data} has {len(held_out)} images by {uploaders} "
            f"uploaders. An audit needs at least {LEAST_IMAGES} images by {LEAST_UPLOADERS}."
        )


def _found_suspect(found: Detection) -> Suspect:
    if found.suspect is None:
        raise AuditError(
            f"No text recurs at the same place in {found.images} images, so no region is "
            "suspect. Give one with --region."
        )
    return found.suspect


def _text(found: Detection) -> dict[str, Any]:
    counts = {"pictures": found.images, "with_text": found.with_text}
    return counts | {"words": [list(word) for word in found.words]}


def _example(passes: Passes, row: int) -> dict[str, Any]:
    """An image of the sample and what the network said of its variants."""
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


def strip(subject: pd.DataFrame, images: ImageStore, suspect: Suspect) -> dict[str, Pixels]:
    """The pixels of an image's variants, as they are before the network's own mask."""
    made = shown(next(subject.itertuples(index=False)), images, suspect)
    by_variant = dict(zip(VARIANTS, made, strict=True))
    return {name: by_variant[name] for name in SHOWN}


def _without_nan(value: Any) -> Any:
    """A value for JSON, which knows no NaN: None stands for what was not measured."""
    if isinstance(value, dict):
        return {key: _without_nan(of) for key, of in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(of) for of in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
