"""Word the committed audits anew, from their numbers alone: python tools/write_reports.py

assets/audit/MODEL.json gets today's words, and MODEL.html is written from it. The few images that a
report shows are rendered again from the shipped manifest, so no data set is needed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geoloc_core.audit.audit import write_report  # noqa: E402
from geoloc_core.audit.examples import example_rows, strip  # noqa: E402
from geoloc_core.audit.image_store import ImageStore  # noqa: E402
from geoloc_core.audit.passes import draw_subjects  # noqa: E402
from geoloc_core.audit.report import Pictures, html  # noqa: E402
from geoloc_core.audit.reworded import reworded  # noqa: E402
from geoloc_core.audit.scan.parts import Part, put  # noqa: E402
from geoloc_core.audit.scan.scan import VIEWS  # noqa: E402
from geoloc_core.audit.scan_view import View  # noqa: E402
from geoloc_core.audit.suspect import Suspect  # noqa: E402
from geoloc_core.catalogue import SHIPPED  # noqa: E402
from geoloc_core.data.manifest import on_grid  # noqa: E402
from geoloc_core.data.shipped import shipped_manifest  # noqa: E402
from geoloc_core.geography.grid import article_grid  # noqa: E402
from geoloc_core.paths import ASSETS  # noqa: E402
from simulated_streets.dataset import render_row  # noqa: E402


def write_report_of(model: str) -> None:
    """Word one model's committed audit anew."""
    numbers = ASSETS / "audit" / f"{model}.json"
    report = reworded(json.loads(numbers.read_text(encoding="utf-8")))
    manifest = on_grid(shipped_manifest(), article_grid())
    sample = draw_subjects(manifest, report["pictures"])
    shown = [sample.iloc[[row]] for row in example_rows(len(sample))]
    if [one["file"].item() for one in shown] != [one["file"] for one in report["examples"]]:
        raise SystemExit(f"{numbers} is of another data set: `make audit` makes it anew.")
    rows = {str(row["file"]): row for _, row in manifest.iterrows()}
    images = ImageStore(Path(), read=lambda path: render_row(rows[path.as_posix()]))
    pictures = Pictures(
        [strip(one, images, Suspect(**report["suspect"])) for one in shown],
        views(report["scan"], images),
        [images.pixels(group["file"]) for group in report["strategies"]],
    )
    page = html(report, pictures, article_grid())
    write_report(report, page, numbers, numbers.with_suffix(".html"))


def views(scan: dict[str, Any], images: ImageStore) -> list[View]:
    """The scan's first flights again: image, donor's image, and what was shown of both.

    A part alone can be put in again; what a property needs, a signature of all images, cannot.
    """
    found = scan["verdict"].get("found")
    if not found or found["box"] is None:
        return []
    left, top, right, bottom = found["box"]
    part = Part(found["name"], left, top, right, bottom, found["around"])
    pairs = [
        (images.pixels(one["file"]), images.pixels(one["donor"])) for one in scan["flights"][:VIEWS]
    ]
    return [(image, donor, put(image, donor, part)) for image, donor in pairs]


if __name__ == "__main__":
    for shipped in SHIPPED:
        write_report_of(shipped)
