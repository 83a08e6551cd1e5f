"""The predictor against probabilities worked out the long way, and one shared by threads."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from geoloc_core.geography.sphere import fewest_cells, geometric_median, weighted_mean
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.checkpoint import CheckpointError
from geoloc_core.models.engines import Scores
from geoloc_core.models.ood import novelty_score
from geoloc_core.models.predictor import Prediction, Predictor, as_novel_as
from geoloc_core.models.torch_engine import torch_engine

PHOTOS = [
    np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)
    for height, width in ((256, 256), (300, 200), (64, 640), (120, 121))
]


@pytest.fixture(scope="module")
def predictor(checkpoint_file: Path) -> Predictor:
    return Predictor(checkpoint_file, engine=lambda ckpt: torch_engine(ckpt, bf16=False))


def scores(predictor: Predictor, photos: Sequence[np.ndarray], mask: str) -> Scores:
    engine = torch_engine(predictor.checkpoint, bf16=False)
    return engine(
        np.stack([preprocess(photo, mask, predictor.checkpoint.size) for photo in photos])
    )


@pytest.mark.parametrize("views", [1, 4])
def test_views_are_combined_by_the_mean_of_log_probabilities(
    predictor: Predictor, views: int
) -> None:
    photos = PHOTOS[:views]
    expected = scores(predictor, photos, "crop")
    odds = np.exp(expected.logits.astype(np.float64) / predictor.checkpoint.temperature)
    views_probabilities = odds / odds.sum(axis=1, keepdims=True)
    product = np.prod(views_probabilities, axis=0) ** (1 / views)

    prediction = predictor.predict(photos)
    np.testing.assert_allclose(prediction.probabilities, product / product.sum(), rtol=1e-4)
    np.testing.assert_allclose(
        prediction.evidence, np.maximum(expected.cam, 0) / 9, rtol=0, atol=1e-5
    )
    assert prediction.evidence.shape == (views, 58, 3, 3)
    assert prediction.novelty == pytest.approx(
        novelty_score(predictor.checkpoint.novelty, expected.pooled).mean(), rel=1e-3
    )


def test_point_and_cells_follow_from_the_probabilities(predictor: Predictor) -> None:
    prediction = predictor.predict(PHOTOS[:2])
    centroids, probabilities = prediction.grid.centroids, prediction.probabilities
    assert prediction.points == {
        "weighted_mean": weighted_mean(centroids, probabilities),
        "geometric_median": geometric_median(centroids, probabilities),
    }
    assert prediction.fewest_cells == fewest_cells(probabilities, 0.8)
    assert prediction.promise == 0.9


def test_mask_is_the_models_own_unless_another_is_asked_for(predictor: Predictor) -> None:
    photo = PHOTOS[0]
    own = predictor.predict([photo])
    assert own.mask == "crop"
    renamed = photo.copy()
    renamed[-16:] = 0  # the credit line
    np.testing.assert_array_equal(predictor.predict([renamed]).probabilities, own.probabilities)
    whole = predictor.predict([photo], mask="none")
    assert whole.mask == "none"
    assert np.abs(whole.probabilities - own.probabilities).max() > 1e-4


def test_out_of_distribution_is_above_the_threshold(predictor: Predictor) -> None:
    prediction = predictor.predict(PHOTOS[:1])
    for threshold, inside in ((prediction.novelty - 1, False), (prediction.novelty, True)):
        fields = vars(prediction) | {"novelty_threshold": threshold}
        assert Prediction(**fields).in_distribution is inside


@pytest.mark.parametrize(
    ("novelty", "mask", "promised"),
    [(0.9, "crop", True), (1.1, "crop", False), (0.9, "none", False), (1.1, "box", False)],
)
def test_a_prediction_set_is_promised_for_known_images_under_the_models_own_mask(
    predictor: Predictor, novelty: float, mask: str, promised: bool
) -> None:
    prediction = predictor.predict(PHOTOS[:1])
    fields = vars(prediction) | {"novelty": novelty, "novelty_threshold": 1.0, "mask": mask}
    found = Prediction(**fields).prediction_set
    assert found == (prediction.fewest_cells if promised else None)


def test_a_shipped_model_knows_images_of_its_training_size_alone(predictor: Predictor) -> None:
    shipped = Predictor.__new__(Predictor)
    shipped.model, shipped.score = "masked", predictor.score
    shipped.checkpoint = predictor.checkpoint
    assert PHOTOS[0].shape == (256, 256, 3)
    assert shipped.predict(PHOTOS[:1]).known_size
    assert not shipped.predict(PHOTOS[1:2]).known_size
    assert not shipped.predict(PHOTOS[:2]).known_size
    assert predictor.predict(PHOTOS[1:2]).known_size  # of another model nothing is known


def test_threads_may_share_a_predictor(checkpoint_file: Path) -> None:
    predictor = Predictor(checkpoint_file)
    asked = [(PHOTOS[:1], None), (PHOTOS[1:3], "none"), (PHOTOS, "box"), (PHOTOS[3:], None)] * 3
    alone = [predictor.predict(photos, mask) for photos, mask in asked[:4]] * 3
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda photos_mask: predictor.predict(*photos_mask), asked))
    for found, wanted in zip(together, alone, strict=True):
        np.testing.assert_array_equal(found.probabilities, wanted.probabilities)
        np.testing.assert_array_equal(found.evidence, wanted.evidence)
        assert found.points == wanted.points


@pytest.mark.parametrize("count", [0, 5])
def test_number_of_photos_is_one_to_four(predictor: Predictor, count: int) -> None:
    with pytest.raises(ValueError, match=f"One to 4 photos of one place, not {count}"):
        predictor.predict(PHOTOS[:1] * count)


def test_unknown_mask_is_refused(predictor: Predictor) -> None:
    with pytest.raises(ValueError, match="mask"):
        predictor.predict(PHOTOS[:1], mask="blur")  # type: ignore[arg-type]


def test_missing_model_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no file"):
        Predictor(tmp_path / "none.safetensors")


def test_models_of_the_same_images_share_the_largest_novelty(predictor: Predictor) -> None:
    prediction = predictor.predict(PHOTOS[:1])
    known = Prediction(**(vars(prediction) | {"novelty": 0.5, "novelty_threshold": 2.0}))
    unknown = Prediction(**(vars(prediction) | {"novelty": 1.5, "novelty_threshold": 1.0}))
    shared = as_novel_as(known, [known, unknown])
    assert shared.novelty == pytest.approx(3.0)
    assert not shared.in_distribution
    assert as_novel_as(unknown, [known]).novelty == pytest.approx(0.25)
