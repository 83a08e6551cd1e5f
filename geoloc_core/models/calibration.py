"""Probabilities that mean what they say: temperature scaling, and conformal prediction sets."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy


def fit_temperature(logits: Tensor, cells: Tensor) -> float:
    """The T > 0 that makes softmax(logits / T) most likely to give `cells` (Guo et al., 2017).

    logits: (m, n), cells: (m,) true cells, of images that took no part in training. Kept within
    1/20 to 20: where every image is right (or none is better than chance) there is no best T.
    """
    logits = logits.double()
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_temperature], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = cross_entropy(logits / log_temperature.exp(), cells)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return float(log_temperature.detach().exp().clamp(1 / 20, 20))


def conformal_levels(
    logits: Tensor,
    cells: Tensor,
    places: Sequence[str],
    *,
    temperature: float,
    promise: float,
    most_views: int,
) -> tuple[float, ...]:
    """The conformal level of predictions from 1, 2 ... `most_views` images of a place.

    logits (m, n), cells (m,) and places (m,) are of images that took no part in training;
    images of one place make predictions as in `Predictor`. Where no place has so many images,
    the level of one image fewer stands in.
    """
    rows_of: dict[str, list[int]] = {}
    for row, place in enumerate(places):
        rows_of.setdefault(place, []).append(row)
    levels: list[float] = []
    for views in range(1, most_views + 1):
        groups = [
            rows[start : start + views]
            for rows in rows_of.values()
            for start in range(0, len(rows) - views + 1, views)
        ]
        if groups:
            scaled = logits[torch.tensor(groups)].double().mean(dim=1) / temperature
            truth = cells[torch.tensor(groups)[:, 0]]
            level = conformal_level(scaled.softmax(dim=1).numpy(), truth.numpy(), promise)
        levels.append(level)
    return tuple(levels)


def conformal_level(
    probabilities: NDArray[np.float64], cells: NDArray[np.int64], promise: float
) -> float:
    """The share of probability that cells of the prediction set must hold to keep a promise.

    The fewest likeliest cells that hold this share hold the true cell with a chance of at least
    `promise`, for images like these (m, n) with true cells (m,): split conformal prediction
    with the probability ahead of the truth as its score (Romano et al., 2020, without their
    randomised border). 1 where there are too few images to promise less than all cells.
    By hand, because scikit-learn has no conformal prediction.
    """
    truth = probabilities[np.arange(len(cells)), cells][:, None]
    lower = np.arange(probabilities.shape[1]) < cells[:, None]
    ahead = (probabilities > truth) | ((probabilities == truth) & lower)  # ties as in the sets
    scores = np.sort((probabilities * ahead).sum(axis=1))
    rank = math.ceil((len(scores) + 1) * promise)
    if rank > len(scores):
        return 1.0
    return min(1.0, float(scores[rank - 1]) + 1e-9)  # just beyond, so that this truth is held
