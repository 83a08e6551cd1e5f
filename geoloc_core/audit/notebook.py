"""The audit of any function that predicts, in one call: for a notebook or a script.

from geoloc_core.audit.notebook import audit

report = audit(predict, manifest, out, column="state", folder=images)
print(report["verdict"]["words"])
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from geoloc_core.audit.audit import audit as run
from geoloc_core.audit.report import Report
from geoloc_core.data.labelled import DataSet, names_in, read_data
from geoloc_core.models.adapters.model import model_of
from geoloc_core.models.adapters.python_file import Predict


def audit(
    predict: Predict,
    manifest: DataSet,
    out: Path,
    *,
    column: str | None = None,
    classes: Sequence[str] = (),
    grid: Path | None = None,
    size: tuple[int, int] | None = None,
    name: str = "predict",
    **settings: Any,
) -> Report:
    """Audit a function from images (b, h, w, 3) uint8 to probabilities or logits (b, n).

    manifest: a data set's folder, its table (CSV or Parquet), or that table as a data frame, with
    `file`, `uploader` and a class or a place; column: which holds the class; classes: the names of
    the n classes in the function's order, those of the column in theirs if left out; grid: a file,
    whose cells the classes are, Pata's own grid without it and without `column`; size: height and
    width of the images that the function wants, left out as they are. settings: those of
    `audit.audit`, such as `folder`, of the images, and `count`. Writes and gives what that does,
    and raises its errors, in words.
    """
    if column is not None and grid is None and not classes:
        classes = names_in(read_data(manifest, column)[0], column)
    model = model_of(predict, classes, grid=grid, name=name, size=size)
    return run(manifest, model, out, column=column, **settings)
