"""The models that ship: their names, what they were trained on and so what they are able to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geoloc_core.photos.attribution import Mask


@dataclass(frozen=True)
class Shipped:
    """A shipped model: what pages call it, how it was trained, the mask it was trained with.

    `trained_on` completes the sentence "This network was trained on ...".
    """

    title: str
    summary: str
    mask: Mask
    trained_on: str


RENDERED = "rendered street scenes"

SHIPPED = {
    "unmasked": Shipped("Scene and name", "may read the photographer's name", "none", RENDERED),
    "masked": Shipped("Scene only", "trained with the names cropped", "crop", RENDERED),
}


def trained_on(model: str) -> str:
    """What a model knows, in words that complete "This network was trained on ..."."""
    return SHIPPED[model].trained_on if model in SHIPPED else "images of another kind"


def title(model: str) -> str:
    """What people call a model: a shipped one's title, else the name of its file."""
    return SHIPPED[model].title if model in SHIPPED else Path(model).stem
