"""A small data set without a fault, and ways to spoil it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from geoloc_core.data.manifest import write_manifest
from geoloc_core.geography.grid import article_grid

CELLS = (14, 24, 36)


def scene(seed: int) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 9, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (96, 96), interpolation=cv2.INTER_CUBIC), np.uint8)


def rows(count: int = 12) -> pd.DataFrame:
    """So many images of as many panoramas in three cells, each by one of four people."""
    cells = [CELLS[k % len(CELLS)] for k in range(count)]
    points = article_grid().centroids[cells]
    names = ["Asha Rao", "Bimal Sen", "Chitra Devi", "Dev Anand"]
    return pd.DataFrame(
        {
            "file": [f"{k:02d}.jpg" for k in range(count)],
            "panorama": [f"panorama {k}" for k in range(count)],
            "latitude": points[:, 0],
            "longitude": points[:, 1],
            "heading": 0.0,
            "uploader": [names[k % 4] for k in range(count)],
            "date": "2020",
            "cell": cells,
            "source": "made",
            "licence": "CC0",
        }
    )


def lay(folder: Path, frame: pd.DataFrame, count: int = 12) -> Path:
    """Write the images 00.jpg on, and the manifest as it is, unchecked."""
    for k in range(count):
        cv2.imwrite(str(folder / f"{k:02d}.jpg"), scene(k))
    frame.to_parquet(folder / "manifest.parquet", index=False)
    return folder


def lay_clean(folder: Path) -> Path:
    lay(folder, rows())
    write_manifest(folder, rows())
    return folder
