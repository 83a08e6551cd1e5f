"""Photographs and features whose colour tells the cell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from geoloc_core.geography.grid import article_grid

COLOURS = {7: (210, 60, 50), 27: (60, 190, 70), 40: (60, 80, 200)}
"""The colour of each cell's photographs."""


def colour_photo(cell: int, number: int) -> np.ndarray:
    noise = np.random.default_rng(number).normal(0, 25, (48, 64, 3))
    return np.clip(np.array(COLOURS[cell]) + noise, 0, 255).astype(np.uint8)


def photographs(folder: Path, count: int, photos_a_place: int = 2) -> pd.DataFrame:
    """Write photographs and their table into a folder; gives the table with the cells."""
    folder.mkdir(exist_ok=True)
    rows = []
    for number in range(count):
        place = number // photos_a_place
        cell = list(COLOURS)[place % len(COLOURS)]
        Image.fromarray(colour_photo(cell, number)).save(folder / f"{number}.png")
        latitude, longitude = article_grid().centroids[cell]
        rows.append((f"{number}.png", latitude, longitude, f"place {place}", cell))
    frame = pd.DataFrame(rows, columns=["file", "latitude", "longitude", "place", "cell"])
    frame.drop(columns="cell").to_csv(folder / "places.csv", index=False)
    return frame


def colour_pool(pixels: np.ndarray) -> np.ndarray:
    """Features (3,) of a photograph that a network need not compute: its mean colour."""
    return np.asarray(pixels.mean(axis=(0, 1)) / 255, np.float32)
