"""The check of a data set: what is wrong with it, what weakens it, and a cleaned manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from numpy.typing import ArrayLike

from geoloc_core.check.clean import cleaned
from geoloc_core.check.faults import CURES, faults_in
from geoloc_core.check.look import look_at
from geoloc_core.check.remarks import Remark, remarks_on
from geoloc_core.check.report import html
from geoloc_core.data.filling import cells_of, filled
from geoloc_core.data.folds import FOLDS, split
from geoloc_core.data.manifest import manifest_path, write_manifest
from geoloc_core.data.table import PARQUET, ManifestError, read_table
from geoloc_core.files import write_whole
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.grid_choice import parse_grid
from geoloc_core.text import terminal_safe

CLEANED = "manifest.cleaned.parquet"


@dataclass(frozen=True)
class Checked:
    """What `check` found: counts of what there is, faults and remarks, and what was cured."""

    manifest: str
    holds: dict[str, int]
    faults: tuple[Remark, ...]
    remarks: tuple[Remark, ...]
    cured: dict[str, int]  # rows by kind of fault, {} where nothing was asked to be fixed
    left: int  # rows of the cleaned manifest


def check(
    data: Path, out: Path, *, grid: str = "square:3", fix: bool = False, progress: bool = True
) -> Checked:
    """Check the data set in `data`; write OUT/report.html; with `fix`, a cleaned manifest beside.

    `grid`: see `parse_grid`; its cells are those that may hold too few. Each image is read once.
    The cleaned manifest is `CLEANED` in `data`; nothing there is written over, and none is written
    where no row is left. Raises `ManifestError` and `GridError`.
    """
    path = manifest_path(data)
    if fix and (data / CLEANED).exists():
        raise ManifestError(f"{data / CLEANED} is there already: rename it or move it away.")
    frame, of_rows = filled(read_table(path))
    on = parse_grid(grid, lambda: training_points(frame))
    seen = look_at(data, frame["file"].tolist(), progress=progress)
    faults = faults_in(frame, of_rows, seen)
    better, cured = cleaned(frame, faults, seen) if fix else (frame, {})
    result = Checked(
        manifest=str(path),
        holds=_holds(frame, on),
        faults=tuple(Remark(each.kind, len(each.rows), each.says) for each in faults),
        remarks=tuple(remarks_on(frame, on)),
        cured=cured,
        left=len(better),
    )
    if cured and len(better):
        write_manifest(data, better, CLEANED)
    page = html(result, CURES)
    write_whole(out / "report.html", lambda file: file.write_text(page, encoding="utf-8"))
    return result


def training_points(frame: pd.DataFrame) -> ArrayLike:
    """Latitude and longitude (m, 2) of the training fold's images that have a possible place."""
    possible = frame["latitude"].abs().le(90) & frame["longitude"].abs().le(180)
    training = frame[possible & (split(frame) == FOLDS[0])]
    return training[["latitude", "longitude"]].to_numpy()


def check_text(result: Checked) -> str:
    """What was found as a table for a terminal."""
    holds = ", ".join(f"{count:,} {what}" for what, count in result.holds.items())
    lines = [f"{result.manifest}: {holds}.", ""]
    lines += [*_table("Faults", result.faults), *_table("Remarks", result.remarks)]
    if not result.faults:
        lines.append("No faults.")
    if result.cured and not result.left:
        lines.append("No row is without a fault: there is nothing to keep, so nothing was written.")
    elif result.cured:
        lines += [f"{count:>8,}  {kind}: {CURES[kind]}" for kind, count in result.cured.items()]
        lines.append(
            f"{CLEANED} lies beside the manifest, with {result.left:,} of its rows. To use it, "
            f"rename it to {PARQUET}."
        )
    return "\n".join(terminal_safe(line) for line in lines)


def _table(title: str, rows: Sequence[Remark]) -> list[str]:
    if not rows:
        return []
    width = max(len(row.kind) for row in rows)
    said = [f"{row.count:>8,}  {row.kind:<{width}}  {row.says[0]}" for row in rows]
    return [title, *said, ""]


def _holds(frame: pd.DataFrame, grid: Grid) -> dict[str, int]:
    cells = cells_of(frame, grid)
    folds = split(frame).value_counts()
    return {
        "images": len(frame),
        "panoramas": int(frame["panorama"].nunique()),
        "uploaders": int(frame["uploader"][frame["uploader"] != ""].nunique()),
        f"of {len(grid)} cells": len(set(cells[cells >= 0].tolist())),
        **{f"for {name}": int(folds.get(name, 0)) for name in FOLDS},
    }
