"""The variants of one image: what the behavioural tests show a network in its place.

Each changes one thing. Whatever is spoiled or hidden is so outside the suspect region or inside
it, never on both sides of its border, and every variant has a control in which nothing is left to
be read. Pixels are (h, w, 3) uint8 RGB.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.random import Generator

from geoloc_core.audit.suspect import GREY, Suspect, control_box, hide, painted, repaint
from geoloc_core.images.credit_line import Pixels

SWAPS = ("swapped", "same cell", "unknown")
"""Whose name is put in: another uploader's who lives elsewhere; another's who lives where the
image's own does; nobody's."""

VARIANTS = (
    "as is",
    "hidden",  # the region in grey: the scene alone
    "hidden control",  # a box of its size in grey, anywhere else
    "repainted",  # the region painted over with what lies beside it
    *SWAPS,
    "row only",  # all grey but the region
    "row only, repainted",
    "blurred",  # all spoiled but the region
    "blurred, hidden",
    "blackened",
    "blackened, hidden",
    "tiny JPEG",
    "tiny JPEG, hidden",
)

_BLUR = 12 / 256  # standard deviation as a share of the height: colours stay, shapes do not
_JPEG_QUALITY = 5


def variants(
    pixels: Pixels, suspect: Suspect, swap: Callable[[str], Pixels], random: Generator
) -> list[Pixels]:
    """The image's variants in the order of `VARIANTS`, all of its size.

    `swap` gives the image with another's name, for each of `SWAPS`; `random` draws
    the place of the control's box.
    """
    height, width = pixels.shape[:2]
    repainted = repaint(pixels, suspect)
    grey, black = np.full_like(pixels, GREY), np.zeros_like(pixels)
    spoiled = [_keep(pixels, suspect, scene) for scene in (_blurred(pixels), black, _jpeg(pixels))]
    return [
        pixels,
        hide(pixels, suspect),
        painted(pixels, control_box(suspect, height, width, random)),
        repainted,
        *(swap(name) for name in SWAPS),
        _keep(pixels, suspect, grey),
        _keep(repainted, suspect, grey),
        *(shown for image in spoiled for shown in (image, hide(image, suspect))),
    ]


def _keep(pixels: Pixels, suspect: Suspect, scene: Pixels) -> Pixels:
    """`scene` with the suspect region of `pixels`."""
    left, top, right, bottom = suspect.box(*pixels.shape[:2])
    kept = scene.copy()
    kept[top:bottom, left:right] = pixels[top:bottom, left:right]
    return kept


def _blurred(pixels: Pixels) -> Pixels:
    """The image under a wide Gaussian, made at an eighth of its size, far faster."""
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, (-(-width // 8), -(-height // 8)), interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), _BLUR * len(small))
    return np.asarray(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def _jpeg(pixels: Pixels) -> Pixels:
    """The image after a JPEG file of a few kilobytes."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    file = cv2.imencode(".jpg", pixels[..., ::-1], quality)[1]
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
