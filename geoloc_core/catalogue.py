"""The models that ship: their names, what they were trained on and so what they are able to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geoloc_core.images.credit_line import Mask


@dataclass(frozen=True)
class Shipped:
    """A shipped model: what pages call it, how it was trained, the mask it was trained with.

    `trained_on` completes the sentence "This network was trained on ..."; `side` is the side in
    pixels of those images, all of which are square.
    """

    title: str
    summary: str
    mask: Mask
    trained_on: str
    side: int


RENDERED = "rendered street scenes"

SHIPPED = {
    "unmasked": Shipped(
        "Scene and name", "may read the photographer's name", "none", RENDERED, 256
    ),
    "masked": Shipped("Scene only", "trained with the names cropped", "crop", RENDERED, 256),
}


def trained_on(model: str) -> str:
    """What a model knows, in words that complete "This network was trained on ..."."""
    return SHIPPED[model].trained_on if model in SHIPPED else "images of another kind"


def knows_size(model: str, height: int, width: int) -> bool:
    """Whether a model's training images may have this size in pixels.

    The renderer makes images of one size, so an image of any other size, such as a photo from a
    camera, is none that a shipped model was trained on. Of other models nothing is known.
    """
    return model not in SHIPPED or height == width == SHIPPED[model].side


def title(model: str) -> str:
    """What people call a model: a shipped one's title, else the name of its file."""
    return SHIPPED[model].title if model in SHIPPED else Path(model).stem
