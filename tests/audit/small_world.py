"""A data set of four cells and eight uploaders, and networks of which everything is known.

An image's scene is a flat green that names its cell, with a little noise; each uploader stays at
home. The networks match colours and letters, so that every share they give is known beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.passes import Passes, draw_subjects, run_passes
from geoloc_core.data.manifest import on_grid, read_manifest, write_manifest
from geoloc_core.geography.grid import article_grid
from geoloc_core.images.credit_line import write_name
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.engines import Engine, Scores
from geoloc_core.models.ood import Novelty

SIDE = 256
GREENS = {5: 40, 14: 90, 24: 170, 36: 220}  # by cell; the grey and black of the tests are neither
HOMES = {
    **{"Asha Rao": 5, "Bela Sen": 5, "Chand Gill": 14, "Divya Nair": 14},
    **{"Ekta Joshi": 24, "Farid Khan": 24, "Gauri Das": 36, "Hari Iyer": 36},
}
NOWHERE = 0  # the cell that a network gives where it finds nothing
SURE = 8.0  # the logit of the cell that it gives


def scene(cell: int, random: np.random.Generator) -> np.ndarray:
    pixels = np.full((SIDE, SIDE, 3), (110, GREENS[cell], 60), np.uint8)
    return pixels + random.integers(0, 3, (SIDE, SIDE, 1), np.uint8)


def make_data(folder: Path, panoramas: int = 160) -> None:
    random = np.random.default_rng(0)
    rows = []
    for panorama in range(panoramas):
        uploader, cell = list(HOMES.items())[panorama % len(HOMES)]
        latitude, longitude = article_grid().centroids[cell]
        pixels = write_name(scene(cell, random), uploader)
        file = f"{panorama}.png"
        cv2.imwrite(str(folder / file), pixels[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
        rows.append(
            {
                "file": file,
                "panorama": f"panorama {panorama}",
                "latitude": latitude,
                "longitude": longitude,
                "heading": 0.0,
                "uploader": uploader,
                "date": "2020-01",
                "cell": cell,
                "source": "fake",
                "licence": "none",
            }
        )
    write_manifest(folder, pd.DataFrame(rows))


def checkpoint(mask: str = "none", weight: float = 0.0) -> Checkpoint:
    """What the audit asks of a checkpoint; the engines below do without its weights."""
    nothing = np.zeros(1, np.float32)
    return Checkpoint(
        architecture="known",
        grid=article_grid(),
        mask=mask,
        mean=(0.0, 0.0, 0.0),
        std=(1.0, 1.0, 1.0),
        size=SIDE,
        temperature=2.0,
        data_fingerprint="",
        scores={},
        recipe={},
        novelty=Novelty(nothing, nothing[None], nothing, noise_variance=1.0, threshold=1.0),
        conformal=(0.9, 0.9, 0.9, 0.9),
        state={"weight": np.full((2, 2), weight, np.float32)},
    )


class Known:
    """An engine that gives the cell that `place` finds, and remembers how many images it saw."""

    frame = staticmethod(preprocess)

    def __init__(self, place: Callable[[np.ndarray], int]) -> None:
        self.place, self.seen = place, 0

    def __call__(self, pixels: np.ndarray) -> Scores:
        self.seen += len(pixels)
        logits = np.zeros((len(pixels), len(article_grid())), np.float32)
        for row, image in enumerate(pixels):
            logits[row, self.place(image)] = SURE
        level = pixels.mean(axis=(1, 2, 3), dtype=np.float64).astype(np.float32)
        cam = logits[..., None, None] * np.ones((2, 3), np.float32)
        return Scores(logits, cam, np.repeat(level[:, None], 2048, axis=1))


def passed(data: Path, network: Checkpoint, engine: Engine, out: Path, **settings) -> Passes:
    """The passes over a data set's test fold, with `count` and `seed` as for its sample."""
    drawn = {name: settings[name] for name in ("count", "seed") if name in settings}
    subjects = draw_subjects(on_grid(read_manifest(data), network.grid), **drawn)
    settings = {"progress": False} | settings
    settings.pop("count", None)
    return run_passes(ImageStore(data), subjects, network, engine, out, **settings)


def by_scene(image: np.ndarray) -> int:
    """The cell whose green fills most of the image above the row."""
    red, green, blue = np.median(image[: SIDE * 7 // 8 : 4, ::4], axis=(0, 1))
    if red < 90 or blue > 80:  # grey or black
        return NOWHERE
    return min(GREENS, key=lambda cell: abs(GREENS[cell] - green))


def by_name(believed: Collection[str] = tuple(HOMES)) -> Callable[[np.ndarray], int]:
    """Find the home of whoever's name stands in the row, if it is one of those believed."""
    ground = np.full((SIDE, SIDE, 3), 60, np.uint8)
    stencils = {name: _letters(write_name(ground, name)) for name in HOMES}

    def place(image: np.ndarray) -> int:
        letters = _letters(image)
        differing = {name: int((letters ^ stencil).sum()) for name, stencil in stencils.items()}
        name = min(differing, key=differing.__getitem__)
        return HOMES[name] if differing[name] < 40 and name in believed else NOWHERE

    return place


def by_name_or_scene(believed: Collection[str]) -> Callable[[np.ndarray], int]:
    """Go by the name if it is one of those believed, else by the scene."""
    read = by_name(believed)
    return lambda image: read(image) or by_scene(image)


def _letters(image: np.ndarray) -> np.ndarray:
    return image[-16:].min(axis=2) > 200
