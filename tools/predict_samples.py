"""Work out the predictions for the sample gallery beforehand: tools/predict_samples.py [--check]

Writes assets/samples/predictions.npz with the float32 engine, then holds every prediction that can
be read from it against the network's own; with --check does only that. Exit status 1 where one
differs. To be run again when the weights or the gallery change.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.data.samples import Sample, read_samples
from geoloc_core.images.credit_line import Mask, Pixels
from geoloc_core.images.photo import read_photo
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.class_activation import evidence_maps
from geoloc_core.models.engines import openvino_engine
from geoloc_core.models.ood import novelty_score
from geoloc_core.models.predictor import Prediction, Predictor
from geoloc_core.models.sample_predictions import (
    COMBINATIONS,
    PRECOMPUTED,
    Views,
    sample_prediction,
    write_sample_predictions,
)

ASKED = ((0,), (1,), (2,), (3,), (0, 1, 2, 3))  # what the pages ask for
TOLERANCE = 1e-3  # evidence is kept in half precision: 11 bits


def main(write: bool) -> bool:
    """Write the file, and check it; whether all of it agrees with the networks."""
    samples = read_samples()
    predictors = {
        model: Predictor(model, lambda checkpoint: openvino_engine(checkpoint, bf16=False))
        for model, _ in COMBINATIONS
    }
    if write:
        photos = [pixels(sample) for sample in samples]
        scored = {
            (model, mask): scores(predictors[model], mask, photos)
            for model, mask in tqdm(COMBINATIONS, unit=" networks and masks")
        }
        checkpoints = {model: predictor.checkpoint for model, predictor in predictors.items()}
        write_sample_predictions([sample.panorama for sample in samples], checkpoints, scored)
        print(f"{PRECOMPUTED}: {PRECOMPUTED.stat().st_size / 1e6:.1f} MB")
    worst = 0.0
    for sample in tqdm(samples, unit=" samples"):
        photos_here = pixels(sample)
        for model, mask in COMBINATIONS:
            for views in ASKED:
                found = sample_prediction(sample.panorama, model, mask, views)
                shown = [photos_here[view] for view in views]
                worst = max(worst, difference(found, predictors[model].predict(shown, mask)))
    print(f"Largest difference: {worst:.1e}, allowed: {TOLERANCE:.0e}")
    return worst <= TOLERANCE


def difference(found: Prediction | None, expected: Prediction) -> float:
    """The largest relative difference between two predictions; infinite where one misses."""
    if found is None or found.fewest_cells != expected.fewest_cells:
        return float("inf")
    if found.evidence is None or expected.evidence is None:
        return float("inf")
    pairs: list[tuple[ArrayLike, ArrayLike]] = [
        (found.probabilities, expected.probabilities),
        (found.evidence, expected.evidence),
        (found.points["weighted_mean"], expected.points["weighted_mean"]),
        (found.points["geometric_median"], expected.points["geometric_median"]),
        (found.novelty, expected.novelty),
    ]
    return max(float(np.abs(np.subtract(a, b)).max() / np.abs(b).max()) for a, b in pairs)


def pixels(sample: Sample) -> list[Pixels]:
    """The sample's four images."""
    return [read_photo(file.read_bytes()).pixels for file in sample.files]


def scores(predictor: Predictor, mask: Mask, photos: list[list[Pixels]]) -> Views:
    """What one network makes of all images under one mask."""
    checkpoint = predictor.checkpoint
    logits, evidence, novelty = [], [], []
    for views in photos:
        made = predictor.score(
            np.stack([preprocess(view, mask, checkpoint.size) for view in views])
        )
        logits.append(made.logits)
        evidence.append(evidence_maps(made.activation_maps()))
        novelty.append(novelty_score(checkpoint.novelty, made.pooled))
    return Views(np.stack(logits), np.stack(evidence), np.stack(novelty))


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    sys.exit(0 if main(write="--check" not in sys.argv) else 1)
