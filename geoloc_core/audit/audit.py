"""The audit of a network: the scan, the tests of a region, their verdict, and the report."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, astuple, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from geoloc_core.audit import detect
from geoloc_core.audit.behaviour import accuracies, behaviour
from geoloc_core.audit.detect import Detection, Reader, files_to_read
from geoloc_core.audit.duplicates import duplicates
from geoloc_core.audit.examples import example, example_rows, groups_of_evidence, strip
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
)
from geoloc_core.audit.relevance import relevance, sample_rows
from geoloc_core.audit.report import Pictures, Report, html
from geoloc_core.audit.scan.parts import Part
from geoloc_core.audit.scan.scan import BUDGET, scan
from geoloc_core.audit.scan.verdict import Leak, Verdict
from geoloc_core.audit.survey import survey
from geoloc_core.audit.suspect import ROW, Suspect, SuspectError
from geoloc_core.audit.uploader_lookup import agreement, lookup
from geoloc_core.audit.verdict import AuditError, verdict
from geoloc_core.audit.words import held_out_words
from geoloc_core.cluster.load import found_anywhere, take_one_core
from geoloc_core.cluster.spread import Spread, here
from geoloc_core.data.folds import FOLD, split
from geoloc_core.data.labelled import DataSet, names_in, read_data, with_classes
from geoloc_core.files import write_whole
from geoloc_core.models.adapters.choice import Choice
from geoloc_core.models.adapters.model import Model, open_model
from geoloc_core.training.batches import manifest_fingerprint

SCHEMA = 1  # of audit.json, raised when a key changes
SEED = 0
LEAST_IMAGES, LEAST_UPLOADERS = 30, 10  # an interval over fewer tells nothing


def audit(
    data: DataSet,
    model: str | Choice | Model,
    out: Path,
    *,
    column: str | None = None,
    folder: Path | None = None,
    region: Suspect | None = None,
    find_text: bool = False,
    count: int = SAMPLE_SIZE,
    progress: bool = True,
    read: Callable[[Path], bytes] = Path.read_bytes,
    reader: Reader | None = None,
    spread: Spread = here,
) -> Report:
    """Audit a model on a data set; write OUT/audit.json and OUT/report.html.

    `model`: any that `adapters.model` opens, or one that is open. Its classes are the cells of its
    grid, which the images' places tell, or what `column` of the manifest says. `folder`: of the
    images; left out, that of `data`. All parts and properties of the images are scanned for what
    gives uploaders away, or `region` alone; with `find_text` that is where text recurs in the
    images, found by `reader` (see `detect`). The tests of a region are then done on the part found,
    or else on the credit line. Files are read by `read`, or by the workers of `spread`, which share
    the tests' passes out and see data, model and OUT under the same paths; a model that is open
    stays here. An interrupted audit goes on when called again. Gives what audit.json holds (see
    docs/audit.schema.json). Raises CheckpointError, ManifestError, DetectError or AuditError, in
    words.
    """
    table, named = read_data(data, column)
    choice: Choice | None = None
    if isinstance(model, Model):
        audited = model
    else:
        choice = chosen(model, table, column)
        audited = open_model(choice)
    manifest, located = with_classes(table, named, audited.classes, audited.grid, column)
    engine, checkpoint = audited.engine, audited.engine.checkpoint
    folder = folder or folder_of(data)
    fold = split(located)
    training, held_out = located[fold == "train"], located[fold == "test"]
    check(held_out, folder)
    subjects = draw_subjects(located, count)
    rows = example_rows(len(subjects))
    for_text = files_to_read(manifest) if find_text else []
    again = [*subjects["file"].iloc[[*rows, *sample_rows(len(subjects))]], *for_text]
    images = ImageStore(folder, again=again, read=read)
    found = None
    if find_text:
        found = detect.find_text(images, for_text, reader=reader, progress=progress)
        region = _found_suspect(found)
    scanned = scan(
        audited.predict,
        located.assign(fold=fold),
        images.pixels,
        part=None if region is None else Part("the region given", *astuple(region)),
        count=count,
        encoded=images.encoded,
        parts=out.absolute() / "scan",
        key=f"{version('pata')} {audited.digest} {checkpoint.temperature}",
        progress=progress,
    )
    suspect = region or suspect_of(scanned.verdict)
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
        if spread is here or choice is None
        else partial(load_witness, folder.absolute(), found_anywhere(choice)),
    )
    strips = [strip(subjects.iloc[[row]], images, suspect) for row in rows]
    of_relevance = relevance(
        images, checkpoint, engine, passes, progress=progress, kept=out / "relevance"
    )
    # last: it reads what no other test has read, and keeps nothing of it
    surveyed = survey(images, located["file"].tolist(), suspect, progress=progress, spread=spread)
    findings = [
        *heard(passes, located),
        of_relevance,
        duplicates(held_out, training, surveyed.fingerprints),
        metadata(located, surveyed.metadata),
    ]
    groups = groups_of_evidence(passes)
    fingerprint = manifest_fingerprint(manifest)
    report = {
        "schema": SCHEMA,
        "version": version("pata"),
        "settings": {
            "images": count,
            "seed": SEED,
            "region": None if region is None else asdict(region),
            "find_text": find_text,
            "budget": BUDGET,
        },
        "model": Path(audited.name).name,
        "model_digest": audited.digest,
        "classes": len(audited.classes),
        "class_column": column,
        "trained_mask": checkpoint.mask,
        "mask": passes.mask,
        "pictures": len(passes.frame),
        "panoramas": int(passes.frame["panorama"].nunique()),
        "uploaders": int((passes.frame["uploader"].unique() != "").sum()),
        "suspect": asdict(suspect),
        "data_fingerprint": fingerprint,
        "images_digest": images_digest(images, subjects["file"]),
        "held_out": held_out_words(audited.data_fingerprint, fingerprint, told=FOLD in table),
        "grid_fingerprint": checkpoint.grid.fingerprint,
        "verdict": asdict(verdict(findings, scanned.verdict)),
        "scan": _without_nan(scanned.as_json()),
        "accuracy": accuracies(passes),
        "findings": [_without_nan(asdict(finding)) for finding in findings],
        "strategies": groups,
        "text": None if found is None else _text(found),
        "examples": [example(passes, row) for row in rows],
    }
    pictures = Pictures(
        strips,
        scanned.views,
        [images.pixels(group["file"]) for group in groups],
        None if found is None else found.heat,
    )
    page = html(report, pictures, audited.grid)
    write_report(report, page, out / "audit.json", out / "report.html")
    return report


def chosen(model: str | Choice, table: pd.DataFrame, column: str | None) -> Choice:
    """The model to audit; the column's classes are those of a model that names none."""
    choice = Choice(model) if isinstance(model, str) else model
    return replace(choice, classes=names_in(table, column)) if column else choice


def folder_of(data: DataSet) -> Path:
    """The folder that the paths of a data set's images begin in."""
    if isinstance(data, pd.DataFrame):
        return Path()
    return data.parent if data.is_file() else data


def suspect_of(scanned: Verdict) -> Suspect:
    """The region for the other tests: the part that leaks, or the credit line.

    That it is too where nothing was found, and where it is most of the part that was, or most of it
    lies in that part: of the credit line more is known.
    """
    if not isinstance(scanned, Leak) or scanned.found.box is None or scanned.found.around:
        return ROW
    left, top, right, bottom = scanned.found.box
    common = max(0.0, min(right, ROW.right) - max(left, ROW.left)) * max(
        0.0, min(bottom, ROW.bottom) - max(top, ROW.top)
    )
    if common >= 0.5 * min(ROW.area, (right - left) * (bottom - top)):
        return ROW
    try:
        return Suspect(left, top, right, bottom)
    except SuspectError:  # more than half of the image
        return ROW


def images_digest(images: ImageStore, files: Iterable[str]) -> str:
    """A fingerprint of the content of images."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(images.digest(file).encode())
    return digest.hexdigest()


def load_witness(folder: Path, choice: Choice) -> Witness:
    """What a worker on one core needs for the passes. Raises CheckpointError."""
    take_one_core()
    engine = open_model(choice).engine
    return Witness(ImageStore(folder), engine.checkpoint, engine)


def write_report(report: Report, page: str, numbers: Path, document: Path) -> None:
    """Write a report's numbers as JSON, and its page."""
    text = json.dumps(report, indent=1, allow_nan=False) + "\n"
    write_whole(numbers, lambda path: path.write_text(text, encoding="utf-8"))
    write_whole(document, lambda path: path.write_text(page, encoding="utf-8"))


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


def _without_nan(value: Any) -> Any:
    """A value for JSON, which knows no NaN: None stands for what was not measured."""
    if isinstance(value, dict):
        return {key: _without_nan(of) for key, of in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(of) for of in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
