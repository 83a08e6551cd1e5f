"""One prediction as a small image of a map: its cells, the estimate and the true place."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from markupsafe import Markup
from numpy.typing import NDArray

from geoloc_core.display.colours import WHOLE
from geoloc_core.display.html.render import render
from geoloc_core.display.maps.marks import estimate_symbol, truth_symbol
from geoloc_core.display.maps.placement import Place
from geoloc_core.display.maps.shapes import simplified_cells
from geoloc_core.geography.grid import Grid

_PER_DEGREE = 10.0  # pixels to the north
_TOLERANCE = 0.1  # degrees, a pixel
_MARGIN = 12  # pixels, for a mark at the border


def small_map(
    grid: Grid,
    probabilities: NDArray[np.float64],
    estimate: Place,
    truth: Place,
    label: str,
    *,
    colour: str,
) -> Markup:
    """An HTML `<img>` of the cells shaded by probability (n,) as on the Explore page's map.

    Places are (latitude, longitude) in degrees; `label` says in words what the image shows; the
    estimate has its network's `colour`, and a star that falls on it lies on top.
    """
    paths, (west, south, east, north) = _drawn(grid)
    at_estimate, at_truth = _pixels(np.array([estimate, truth])[:, ::-1]).tolist()
    drawing = render(
        "miniature.svg",
        box=(
            west - _MARGIN,
            south - _MARGIN,
            east - west + 2 * _MARGIN,
            north - south + 2 * _MARGIN,
        ),
        cells=zip(paths, WHOLE.colours(probabilities), strict=True),
        estimate=at_estimate,
        truth=at_truth,
        ring=estimate_symbol(colour),
        star=truth_symbol(),
    )
    return render("drawing.html", look="pata-small-map", label=label, svg=drawing)


@lru_cache(maxsize=4)
def _drawn(grid: Grid) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Each cell as the `d` of an SVG path, and the bounds of all in pixels."""
    coarse = shapely.coverage_simplify(list(simplified_cells(grid)), _TOLERANCE)
    flat = [shapely.transform(cell, _pixels) for cell in coarse]
    paths = ("".join(_ring(ring) for ring in _rings(cell)) for cell in flat)
    return tuple(paths), tuple(shapely.total_bounds(flat).tolist())


def _rings(cell: shapely.Geometry) -> list[shapely.Geometry]:
    return [ring for part in shapely.get_parts(cell) for ring in (part.exterior, *part.interiors)]


def _ring(ring: shapely.Geometry) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring.coords) + "Z"


def _pixels(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitude and latitude (k, 2) on a plate whose scale is true at 22.5 degrees north."""
    return lonlat * (_PER_DEGREE * np.cos(np.radians(22.5)), -_PER_DEGREE)
