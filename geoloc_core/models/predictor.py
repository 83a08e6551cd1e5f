"""The predictor: one to four photographs of one place in, a `Prediction` out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from geoloc_core.catalogue import SCENE, knows_size
from geoloc_core.geography.estimators import estimate_points
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.place_names import cell_regions
from geoloc_core.geography.sphere import fewest_cells
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.adapters.choice import Choice
from geoloc_core.models.adapters.model import open_model
from geoloc_core.models.checkpoint import MOST_VIEWS, PROMISE, Checkpoint, CheckpointError
from geoloc_core.models.class_activation import evidence_maps
from geoloc_core.models.engines import Engine, Scores, float_engine
from geoloc_core.models.ood import novelty_score
from geoloc_core.models.scene.engine import information, seen_in
from geoloc_core.models.scene.seen import Thing

LITTLE = 0.1  # bits: photos that say less are placed no better than without looking


@dataclass(frozen=True, eq=False)
class Prediction:
    """Where a model thinks that a place is, and what in its images made it think so.

    probabilities (n,), calibrated; evidence (views, n, h, w) float32, Grad-CAM before any scaling,
    over the image that `mask` left, None for a model without class activation maps (see
    `occlusion`); points by estimator as (latitude, longitude) in degrees; fewest_cells, most likely
    first: the prediction set at the level `promise`, a promise that holds only where
    `prediction_set` says so, and None of a model that was never calibrated; trained_mask: the
    mask of the model's training; novelty: the out-of-distribution score of the views on average,
    beside its threshold; known_size: whether the training images may have the size of these.
    Of a model that names what it sees: seen, the things that moved the cells most; information, by
    how many bits they moved the probabilities from what it says before it looks.
    """

    probabilities: NDArray[np.float64]
    evidence: NDArray[np.float32] | None
    points: dict[str, tuple[float, float]]
    fewest_cells: tuple[int, ...]
    promise: float | None
    model: str
    mask: Mask
    trained_mask: Mask
    grid: Grid
    novelty: float
    novelty_threshold: float
    known_size: bool = True
    seen: tuple[Thing, ...] = ()
    information: float | None = None

    @property
    def predicted_cell(self) -> int:
        """The most probable cell; of equals the lowest number."""
        return int(self.probabilities.argmax())

    @property
    def regions(self) -> tuple[tuple[str, float], ...]:
        """The parts of the country with the probability of their cells, the likeliest first."""
        region_of = np.array(cell_regions(self.grid))
        shares = {str(r): float(self.probabilities[region_of == r].sum()) for r in set(region_of)}
        return tuple(sorted(shares.items(), key=lambda each: (-each[1], each[0])))

    @property
    def in_distribution(self) -> bool:
        """Whether the images may be of the kind that the model was trained on: by look and size."""
        return self.known_size and self.novelty <= self.novelty_threshold

    @property
    def prediction_set(self) -> tuple[int, ...] | None:
        """The cells that hold the true one in `promise` of the predictions.

        None where nothing promises it: for images out of distribution, under another mask than the
        one that the model was trained and calibrated with, and of a model never calibrated.
        """
        calibrated = self.promise is not None and self.mask == self.trained_mask
        return self.fewest_cells if calibrated and self.in_distribution else None


class Predictor:
    """A model with its engine; any number of threads may share one.

    `model` is any that `adapters.model` opens and whose classes are the cells of a grid; `engine`
    makes the engine of a checkpoint of Pata. Raises `CheckpointError` if the model cannot be used.
    """

    def __init__(
        self, model: str | Path | Choice, engine: Callable[[Checkpoint], Engine] = float_engine
    ) -> None:
        """Open the model."""
        self.model = str(model)
        self.choice = model if isinstance(model, Choice) else Choice(self.model)
        opened = open_model(self.choice, engine)
        if opened.grid is None:
            raise CheckpointError(
                f"{self.model} tells classes apart that are no places: give the grid that they are "
                "the cells of with --grid FILE; `pata audit` takes the model as it is."
            )
        self.score = opened.engine
        self.checkpoint = self.score.checkpoint  # calibrated for the engine's precision

    def predict(self, photos: Sequence[NDArray[np.uint8]], mask: Mask | None = None) -> Prediction:
        """Predict the place of one to four photographs taken there.

        `photos` are RGB uint8 (h, w, 3), whole, of any size; `mask` says how the credit line is
        hidden, left out as in the model's training. The views are combined by the mean of their
        log-probabilities. Raises ValueError for another number of photos or another mask.
        """
        if not 1 <= len(photos) <= MOST_VIEWS:
            raise ValueError(f"One to {MOST_VIEWS} photos of one place, not {len(photos)}.")
        return self._prediction(photos, self.score_photos(photos, mask), mask)

    def predict_each(
        self, photos: Sequence[NDArray[np.uint8]], mask: Mask | None = None
    ) -> list[Prediction]:
        """Predict any number of photographs, each as `predict` would by itself, in one go."""
        scores = self.score_photos(photos, mask)
        return [self._prediction([photo], scores.of(row), mask) for row, photo in enumerate(photos)]

    def score_photos(self, photos: Sequence[NDArray[np.uint8]], mask: Mask | None = None) -> Scores:
        """The engine's scores of photographs as `predict` takes them, a row each."""
        return self.score.of_photos(photos, mask)

    def _prediction(
        self, photos: Sequence[NDArray[np.uint8]], scores: Scores, mask: Mask | None
    ) -> Prediction:
        """The prediction of one place from the scores of its photographs."""
        checkpoint = self.checkpoint
        prediction = combined(
            scores.logits,
            None if scores.cam is None else evidence_maps(scores.cam),
            novelty_score(checkpoint.novelty, scores.pooled),
            scores.places,
            model=self.model,
            mask=checkpoint.mask if mask is None else mask,
            trained_mask=checkpoint.mask,
            grid=checkpoint.grid,
            temperature=checkpoint.temperature,
            conformal=checkpoint.conformal,
            novelty_threshold=checkpoint.novelty.threshold,
        )
        known = all(knows_size(self.model, *photo.shape[:2]) for photo in photos)
        prediction = replace(prediction, known_size=known)
        if checkpoint.architecture != SCENE:
            return prediction
        return replace(
            prediction,
            seen=seen_in(checkpoint, scores.pooled),
            information=information(checkpoint, prediction.probabilities),
        )


def combined(
    logits: NDArray[np.float32],
    evidence: NDArray[np.float32] | None,
    novelty: NDArray[np.float32],
    places: NDArray[np.float64] | None = None,
    *,
    model: str,
    mask: Mask,
    trained_mask: Mask,
    grid: Grid,
    temperature: float,
    conformal: Sequence[float],
    novelty_threshold: float,
) -> Prediction:
    """One place's `Prediction` from its views: logits (views, n), evidence (views, n, h, w).

    novelty (views,); places (views, n, 2) as in `Scores`, without them each cell stands for its
    centroid; the rest as in `Checkpoint` and `Prediction`.
    """
    probabilities = combined_probabilities(logits, temperature)
    level = conformal[len(logits) - 1] if conformal else PROMISE
    return Prediction(
        probabilities=probabilities,
        evidence=evidence,
        points=estimate_points(
            grid.centroids if places is None else places.mean(axis=0), probabilities
        ),
        fewest_cells=fewest_cells(probabilities, level),
        promise=PROMISE if conformal else None,
        model=model,
        mask=mask,
        trained_mask=trained_mask,
        grid=grid,
        novelty=float(novelty.mean()),
        novelty_threshold=novelty_threshold,
    )


def combined_probabilities(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """Probabilities (n,) of one place from the logits (views, n) of its images.

    The mean of the views' log-probabilities, renormalised, is the softmax of their mean logits: a
    view's normalising constant moves all cells alike. Temperature scaling: Guo et al., 2017.
    """
    return np.asarray(softmax(logits.mean(axis=0, dtype=np.float64) / temperature))


def as_novel_as(prediction: Prediction, others: Iterable[Prediction]) -> Prediction:
    """The prediction with the largest novelty of others, each measured by its own threshold.

    The others are of the same image by models that were trained on the same images, each under its
    own mask: what is out of distribution for one of them is so for all, and hiding a name makes no
    image so.
    """
    most = max(one.novelty / one.novelty_threshold for one in others)
    return replace(prediction, novelty=most * prediction.novelty_threshold)
