"""How an image goes into a model of another's making, as its card says."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from geoloc_core.images.credit_line import Mask, Pixels
from geoloc_core.images.preprocess import apply_mask
from geoloc_core.models.adapters.card import Card


def framed(photo: Pixels, mask: Mask, card: Card) -> Pixels:
    """A photo, RGB uint8 (h, w, 3), masked and of the card's size: uint8 (height, width, 3)."""
    seen = apply_mask(photo, mask)
    if card.size is None:
        return seen
    height, width = card.size
    if card.resize == "squash":
        return _resized(seen, width, height, card)
    # as torchvision's Resize and CenterCrop
    shorter = min(seen.shape[:2])
    to = max(round(max(card.size) / card.crop_share), *card.size)
    down, across = (int(to * side / shorter) for side in seen.shape[:2])
    resized = _resized(seen, across, down, card)
    left, top = round((across - width) / 2), round((down - height) / 2)
    return resized[top : top + height, left : left + width]


def _resized(pixels: Pixels, width: int, height: int, card: Card) -> Pixels:
    if card.interpolation == "area":
        return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA))
    way = Image.Resampling[card.interpolation.upper()]
    return np.asarray(Image.fromarray(pixels).resize((width, height), way), np.uint8)


def tensor_of(pixels: NDArray[np.uint8], card: Card) -> NDArray[np.float32]:
    """Framed images (b, h, w, 3) normalised, in the card's layout, float32."""
    mean, std = np.array(card.mean, np.float32), np.array(card.std, np.float32)
    normalised = (pixels.astype(np.float32) / np.float32(255) - mean) / std
    if card.layout == "NHWC":
        return normalised
    return np.ascontiguousarray(normalised.transpose(0, 3, 1, 2))
