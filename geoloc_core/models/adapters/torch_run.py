"""Running a module of torch on framed images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from geoloc_core.models.adapters.card import Card
from geoloc_core.models.adapters.framing import tensor_of
from geoloc_core.models.adapters.network import plain_scores
from geoloc_core.models.engines import Scores
from geoloc_core.models.tensors import CheckpointError

Run = Callable[[NDArray[np.uint8]], Scores]


def runner(module: Callable[[Any], Any], card: Card, batch: int | None = None) -> Run:
    """What runs a module that gives logits, or the parts of `Scores`.

    batch: the only number of images that it takes, if so.
    """

    def run(pixels: NDArray[np.uint8]) -> Scores:
        images = torch.from_numpy(tensor_of(pixels, card))
        step = batch or len(images)
        parts = []
        with torch.inference_mode():
            for start in range(0, len(images), step):
                part = images[start : start + step]
                missing = step - len(part) if batch else 0
                filled = torch.cat([part, part[:1].expand(missing, *part.shape[1:])])
                given = _tensors(module(filled))
                parts.append([each[: len(part)].float().numpy() for each in given])
        columns = [np.concatenate(each) for each in zip(*parts, strict=True)]
        return plain_scores(columns[0]) if len(columns) == 1 else Scores(*columns)

    return run


def _tensors(given: Any) -> list[torch.Tensor]:
    """What a module gave as one tensor, or as the three of `Scores`."""
    if isinstance(given, dict):
        given = given["logits"] if "logits" in given else list(given.values())
    if isinstance(given, list | tuple) and len(given) == 1:
        (given,) = given
    if isinstance(given, torch.Tensor):
        return [given]
    if isinstance(given, ScoresOf):
        return list(given)
    raise CheckpointError("It gives several things; it must give one tensor of logits.")


class ScoresOf(tuple[torch.Tensor, torch.Tensor, torch.Tensor]):
    """Logits (b, n), class activation maps (b, n, h, w) and pooled features (b, f)."""
