"""What every adapter makes of a file, and the engine that becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geoloc_core.geography.grid import Grid
from geoloc_core.images.credit_line import Mask, Pixels
from geoloc_core.models.adapters.card import MOST_CLASSES, Card
from geoloc_core.models.adapters.framing import framed
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.engines import Engine, Scores
from geoloc_core.models.ood import nothing_novel
from geoloc_core.models.tensors import CheckpointError
from geoloc_core.text import terminal_safe

NO_GRID = Grid("classes", [])
"""Stands in a checkpoint whose classes are no places."""

_LEAST = np.float32(1e-12)  # probability: below it a logarithm says nothing
_SUM = 1e-3  # how far from 1 probabilities may add up


@dataclass(frozen=True, eq=False)
class Network:
    """A classifier of images as it comes out of a file.

    name: what people call it; run: framed images (b, h, w, 3) uint8 to what it gives for them, as
    logits (b, n), or probabilities, in place of the logits; card: what it takes in; digest: changes
    with the file and the card.
    """

    name: str
    run: Callable[[NDArray[np.uint8]], Scores]
    card: Card
    digest: str


def plain_scores(outputs: Any) -> Scores:
    """The `Scores` of a network that shows nothing but its outputs (b, n): these stand for all."""
    numbers = np.asarray(outputs, np.float32)
    return Scores(numbers, None, numbers)


class Outputs(NamedTuple):
    """What a network gives: so many classes and features, and whether probabilities."""

    classes: int
    features: int
    probabilities: bool


def outputs_of(network: Network) -> Outputs:
    """Find out what a network gives by showing it one image that is grey and one of noise.

    Raises `CheckpointError`, in words, where it does not run or gives anything but one finite
    number for each class.
    """
    size = network.card.size or (224, 224)
    images = np.full((2, *size, 3), 128, np.uint8)
    images[1] = np.random.default_rng(0).integers(0, 256, images[1].shape, np.uint8)
    scores = run_in_words(network, images)
    outputs = scores.logits
    adds_up = np.abs(outputs.sum(axis=1, dtype=np.float64) - 1) < _SUM
    probabilities = bool((outputs >= 0).all() and adds_up.all())
    if network.card.output is not None:
        probabilities = network.card.output == "probabilities"
    return Outputs(outputs.shape[1], scores.pooled.shape[1], probabilities)


def run_in_words(network: Network, images: NDArray[np.uint8]) -> Scores:
    """What a network gives, checked. Raises `CheckpointError`, in words."""
    name = network.name
    try:
        scores = network.run(images)
    except CheckpointError:
        raise
    except Exception as error:  # whatever somebody's model may raise
        said = terminal_safe(str(error).strip().split("\n")[0])[:200]
        raise CheckpointError(
            f"{name} fails on images of shape {images.shape}: {type(error).__name__}: {said}"
        ) from error
    shape = scores.logits.shape
    if len(shape) != 2 or shape[0] != len(images) or not 2 <= shape[1] <= MOST_CLASSES:
        raise CheckpointError(
            f"{name} gives an array of shape {shape} for {len(images)} images; one row for each "
            f"image with a number for each of 2 to {MOST_CLASSES:,} classes is needed."
        )
    if not np.isfinite(scores.logits).all():
        raise CheckpointError(f"{name} gives numbers that are not finite.")
    return scores


def engine_of(network: Network, outputs: Outputs, grid: Grid) -> Engine:
    """The engine of a network over a grid, `NO_GRID` where its classes are no places."""
    card = network.card

    def score(pixels: NDArray[np.uint8]) -> Scores:
        scores = run_in_words(network, pixels)
        if not outputs.probabilities:
            return scores
        return scores._replace(logits=np.log(np.maximum(scores.logits, _LEAST)))

    def frame(photo: Pixels, mask: Mask, _size: int) -> Pixels:
        return framed(photo, mask, card)

    checkpoint = Checkpoint(
        architecture=card.backbone or "foreign",
        grid=grid,
        mask=card.mask,
        mean=card.mean,
        std=card.std,
        size=max(card.size or (0,)),
        temperature=1.0,
        conformal=(),
        data_fingerprint="",
        scores={},
        recipe={},
        novelty=nothing_novel(outputs.features),
        state={},
        file_sha256=network.digest,
    )
    return Engine(checkpoint, "f32", score, frame)
