"""Where in an image a network's predicted cell comes from: maps in four ways, none scaled.

At layer4 in closed form, at layer3 by a backward pass, by occlusion, and from a network of random
weights, which shows what the architecture alone does (Adebayo et al., "Sanity Checks for Saliency
Maps", 2018). Maps are (h, w), never below 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import log_softmax

from geoloc_core.audit.suspect import Suspect, painted
from geoloc_core.images.credit_line import Box, Pixels
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.build import build_network
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.class_activation import evidence_maps
from geoloc_core.models.engines import Engine
from geoloc_core.models.explain import explain
from geoloc_core.models.torch_engine import torch_engine

Map = NDArray[np.float32]

_LEAST_PATCH = 1 / 16  # of a side: what keeps the passes of occlusion to 257 an image
_PATCHES_ACROSS = 4  # to one width of the suspect region


def at_layer3(checkpoint: Checkpoint) -> Callable[[Pixels, int], Map]:
    """Grad-CAM of an image's cell at layer3, twice as fine as at layer4."""

    def explained(pixels: Pixels, cell: int) -> Map:
        return explain(checkpoint, pixels, cell, "Grad-CAM", "last but one")

    return explained


def of_random_network(checkpoint: Checkpoint) -> Callable[[Pixels, int], Map]:
    """Closed-form Grad-CAM of a network of random weights: of the cell that itself predicts."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = build_network(len(checkpoint.grid), backbone=checkpoint.architecture)
    state = {name: tensor.numpy() for name, tensor in network.weights().items()}
    engine = torch_engine(replace(checkpoint, state=state))

    def explained(pixels: Pixels, _cell: int) -> Map:
        scores = engine(preprocess(pixels, checkpoint.mask, checkpoint.size)[None])
        return evidence_maps(scores.activation_maps()[0, scores.logits[0].argmax()])

    return explained


def by_occlusion(
    checkpoint: Checkpoint, engine: Engine, suspect: Suspect
) -> Callable[[Pixels, int], Map]:
    """How far a cell's log-probability, in nats, falls when the patch around a pixel is grey.

    The map has the image's size: it lies over the whole image, also where the mask hides some.
    """

    def explained(pixels: Pixels, cell: int) -> Map:
        boxes = patches(suspect, *pixels.shape[:2])
        copies = [pixels, *(painted(pixels, box) for box in boxes)]
        frames = [engine.frame(copy, checkpoint.mask, checkpoint.size) for copy in copies]
        logits = engine(np.stack(frames)).logits.astype(np.float64) / checkpoint.temperature
        whole, *occluded = log_softmax(logits, axis=1)[:, cell]
        falls = np.zeros(pixels.shape[:2], np.float32)
        for (left, top, right, bottom), after in zip(boxes, occluded, strict=True):
            falls[top:bottom, left:right] = max(whole - after, 0.0)
        return falls

    return explained


def patches(suspect: Suspect, height: int, width: int) -> Sequence[Box]:
    """Boxes in pixels that tile an image, in line with the edges of the suspect region.

    They are as tall as the region and a quarter as wide, but no smaller than a sixteenth of the
    image's sides; a region smaller than that shares a patch.
    """
    left, top, right, bottom = suspect.box(height, width)
    rows = _edges(top, max(bottom - top, round(height * _LEAST_PATCH)), height)
    columns = _edges(
        left, max((right - left) // _PATCHES_ACROSS, round(width * _LEAST_PATCH)), width
    )
    return [
        (int(x), int(y), int(to_x), int(to_y))
        for y, to_y in pairwise(rows)
        for x, to_x in pairwise(columns)
    ]


def _edges(start: int, step: int, length: int) -> NDArray[np.int64]:
    """Where patches begin and end along one side: 0, every `step` in line with `start`, length."""
    step = max(step, 1)
    return np.unique([0, *range(start % step, length, step), length])
