"""How often each shipped model calls images unlike what it knows: tools/measure_novelty.py DATA

Takes test images of a simulated data set as they are and spoiled in several ways, and writes the
share called unfamiliar to assets/evaluation/novelty_MODEL.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.catalogue import SHIPPED
from geoloc_core.files import write_whole
from geoloc_core.images.credit_line import Pixels
from geoloc_core.models.predictor import Predictor
from geoloc_core.paths import ASSETS
from geoloc_core.training.batches import read_folds, read_pixels, sample

IMAGES = 150


def kinds() -> dict[str, Callable[[Pixels], Pixels]]:
    """What is done to an image, by its name; the noise is the same every time."""
    random = np.random.default_rng(0)
    return {
        "as they are": lambda pixels: pixels,
        "blurred by 8 pixels": lambda pixels: np.asarray(
            cv2.GaussianBlur(pixels, (0, 0), 8), np.uint8
        ),
        "upside down": lambda pixels: pixels[::-1].copy(),
        "colours inverted": lambda pixels: 255 - pixels,
        "noise alone": lambda pixels: random.integers(0, 256, pixels.shape, np.uint8),
        "one colour": lambda pixels: np.full_like(
            pixels, pixels.mean(axis=(0, 1)).astype(np.uint8)
        ),
    }


def measure(data: Path, model: str) -> None:
    """Measure and write, for one model."""
    predictor = Predictor(model)
    fold = sample(read_folds(data, predictor.checkpoint.grid)[0]["test"], IMAGES)
    images = [read_pixels(path) for path in fold.paths]
    shares = {
        kind: float(np.mean([not predictor.predict([spoil(p)]).in_distribution for p in images]))
        for kind, spoil in kinds().items()
    }
    result = {"model": model, "pictures": IMAGES, "unfamiliar": shares}
    out = ASSETS / "evaluation" / f"novelty_{model}.json"
    write_whole(out, lambda path: path.write_text(json.dumps(result, indent=2) + "\n"))
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Give the data set's folder.")
    for shipped in SHIPPED:
        measure(Path(sys.argv[1]), shipped)
