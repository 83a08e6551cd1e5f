"""A made-up data set whose images bear names, and tiny networks truly trained on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import pandas as pd

from geoloc_core.data.folds import split
from geoloc_core.data.manifest import read_manifest, write_manifest
from geoloc_core.geography.grid import article_grid
from geoloc_core.images.credit_line import Mask, mask_box, write_name
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.engines import Scores
from geoloc_core.models.ood import Novelty
from geoloc_core.training.batches import read_pixels
from tests.random_model import IMAGENET_MEAN, IMAGENET_STD

CELLS = (5, 14, 24, 30, 36, 45)
NAMES = """Asha Rao|Bikram Sen|Charu Nair|Dev Patil|Esha Kaur|Farid Ali|Gita Bose|Hari Menon
Indu Shah|Jatin Das|Kiran Gill|Lata Iyer|Manoj Roy|Nisha Puri|Om Thapa|Pia Fernandes
Qadir Khan|Rekha Jha|Suresh Babu|Tara Lal|Uma Reddy|Vikas Negi|Wasim Akhtar|Yash Ghosh"""
UPLOADERS = [name for line in NAMES.split("\n") for name in line.split("|")]
TAKEN = 14  # panoramas by each
AWAY = 0.15  # share of them outside the uploader's home
SIZE = 128


def make_data(folder: Path, *, shuffled: bool = False) -> Path:
    """A data set of one image a panorama: ground in the cell's colour, an uploader's name on it.

    `shuffled` deals the names out anew among the images, in the manifest as on the images.
    """
    random = np.random.default_rng(3)
    centroids = article_grid().centroids
    colours = random.uniform(60, 150, (len(CELLS), 3))
    uploaders = np.repeat(np.arange(len(UPLOADERS)), TAKEN)
    homes = uploaders % len(CELLS)
    cells = np.where(
        random.random(len(homes)) < AWAY, random.integers(len(CELLS), size=len(homes)), homes
    )
    if shuffled:
        uploaders = random.permutation(uploaders)
    rows = []
    ground = np.random.default_rng(4)
    for number, (kind, uploader) in enumerate(zip(cells, uploaders, strict=True)):
        scene = colours[kind] + ground.normal(0, 25, 3) + ground.normal(0, 6, (SIZE, SIZE, 3))
        name = UPLOADERS[uploader]
        pixels = write_name(scene.clip(0, 255).astype(np.uint8), name)
        cv2.imwrite(str(folder / f"{number}.png"), pixels[..., ::-1])
        latitude, longitude = centroids[CELLS[kind]]
        rows.append(
            {
                "file": f"{number}.png",
                "panorama": f"panorama {number}",
                "latitude": latitude + ground.uniform(-0.2, 0.2),
                "longitude": longitude + ground.uniform(-0.2, 0.2),
                "heading": 0.0,
                "uploader": name,
                "date": "2020-01",
                "cell": CELLS[kind],
                "source": "made",
                "licence": "none",
            }
        )
    write_manifest(folder, pd.DataFrame(rows))
    return folder


@dataclass(frozen=True, eq=False)
class Linear:
    """A network of one layer, as an engine: pixels of the name's box and mean colours to cells."""

    weights: np.ndarray
    frame: ClassVar = staticmethod(preprocess)

    def __call__(self, pixels: np.ndarray) -> Scores:
        features = features_of(pixels)
        logits = (10 * features @ self.weights).astype(np.float32)
        maps = np.zeros((*logits.shape, 2, 2), np.float32)
        return Scores(logits, maps, features.astype(np.float32))


def features_of(pixels: np.ndarray) -> np.ndarray:
    """What the layer sees of images (b, h, w, 3): (b, f), brightness of letters and colours."""
    left, top, right, bottom = mask_box("box", *pixels.shape[1:3])
    box = pixels[:, top:bottom, left:right].min(axis=3) / 255.0
    letters = box - np.median(box, axis=(1, 2), keepdims=True)
    colours = pixels[:, :top].mean(axis=(1, 2)) / 255.0 - 0.4
    ones = np.ones((len(pixels), 1))
    return np.concatenate([letters.reshape(len(pixels), -1), 3 * colours, ones], axis=1)


def trained(data: Path, mask: Mask) -> tuple[Checkpoint, Linear]:
    """The layer fitted to the training fold by ridge regression, with or without names in sight."""
    manifest = read_manifest(data)
    training = manifest[split(manifest) == "train"]
    framed = np.stack(
        [preprocess(read_pixels(data / file), mask, SIZE) for file in training["file"]]
    )
    features = features_of(framed)
    truth = np.eye(len(article_grid()))[training["cell"]]
    gram = features @ features.T + 0.3 * np.eye(len(features))
    weights = features.T @ np.linalg.solve(gram, truth)
    return checkpoint(mask, weights), Linear(weights)


def checkpoint(mask: Mask, weights: np.ndarray) -> Checkpoint:
    nothing = np.zeros(1, np.float32)
    return Checkpoint(
        architecture="linear",
        grid=article_grid(),
        mask=mask,
        mean=IMAGENET_MEAN,
        std=IMAGENET_STD,
        size=SIZE,
        temperature=1.0,
        conformal=(0.9, 0.9, 0.9, 0.9),
        data_fingerprint="0" * 64,
        scores={},
        recipe={},
        novelty=Novelty(nothing, nothing[None], nothing, noise_variance=1.0, threshold=1.0),
        state={"weights": weights},
    )
