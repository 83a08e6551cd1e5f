"""How much of a relevance map lies in a region: four measures, one of them the relevance mass.

Maps are (h, w), never below 0, before any scaling; regions are (h, w) booleans.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from geoloc_core.audit.suspect import Suspect
from geoloc_core.images.credit_line import Mask
from geoloc_core.images.preprocess import preprocess

TOP = 0.01  # share of the pixels that concept influence looks at
CANVAS = 256  # pixels a side over which maps are drawn

MEASURES = ("mass accuracy", "rank accuracy", "pointing game", "concept influence")

Heat = NDArray[np.floating[Any]]
Region = NDArray[np.bool_]


def seen_region(suspect: Suspect, mask: Mask) -> Region:
    """The suspect region (CANVAS, CANVAS) in the image that the network sees under a mask.

    A cover leaves the region in its place; only the crop moves what is left.
    """
    image = np.full((CANVAS, CANVAS, 3), 255, np.uint8)
    left, top, right, bottom = suspect.box(CANVAS, CANVAS)
    image[top:bottom, left:right] = 0
    shown = preprocess(image, "crop" if mask == "crop" else "none", CANVAS)
    return np.asarray(shown[..., 0] < 128)


def draw_out(heat: Heat) -> Heat:
    """A map drawn over the image by bilinear interpolation: (CANVAS, CANVAS), of the same type."""
    return np.asarray(cv2.resize(heat, (CANVAS, CANVAS), interpolation=cv2.INTER_LINEAR))


def relevance_mass(heat: Heat, region: Region) -> float:
    """The region's share of the relevance of a map (h, w): mass accuracy (Arras et al., 2022).

    NaN if the map is zero.
    """
    total = heat.sum(dtype=np.float64)
    return float(heat[region].sum(dtype=np.float64) / total) if total else float("nan")


def measure(heat: Heat, region: Region) -> tuple[float, float, float, float]:
    """The `MEASURES` of one map (h, w) against a region (h, w); all NaN if the map is zero.

    Relevance mass and rank accuracy (Arras et al., 2022): the region's share of the relevance, and
    of as many pixels as it has, the most relevant ones. Pointing game (Zhang et al., 2018): whether
    the most relevant pixel lies in it. Concept influence (Theiner et al., 2022): its share of the
    `TOP` most relevant pixels over its share of all; 1 means no more than its area. Of equally
    relevant pixels at the border each counts in part, so that their order plays no role.
    """
    if not heat.any():
        return (np.nan,) * 4
    return (
        relevance_mass(heat, region),
        _share_of_top(heat, region, int(region.sum())),
        _share_of_top(heat, region, 1),
        _share_of_top(heat, region, max(1, round(TOP * region.size))) / float(region.mean()),
    )


def _share_of_top(heat: Heat, region: Region, top: int) -> float:
    """The share of the `top` most relevant pixels that lies in the region."""
    least = np.partition(heat, -top, axis=None)[-top]
    above, level = heat > least, heat == least
    inside = (above & region).sum()
    inside += (top - above.sum()) * (level & region).sum() / level.sum()
    return float(inside / top)
