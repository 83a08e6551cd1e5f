"""The models that ship: what they are able to do, and which committed results are theirs.

To add one, put it into `SHIPPED` and its weights into assets/weights/NAME.safetensors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from geoloc_core.images.credit_line import Mask


@dataclass(frozen=True)
class Shipped:
    """A shipped model: what pages call it and how it was trained.

    `trained_on` completes the sentence "This network was trained on ..."; `side` is the side in
    pixels of those images, all of which are square. `masks` are those that it is measured with and
    that the samples' predictions are kept for, its own one first.
    """

    title: str
    summary: str
    masks: tuple[Mask, ...]
    trained_on: str
    side: int

    @property
    def mask(self) -> Mask:
        """The mask that it was trained with."""
        return self.masks[0]


RENDERED = "rendered street scenes"

READER, HONEST = "unmasked", "masked"
"""The model that learned to read names, and the one that had to look at the scene."""

SHIPPED = {
    READER: Shipped(
        "Scene and name",
        "may read the photographer's name",
        ("none", "crop", "box"),
        RENDERED,
        256,
    ),
    HONEST: Shipped(
        "Scene only", "trained with the names cropped", ("crop", "none"), RENDERED, 256
    ),
}


@dataclass(frozen=True)
class PhotoModel:
    """A model that answers for real photographs: what pages call it and what it knows.

    `trained_on` as in `Shipped`; `download` tells a model that a visitor fetches first; `caution`:
    a sentence to read before its answers.
    """

    title: str
    summary: str
    trained_on: str
    download: bool = False
    caution: str = ""


SCENE, GEOCLIP = "scene", "geoclip"
"""The model for real photographs that ships, and the one that a visitor may download."""

PHOTO_MODELS = {
    SCENE: PhotoModel(
        "Things seen",
        "names what a photo shows and looks up where in India that is seen",
        "ImageNet's photos of things from all over the world, not on photos of India",
    ),
    GEOCLIP: PhotoModel(
        "GeoCLIP",
        "holds photos against places all over India, as learned from photos of the whole world",
        "millions of photos from all over the world",
        download=True,
        caution="Its accuracy was not measured by this project; `pata evaluate --model geoclip` "
        "measures it on your own photos.",
    ),
}

VIEWS = {1: "", 2: "_two_views", 4: "_four_views"}
"""How many views of a panorama a model is measured with, and how a result's name says so."""


class Result(NamedTuple):
    """A committed evaluation: assets/evaluation/NAME.json and NAME.parquet."""

    model: str
    mask: Mask
    views: int

    @property
    def name(self) -> str:
        """The name of its files: the model, then what differs from its own mask and one view."""
        mask = "" if self.mask == SHIPPED[self.model].mask else f"_{self.mask}"
        return f"{self.model}{mask}{VIEWS[self.views]}"


def results() -> Iterator[Result]:
    """What `make scores` measures: each model with its own mask by views, then with others."""
    for model, shipped in SHIPPED.items():
        yield from (Result(model, shipped.mask, views) for views in VIEWS)
        yield from (Result(model, mask, 1) for mask in shipped.masks[1:])


def result_name(model: str, mask: Mask | None = None, views: int = 1) -> str:
    """The name of a shipped model's committed evaluation, its own mask if none is given.

    >>> result_name(HONEST), result_name(READER, "crop"), result_name(HONEST, views=4)
    ('masked', 'unmasked_crop', 'masked_four_views')
    """
    return Result(model, mask or SHIPPED[model].mask, views).name


def trained_on(model: str) -> str:
    """What a model knows, in words that complete "This network was trained on ..."."""
    known = SHIPPED.get(model) or PHOTO_MODELS.get(model)
    return known.trained_on if known else "images chosen by whoever trained it"


def knows_size(model: str, height: int, width: int) -> bool:
    """Whether a model's training images may have this size in pixels.

    The renderer makes images of one size, so an image of any other size, such as a photo from a
    camera, is none that a shipped model was trained on. Of other models nothing is known.
    """
    return model not in SHIPPED or height == width == SHIPPED[model].side


def title(model: str) -> str:
    """What people call a model: its title in the catalogue, else the name of its file."""
    known = SHIPPED.get(model) or PHOTO_MODELS.get(model)
    return known.title if known else Path(model).stem
