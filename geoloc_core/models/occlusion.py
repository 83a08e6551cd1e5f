"""Evidence by occlusion, for models without class activation maps: what is missed when covered.

Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014: one pass for each
patch of the photo, so that it takes seconds to a minute where class activation maps cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from geoloc_core.images.credit_line import Mask
from geoloc_core.models.predictor import Predictor

ACROSS = 6  # patches along the shorter side
_MOST_ALONG = 24  # patches along the longer one

Progress = Callable[[int, int], None]
"""Told passes done and passes in all."""


def occlusion_evidence(
    predictor: Predictor,
    photo: NDArray[np.uint8],
    cell: int,
    mask: Mask | None = None,
    progress: Progress = lambda done, passes: None,
) -> NDArray[np.float32]:
    """How far a cell's log-probability, in nats, falls when a patch is covered: (h', w').

    `photo` is RGB uint8 (h, w, 3); the map lies over the whole photo in patches that are about
    square, `ACROSS` of them along its shorter side, and is never below 0. A patch is covered with
    the photo's mean colour. One that the model does not see (what CLIP crops away) takes no pass.
    """
    checkpoint = predictor.checkpoint
    mask = checkpoint.mask if mask is None else mask
    colour = photo.mean(axis=(0, 1)).round().astype(np.uint8)

    def framed(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return predictor.score.frame(pixels, mask, checkpoint.size)

    def likelihood(seen: NDArray[np.uint8]) -> float:
        logits = predictor.score(seen[None]).logits[0].astype(np.float64)
        return float(log_softmax(logits / checkpoint.temperature)[cell])

    whole = framed(photo)
    before = likelihood(whole)
    rows, columns = (_edges(side, min(photo.shape[:2])) for side in photo.shape[:2])
    falls = np.zeros((len(rows) - 1, len(columns) - 1), np.float32)
    for done, (row, column) in enumerate(np.ndindex(*falls.shape), start=1):
        copy = photo.copy()
        copy[rows[row] : rows[row + 1], columns[column] : columns[column + 1]] = colour
        seen = framed(copy)
        if not np.array_equal(seen, whole):
            falls[row, column] = max(before - likelihood(seen), 0.0)
        progress(done, falls.size)
    return falls


def _edges(side: int, shorter: int) -> NDArray[np.int64]:
    """Where patches begin and end along a side, in pixels."""
    patches = min(round(ACROSS * side / shorter), _MOST_ALONG, side)
    return np.linspace(0, side, patches + 1).round().astype(np.int64)
