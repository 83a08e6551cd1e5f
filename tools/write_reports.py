"""Word the committed audits anew, from their numbers alone: python tools/write_reports.py

assets/audit/MODEL.json gets today's words, and MODEL.html is written from it. The few images that a
report shows are rendered again from the shipped manifest, so no data set is needed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geoloc_core.audit.audit import example_rows, strip, write_report  # noqa: E402
from geoloc_core.audit.image_store import ImageStore  # noqa: E402
from geoloc_core.audit.passes import draw_subjects  # noqa: E402
from geoloc_core.audit.report import html  # noqa: E402
from geoloc_core.audit.reworded import reworded  # noqa: E402
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
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(temporary)
        located = on_grid(shipped_manifest(), article_grid())
        sample = draw_subjects(located, report["pictures"])
        shown = [sample.iloc[[row]] for row in example_rows(len(sample))]
        if [one["file"].item() for one in shown] != [one["file"] for one in report["examples"]]:
            raise SystemExit(f"{numbers} is of another data set: `make audit` makes it anew.")
        for one in shown:
            file = data / one["file"].item()
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(render_row(one.iloc[0]))
        strips = [strip(one, ImageStore(data), Suspect(**report["suspect"])) for one in shown]
    write_report(report, html(report, strips, None), numbers, numbers.with_suffix(".html"))


if __name__ == "__main__":
    for shipped in SHIPPED:
        write_report_of(shipped)
