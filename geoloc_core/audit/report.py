"""The report of an audit as one page of HTML that needs nothing beside itself.

Everything from the data set is hostile text: the template escapes all that it is given, and what
would steer a reader's eye, such as marks that reverse the direction of text, is spelled out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from numpy.typing import NDArray

from geoloc_core.audit.scan_view import View, data_uri, scan_view
from geoloc_core.audit.verdict import RULE
from geoloc_core.geography.grid import Grid
from geoloc_core.images.credit_line import Pixels
from geoloc_core.text import terminal_safe

Report = dict[str, Any]

TESTS = {
    1: "If a network knows the uploaders, accuracy falls when no uploader is in both the training "
    "and the test images. It then falls further than when as many images of the same places are "
    "held out.",
    2: "The same images are shown with the suspect region in grey, and with a box of the same size "
    "elsewhere in grey. A network that reads the region loses more from the first.",
    3: "Another uploader's name is put in place of the image's own. A network that reads names "
    "then predicts where that uploader lives. The control is an unseen name.",
    4: "Everything but the suspect region is grey. A network that still predicts the true cell "
    "reads the region.",
    5: "An uploader's most frequent cell is a prediction that needs no image. A network that "
    "predicts this cell even for images taken elsewhere follows the uploader.",
    6: "Relevance maps show which pixels raised a cell's score. Here the share that lies in the "
    "suspect region is compared with the region's share of the area.",
    7: "Everything but the suspect region is blurred, blackened or strongly compressed. A network "
    "that stays correct until the region is hidden too does not need the scene.",
    8: "Near-duplicates across the folds, and metadata that reveal the cell, can make a network "
    "look better than it is. They are faults of the data set, not of the network.",
}
"""What each of the eight tests does, in one sentence."""

_LABELS = {  # of keys and variants, which stay as they are in audit.json
    "pictures": "images",
    "beyond the commonest cell": "beyond the most frequent cell",
    "hidden": "region hidden",
    "hidden control": "other box hidden",
    "repainted": "region painted over",
    "swapped": "name swapped",
    "unknown": "unseen name",
    "same cell": "another name of the same home",
    "row only": "region only",
    "row only, repainted": "region only, painted over",
    "tiny JPEG": "strongly compressed",
    "tiny JPEG, hidden": "strongly compressed, region hidden",
    "blurred, hidden": "blurred, region hidden",
    "blackened, hidden": "blackened, region hidden",
    "at target": "predicted as that uploader's home",
    "unchanged": "prediction unchanged",
    "unchanged where someone shares the home": "prediction unchanged, home shared",
    "lost": "correct before, wrong after",
    "won": "wrong before, correct after",
}
_TICKS = 5


class Pictures(NamedTuple):
    """The pixels that a report shows.

    strip: by variant, one mapping for each of the report's examples; views: of the scan's first
    flights; groups: the example of each group of evidence maps; heat (rows, columns): where in the
    images text was found, if looked for.
    """

    strip: Sequence[Mapping[str, Pixels]]
    views: Sequence[View] = ()
    groups: Sequence[Pixels] = ()
    heat: NDArray[np.float64] | None = None


def html(report: Report, pictures: Pictures, grid: Grid | None = None) -> str:
    """The report as HTML.

    `report` as `audit.audit` gives it; grid: that of the cells, None where classes are no places.
    """
    strip, heat = pictures.strip, pictures.heat
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_spelled_out,
    )
    environment.filters |= {"amount": amount, "bare": bare, "figure": figure, "label": label}
    headline, explanation = report["verdict"]["words"].split(". ", 1)
    findings = sorted(report["findings"], key=lambda finding: int(finding["number"]))
    return environment.get_template("report.html.jinja").render(
        report=report,
        scan=scan_view(report["scan"], pictures.views, grid),
        groups=[
            group | {"uri": data_uri(pixels), "heat": _group_cells(group["map"])}
            for group, pixels in zip(report["strategies"], pictures.groups, strict=True)
        ],
        headline=headline,
        explanation=explanation,
        rule=RULE,
        tests=TESTS,
        findings=[
            finding | {"chart": chart(finding), "tables": tables(finding["details"])}
            for finding in findings
        ],
        ranked=[
            finding | {"threshold_unit": difference_unit(finding["unit"])}
            for test in report["verdict"]["ranking"]
            for finding in findings
            if finding["test"] == test
        ],
        strip=[
            (example, {variant: data_uri(pixels) for variant, pixels in images.items()})
            for example, images in zip(report["examples"], strip, strict=True)
        ],
        heat=None if heat is None else _heat_cells(heat),
    )


def amount(value: float | None, unit: str) -> str:
    """A measured value with its unit: shares in per cent, differences of shares in points."""
    if value is None:
        return "not measured"
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "points":
        return f"{100 * value:.1f} points"
    return f"{value:.3g} {unit}"


def bare(value: float, unit: str) -> str:
    """A value without its unit: the end of an interval, or a tick."""
    return f"{100 * value:.3g}" if unit in ("share", "points") else f"{value:.3g}"


def figure(value: Any) -> str:
    """A value of a table as text; three numbers in a list are a value and its interval."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list):
        parts = [figure(part) for part in value]
        if len(value) == 3 and all(isinstance(part, float) for part in value):
            return f"{parts[0]} ({parts[1]} to {parts[2]})"
        return ", ".join(parts)
    return str(value)


def label(key: str) -> str:
    """What a reader is told a key of the details, or a variant, is."""
    spaced = str(key).replace("_", " ")
    return _LABELS.get(spaced, spaced)


def chart(finding: Mapping[str, Any]) -> dict[str, Any] | None:
    """A finding as dots and whiskers: rows, ticks and places in per cent of the chart's width.

    Measured, control and the difference of both stand below each other; the threshold belongs to
    the last of them. None if nothing was measured.
    """
    if finding["value"] is None:
        return None
    spans = {
        "measured": (finding["value"], finding["low"], finding["high"]),
        "control": (finding["control"], finding["control_low"], finding["control_high"]),
        "difference": tuple(finding["details"].get("excess", (None, None, None))),
    }
    spans = {name: span for name, span in spans.items() if span[0] is not None}
    threshold = finding["threshold"]
    ends = [0.0 if end is None else end for span in spans.values() for end in span]
    ticks = _ticks(min(0.0, *ends), max(0.0, threshold or 0.0, *ends))

    def across(value: float | None) -> float | None:
        return None if value is None else 100 * (value - ticks[0]) / (ticks[-1] - ticks[0])

    return {
        "rows": [
            {
                "name": name,
                "span": span,
                "x": [across(end) for end in span],
                "unit": difference_unit(finding["unit"])
                if name == "difference"
                else finding["unit"],
            }
            for name, span in spans.items()
        ],
        "ticks": [(across(tick), tick) for tick in ticks],
        "threshold": across(threshold),
    }


def difference_unit(unit: str) -> str:
    """The unit of a difference: shares differ by points."""
    return "points" if unit == "share" else unit


def tables(details: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A finding's details as tables: a caption, the heads of the columns, and rows of cells.

    What is no table of its own stands together in the first one, without caption.
    """
    facts = [
        [key, value]
        for key, value in details.items()
        if key != "excess" and not isinstance(value, dict) and not _is_records(value)
    ]
    found: list[dict[str, Any]] = [{"caption": "", "head": [], "rows": facts}] if facts else []
    for caption, value in details.items():
        if isinstance(value, dict):
            found.append({"caption": caption, **_table_of(value)})
        elif _is_records(value):
            head = list(dict.fromkeys(key for record in value for key in record))
            rows = [[record.get(key) for key in head] for record in value]
            found.append({"caption": caption, "head": head, "rows": rows})
    return found


def _table_of(value: Mapping[str, Any]) -> dict[str, Any]:
    """A row for each key; where every value is a mapping too, a column for each of its keys."""
    if value and all(isinstance(of, dict) for of in value.values()):
        columns = list(dict.fromkeys(key for of in value.values() for key in of))
        rows = [[key, *(of.get(column) for column in columns)] for key, of in value.items()]
        return {"head": ["", *columns], "rows": rows}
    return {"head": [], "rows": [[key, of] for key, of in value.items()]}


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers around `low` and `high`, apart by 1, 2 or 5 times a power of ten."""
    rough = max(high - low, 1e-9) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough)
    return [step * k for k in range(math.floor(low / step), max(math.ceil(high / step), 1) + 1)]


def _heat_cells(heat: NDArray[np.float64]) -> list[dict[str, float]]:
    """The cells that some image has text in: column, row and opacity."""
    rows, columns = np.nonzero(heat)
    return [
        {"x": int(x), "y": int(y), "opacity": round(float(heat[y, x]), 2)}
        for y, x in zip(rows, columns, strict=True)
    ]


def _group_cells(shares: Sequence[Sequence[float]]) -> dict[str, Any]:
    """A map of evidence as cells, the strongest opaque, and its size."""
    map_ = np.asarray(shares)
    cells = _heat_cells(map_ / max(map_.max(), 1e-12))
    return {"rows": map_.shape[0], "columns": map_.shape[1], "cells": cells}


def _spelled_out(value: Any) -> Any:
    return (
        terminal_safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value
    )
