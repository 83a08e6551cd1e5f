"""Evidence as a heat map over the photo.

Images are (h, w, 3) uint8 RGB, evidence is (h', w') float, not below zero, in the coarse steps
of the network's last map.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

from geoloc_core.audit.relevance_measures import draw_out, relevance_mass, seen_region
from geoloc_core.audit.suspect import ROW
from geoloc_core.display.colours import CREDIT_LINE, EVIDENCE, ramp
from geoloc_core.images.credit_line import Mask, mask_box
from geoloc_core.images.preprocess import apply_mask
from geoloc_core.models.predictor import Prediction

_SHOWN = 640  # longer side of what is drawn, in pixels
_ROW_COLOUR = ImageColor.getrgb(CREDIT_LINE)
_HEAT = ramp(np.linspace(0.0, 1.0, 256), EVIDENCE).astype(np.float32)


def drawing_size(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The image with its longer side at 640 pixels, so that fine lines can be drawn on it."""
    height, width = pixels.shape[:2]
    factor = _SHOWN / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    kind = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=kind), np.uint8)


def spread(
    evidence: NDArray[np.float32], height: int, width: int, mask: Mask
) -> NDArray[np.float32]:
    """Evidence (h', w') drawn out over an image of `height` x `width` pixels.

    With the mask "crop" the network saw only what lies above the credit line: the evidence
    covers that part and the row has none.
    """
    seen = mask_box("crop", height, width)[1] if mask == "crop" else height
    spread_out = np.zeros((height, width), np.float32)
    smooth = cv2.resize(evidence.astype(np.float32), (width, seen), interpolation=cv2.INTER_CUBIC)
    spread_out[:seen] = np.maximum(smooth, 0.0)
    return spread_out


def overlay(
    pixels: NDArray[np.uint8], evidence: NDArray[np.float32], strongest: float, opacity: float
) -> NDArray[np.uint8]:
    """The image with its evidence (h, w) laid over it.

    `strongest` is the evidence that takes the ramp's last colour; where there is none the image
    stays as it was, and `opacity` in [0, 1] is how far the strongest evidence covers it.
    """
    level = np.clip(evidence / strongest, 0.0, 1.0) if strongest > 0 else np.zeros_like(evidence)
    cover = (np.float32(opacity) * np.sqrt(level))[..., None]
    heat = _HEAT[np.rint(255 * level).astype(np.uint8)]
    return np.asarray(np.rint(pixels + (heat - pixels) * cover), np.uint8)


def credit_line_share(prediction: Prediction, cell: int) -> float | None:
    """The share of the relevance for `cell` in the first view that lies in its credit line.

    Measured as in the audit, see `relevance_mass`. None where the credit line was cropped before
    the network saw it, or where there is no evidence for the cell.
    """
    if prediction.evidence is None:
        return None
    heat = draw_out(prediction.evidence[0, cell].astype(np.float64))
    region = seen_region(ROW, prediction.mask)
    return relevance_mass(heat, region) if region.any() and heat.any() else None


def outline_row(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A copy with a line around the credit line."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = mask_box("crop", height, width)
    outlined = pixels.copy()
    thick = max(1, round(max(height, width) / 300))
    corner, opposite = (left + thick // 2, top), (right - 1 - thick // 2, bottom - 1 - thick // 2)
    cv2.rectangle(outlined, corner, opposite, _ROW_COLOUR, thick)
    return outlined


@dataclass(frozen=True)
class Look:
    """How the photo is to be shown."""

    heat: bool = True
    opacity: float = 0.6
    as_seen: bool = False
    row: bool = True


def draw_evidence(
    pixels: NDArray[np.uint8],
    evidence: NDArray[np.float32],
    strongest: float,
    mask: Mask,
    look: Look,
) -> NDArray[np.uint8]:
    """The photo as `look` asks: with its heat map or without, whole or as the network saw it.

    `evidence` (h', w') is one cell's in this photo, `strongest` its largest value over all
    photos of the place.
    """
    drawn = drawing_size(pixels)
    height, width = drawn.shape[:2]
    heat = spread(evidence, height, width, mask)
    shown = apply_mask(drawn, mask) if look.as_seen else drawn
    if look.heat:
        shown = overlay(shown, heat[: len(shown)], strongest, look.opacity)
    whole = len(shown) == height
    return outline_row(shown) if look.row and whole else shown


def mosaic(images: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """One image as it is; two to four side by side and one below the other, a side of 640."""
    if len(images) == 1:
        return drawing_size(images[0])
    half = _SHOWN // 2
    rows = -(-len(images) // 2)
    drawn = np.full((rows * half, _SHOWN, 3), 255, np.uint8)
    for number, pixels in enumerate(images):
        top, left = number // 2 * half, number % 2 * half
        tile = cv2.resize(pixels, (half - 2, half - 2), interpolation=cv2.INTER_AREA)
        drawn[top : top + half - 2, left : left + half - 2] = tile
    return drawn


def as_jpeg(pixels: NDArray[np.uint8]) -> bytes:
    """The image as a JPEG file's content, small enough for a page."""
    bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    encoded: bytes = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()
    return encoded


def as_png(pixels: NDArray[np.uint8]) -> bytes:
    """The image as a PNG file's content."""
    encoded: bytes = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes()
    return encoded
