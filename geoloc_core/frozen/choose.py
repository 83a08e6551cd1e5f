"""What cross-validation chooses: how the head is held back, what it weighs, the temperature.

Each photograph is scored by a head that saw nothing of its group. The settings of the least log
loss are taken, regions and places balanced. The scores that are reported are of settings chosen
without the fold that is scored, so that the choice does not flatter them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import log_softmax, softmax
from tqdm import tqdm

from geoloc_core.evaluation.balanced import balanced_weights
from geoloc_core.frozen.head import Floats, fit_heads
from geoloc_core.models.checkpoint import PROMISE

FOLDS = 10
DECAYS = (3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6)  # from strong to weak
SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0)  # of the head, beside what `scene` says
TEMPERATURES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)

GROUPINGS = ("collection", "uploader", "place")
"""What may keep photographs together in one fold, the coarsest first."""


class Settings(NamedTuple):
    """Logits are (known times those of `scene` + share times those of the head) / temperature.

    known: 1, or 0 for the head alone; decay: see `fit_heads`.
    """

    known: float
    share: float
    decay: float
    temperature: float


def _all(known: float, shares: Sequence[float]) -> tuple[Settings, ...]:
    return tuple(Settings(known, *each) for each in itertools.product(shares, DECAYS, TEMPERATURES))


TOGETHER, ALONE = _all(1.0, SHARES), _all(0.0, (1.0,))


class Grouping(NamedTuple):
    """by: one of `GROUPINGS`; groups: how many; fold (m,): of each photograph, no group in two."""

    by: str
    groups: int
    fold: NDArray[np.int64]


class OutOfFold(NamedTuple):
    """What was said of m photographs by who had not seen their group, and the truth.

    known (m, n): logits of `scene`; told: those of the head, by decay; cells (m,); weights (m,);
    fold (m,).
    """

    known: Floats
    told: dict[float, Floats]
    cells: NDArray[np.int64]
    weights: Floats
    fold: NDArray[np.int64]

    def logits(self, settings: Settings) -> Floats:
        """Logits (m, n) under these settings."""
        mixed = settings.known * self.known + settings.share * self.told[settings.decay]
        return np.asarray(mixed / settings.temperature)


def grouped(frame: pd.DataFrame) -> Grouping:
    """How photographs are kept apart: by collections if there are two, else uploaders, else places.

    A photograph of which a column says nothing is a group by its place. The largest groups are
    dealt out first, each to the fold with the fewest photographs. Raises ValueError where all are
    of one place.
    """
    names = frame["place"].astype(str)
    for by in GROUPINGS:
        told = frame[by].astype(str)
        group, found = pd.factorize(("its " + told).where(told != "", "place " + names))
        if len(found) > 1 and (told != "").any():
            return Grouping(by, len(found), dealt(group, min(FOLDS, len(found))))
    raise ValueError("all photographs are of one place")


def dealt(group: NDArray[np.int64], folds: int) -> NDArray[np.int64]:
    """The fold (m,) of photographs in groups (m,) numbered from 0; see `grouped`."""
    sizes = np.bincount(group)
    held, fold = np.zeros(folds, np.int64), np.zeros(len(sizes), np.int64)
    for each in np.argsort(-sizes, kind="stable"):
        fold[each] = held.argmin()
        held[fold[each]] += sizes[each]
    return np.asarray(fold[group])


def balance(
    places: NDArray[np.object_], regions: NDArray[np.str_], rows: NDArray[np.bool_] | None = None
) -> Floats:
    """The weights of photographs (m,), or of some `rows`: regions and places the same."""
    kept = np.ones(len(places), bool) if rows is None else rows
    weights = balanced_weights(np.ones((1, int(kept.sum()))), places[kept], regions[kept])
    return np.asarray(weights[0])


def told_by_heads(
    pooled: NDArray[np.float32],
    labels: Floats,
    balance_of: Callable[[NDArray[np.bool_]], Floats],
    fold: NDArray[np.int64],
    *,
    progress: bool = True,
) -> dict[float, Floats]:
    """Logits (m, n) by decay, each fold's by heads that were fitted to the others."""
    told = {decay: np.zeros(labels.shape) for decay in DECAYS}
    folds = range(int(fold.max()) + 1)
    for number in tqdm(folds, unit=" folds", disable=None if progress else True):
        train = fold != number
        heads = fit_heads(pooled[train], labels[train], balance_of(train), DECAYS)
        for decay, head in zip(DECAYS, heads, strict=True):
            told[decay][~train] = head(pooled[~train])
    return told


def log_losses(said: OutOfFold, tried: Sequence[Settings]) -> Floats:
    """The log loss of each photograph's true cell under each of the settings: (k, m)."""
    rows = np.arange(len(said.cells))
    return np.stack([-log_softmax(said.logits(each), axis=1)[rows, said.cells] for each in tried])


def choose(
    said: OutOfFold, tried: Sequence[Settings], otherwise: Settings | None = None
) -> tuple[Settings, Floats]:
    """The settings of the least log loss, and honest probabilities (m, n): see the module.

    `otherwise` is kept unless another gains more than one standard error of the gain.
    """
    tried = [otherwise or tried[0], *tried]
    losses = log_losses(said, tried)
    found = np.zeros_like(said.known)
    for number in np.unique(said.fold):
        rows = said.fold == number
        best = tried[_best(losses, np.where(rows, 0.0, said.weights), otherwise is not None)]
        found[rows] = softmax(said.logits(best)[rows], axis=1)
    return tried[_best(losses, said.weights, otherwise is not None)], found


def _best(losses: Floats, weights: Floats, hold: bool) -> int:
    """The row of the least loss; with `hold` the first unless the gain is beyond its error."""
    shares = weights / weights.sum()
    best = int((losses @ shares).argmin())
    gains = losses[0] - losses[best]
    gain = float(gains @ shares)
    error = float(np.sqrt((shares**2) @ (gains - gain) ** 2))
    return 0 if hold and gain <= error else best


def weighted_level(found: Floats, cells: NDArray[np.int64], weights: Floats, places: int) -> float:
    """As `calibration.conformal_level`, for photographs of unequal weight, `places` independent.

    1 where there are too few places to promise less than all cells.
    """
    truth = found[np.arange(len(cells)), cells][:, None]
    ahead = (found * (found > truth)).sum(axis=1)
    wanted = PROMISE * (places + 1) / places
    if wanted > 1:
        return 1.0
    order = np.argsort(ahead, kind="stable")
    reached = np.cumsum(weights[order]) >= wanted * weights.sum() - 1e-12
    return min(1.0, float(ahead[order][reached][0]) + 1e-9)
