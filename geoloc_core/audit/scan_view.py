"""The scan in the report: what its template is given, of plain types and data URIs.

All that comes from the data set stays text, which the template escapes.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np

from geoloc_core.audit.scan.statistics import ALPHA
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.outline import load_outline
from geoloc_core.images.credit_line import Pixels

Point = tuple[float, float]
View = tuple[Pixels, Pixels, Pixels]
"""An image, a donor's image, and the first with the content of the second put in."""

PEOPLE = 20  # uploaders named in the report
_FULL = 0.3  # share of travel from which on a probe's colour is at its strongest
_MAP_HEIGHT = 300.0
_HEAD = 7.0  # an arrow's head
_SIMPLER = 0.08  # degrees that the outline may be off by
_JPEG_QUALITY, _WIDTH = 80, 256


def scan_view(scan: Mapping[str, Any], views: Sequence[View], grid: Grid | None) -> dict[str, Any]:
    """What the template shows of a scan, as audit.json holds it.

    views: of its first flights; grid: that of the cells, None where classes are no places.
    """
    verdict = scan["verdict"]
    found = verdict.get("found")
    people = sorted(scan["recognised"], key=lambda row: (not row["recognised"], row["p"]))
    return {
        "found": found and found | {"frame": _frame(found)},
        "pictures": [
            flight | dict(zip(("image", "donor_image", "shown"), map(data_uri, view), strict=True))
            for flight, view in zip(scan["flights"], views, strict=False)
        ],
        "map": None if grid is None or not scan["flights"] else flight_map(scan["flights"], grid),
        "strip": strip(scan["probes"]),
        "people": people[:PEOPLE],
        "recognised": sum(row["recognised"] for row in people),
        "probed": len(people),
        "passes": scan["passes"],
        "budget": scan["budget"],
        "pairs": scan["pairs"],
    }


def strip(probes: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The probes as cells: row bands from the top, column bands from the left, all others."""
    cells = [
        {
            **probe,
            "number": f"{100 * probe['travel'][0]:.1f}",
            "sure": probe["p"] <= ALPHA,
            "strength": round(min(1.0, max(0.0, probe["travel"][0]) / _FULL), 2),
        }
        for probe in probes
    ]
    groups = {kind: [c for c in cells if c["name"].startswith(kind)] for kind in ("row", "column")}
    return {
        "rows": groups["row"],
        "columns": groups["column"],
        "others": [cell for cell in cells if cell not in groups["row"] + groups["column"]],
    }


def flight_map(flights: Sequence[Mapping[str, Any]], grid: Grid) -> dict[str, Any]:
    """The outline of India and an arrow from each image's cell to where it was predicted.

    Places are in the units of a drawing `_MAP_HEIGHT` high, x to the right and y down.
    """
    outline = load_outline().simplify(_SIMPLER)
    centres = np.asarray(grid.centroids, np.float64)[:, ::-1]  # longitude, latitude
    low, high = (np.array(outline.bounds).reshape(2, 2)[end] for end in (0, 1))
    low, high = np.minimum(low, centres.min(axis=0)) - 1, np.maximum(high, centres.max(axis=0)) + 1
    narrower = math.cos(math.radians(float(low[1] + high[1]) / 2))
    scale = _MAP_HEIGHT / float(high[1] - low[1])

    def drawn(points: Any) -> list[Point]:
        x, y = np.asarray(points, np.float64).T
        return [
            (round(float(a), 1), round(float(b), 1))
            for a, b in zip((x - low[0]) * scale * narrower, (high[1] - y) * scale, strict=True)
        ]

    rings = [drawn(land.exterior.coords) for land in outline.geoms if land.area > _SIMPLER]
    return {
        "width": round(float(high[0] - low[0]) * scale * narrower),
        "height": round(_MAP_HEIGHT),
        "land": " ".join(f"M{' '.join(f'{x},{y}' for x, y in ring)}Z" for ring in rings),
        "arrows": [
            {"start": start, "end": end, "head": _head(start, end)}
            for flight in flights
            for start, end in [drawn(centres[[flight["cell"], flight["target"]]])]
        ],
    }


def _head(start: Point, end: Point) -> str:
    """The corners of an arrow's head that points to `end`."""
    way = np.subtract(end, start)
    along = way / max(1e-9, float(np.hypot(*way)))
    across = np.array([-along[1], along[0]])
    foot = end - _HEAD * along
    corners = (np.asarray(end), foot + _HEAD / 2 * across, foot - _HEAD / 2 * across)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def data_uri(pixels: Pixels) -> str:
    """An image, no wider than a report shows it, as a JPEG in a data URI."""
    if (scale := _WIDTH / pixels.shape[1]) < 1:
        pixels = np.asarray(
            cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
    quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    file = cv2.imencode(".jpg", pixels[..., ::-1], quality)[1].tobytes()
    return f"data:image/jpeg;base64,{base64.b64encode(file).decode()}"


def _frame(found: Mapping[str, Any]) -> dict[str, Any] | None:
    """The part's rectangle in per cent of the image, and whether the part is what surrounds it."""
    if found["box"] is None:
        return None
    left, top, right, bottom = (100 * edge for edge in found["box"])
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}
