"""A small world for the pages' tests: a gallery of painted images and a predictor that knows it.

The stand-in predictor reads the cell out of the images' colour, so every number on the page is
known beforehand.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from geoloc_core.audit.residents import Resident
from geoloc_core.catalogue import PHOTO_MODELS, SHIPPED
from geoloc_core.data.manifest import write_manifest
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.sphere import fewest_cells, geometric_median, weighted_mean
from geoloc_core.images.credit_line import with_name
from geoloc_core.models.predictor import Prediction
from geoloc_core.models.scene.seen import Thing

CELLS = (4, 21, 30, 50, 55)
PEOPLE = {
    name: Resident(name, cell, tuple(article_grid().centroids[cell]), panoramas=9, share=1.0)
    for name, cell in {"Leela `${alert(1)}` <b>": 24, "Omar Tester": 46}.items()
}
UNFAMILIAR = 250  # red above this: the stand-in has never seen such an image


def painted(cell: int, red: int = 90) -> np.ndarray:
    """An image whose green channel is its cell's number, four levels a cell."""
    pixels = np.zeros((256, 256, 3), np.uint8)
    pixels[..., 0] = red
    pixels[..., 1] = 4 * cell
    pixels[..., 2] = np.arange(256)[:, None] // 2
    return pixels


def make_gallery(directory: Path) -> None:
    centroids = article_grid().centroids
    rows = []
    for cell in CELLS:
        for heading in (0, 90, 180, 270):
            file = f"{cell}-{heading}.jpg"
            Image.fromarray(painted(cell)).save(directory / file, quality=95)
            rows.append(
                {
                    "file": file,
                    "panorama": f"panorama-{cell}",
                    "latitude": centroids[cell, 0],
                    "longitude": centroids[cell, 1],
                    "heading": float(heading),
                    "uploader": "Asha `${alert(1)}` <b>",
                    "date": "2024-05",
                    "cell": cell,
                    "source": "simulated",
                    "licence": "MIT",
                }
            )
    write_manifest(directory, pd.DataFrame(rows))


class StandIn:
    """Puts 60 % on the painted cell where the name row is hidden, 90 % where it is not.

    The one called "unmasked" knows the names of `PEOPLE`: where it sees one, it says their home.
    One for real photographs has seen everything: 60 % on the painted cell, because of an alp.
    """

    grid = article_grid()

    def __init__(self, model: str, engine: object = None) -> None:
        self.model = model

    def predict(self, photos, mask=None) -> Prediction:
        grid, of_photos = self.grid, self.model in PHOTO_MODELS
        own = "none" if of_photos else SHIPPED[self.model].mask
        mask = mask or own
        cell = round(float(photos[0][..., 1].mean()) / 4)
        if self.model == "unmasked" and mask == "none":
            cell = next((p.cell for p in PEOPLE.values() if bears(photos[0], p.name)), cell)
        probabilities = np.full(len(grid), 1.0)
        probabilities[cell] = 0.0
        sure = 0.9 if mask == "none" and not of_photos else 0.6
        probabilities *= (1 - sure) / probabilities.sum()
        probabilities[cell] = sure
        evidence = np.zeros((len(photos), len(grid), 8, 8), np.float32)
        for number in range(len(grid)):
            evidence[-1, number, number // 8, number % 8] = 1.0
        return Prediction(
            probabilities=probabilities,
            evidence=evidence,
            points={
                "weighted_mean": weighted_mean(grid.centroids, probabilities),
                "geometric_median": geometric_median(grid.centroids, probabilities),
            },
            fewest_cells=fewest_cells(probabilities, 0.9),
            promise=0.9,
            model=self.model,
            mask=mask,
            trained_mask=own,
            grid=grid,
            novelty=2.5 if photos[0][..., 0].mean() > UNFAMILIAR and not of_photos else 0.8,
            novelty_threshold=1.4,
            seen=(Thing("alp", 0.75, {"snow": 0.8, "hills": 0.2}, np.log(probabilities * 58)),)
            if of_photos
            else (),
            information=2.0 if of_photos else None,
        )


def bears(photo: np.ndarray, name: str) -> bool:
    """Whether this very name is written on the photo: to write it again changes nothing."""
    return np.array_equal(with_name(photo, name), photo)
