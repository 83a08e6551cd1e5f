"""Predictions made up for the tests."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoloc_core.evaluation.predictions import Predictions
from geoloc_core.geography.grid import article_grid


def made_predictions(seed: int = 0, panoramas: int = 12) -> Predictions:
    """Predictions of four images a panorama, knowing some of the truth."""
    random = np.random.default_rng(seed)
    grid = article_grid()
    cells = random.integers(0, len(grid), panoramas)
    points = grid.centroids[cells] + random.normal(0, 0.2, (panoramas, 2))
    frame = pd.DataFrame(
        [
            {
                "panorama": f"p{place}",
                "file": f"p{place}_{heading:03}.jpg",
                "heading": float(heading),
                "uploader": f"uploader {place % 5}",
                "cell": int(cells[place]),
                "latitude": points[place, 0],
                "longitude": points[place, 1],
            }
            for place in range(panoramas)
            for heading in (0, 90, 180, 270)
        ]
    )
    logits = random.normal(0, 2, (len(frame), len(grid)))
    logits[np.arange(len(frame)), frame["cell"]] += 4
    return Predictions(
        frame=frame,
        logits=logits.astype(np.float16).astype(np.float32),
        novelty=random.uniform(0.5, 2, len(frame)).astype(np.float32),
        model="made",
        trained_mask="crop",
        mask="none",
        split="test",
        views=1,
        temperature=1.3,
        data_fingerprint="0" * 64,
        grid_fingerprint=grid.fingerprint,
    )
