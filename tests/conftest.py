from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from geoloc_core.data.manifest import write_manifest
from geoloc_core.geography.grid import article_grid

pytest_plugins = ["tests.chromium", "tests.random_model"]

# machines differ in speed, and a test must not: no deadline, the same examples every time
settings.register_profile("pata", deadline=None, derandomize=True)
settings.load_profile("pata")


@pytest.fixture(autouse=True)
def same_program() -> Iterator[None]:
    """The program stays pytest: AppTest puts its page there, and processes spawned later run it."""
    program = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = program


FAKE_CELLS = (5, 14, 24, 36)


@pytest.fixture(scope="session")
def fake_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of 120 panoramas in four cells, two tiny images each, coloured by cell."""
    folder = tmp_path_factory.mktemp("fake_data")
    random = np.random.default_rng(0)
    colours = np.array([[200, 60, 60], [60, 200, 60], [60, 60, 200], [190, 190, 60]])
    rows = []
    for panorama in range(120):
        kind = panorama % len(FAKE_CELLS)
        latitude, longitude = article_grid().centroids[FAKE_CELLS[kind]]
        for heading in (0, 180):
            pixels = np.clip(colours[kind] + random.normal(0, 25, (64, 64, 3)), 0, 255)
            file = f"{panorama}_{heading}.jpg"
            cv2.imwrite(str(folder / file), pixels.astype(np.uint8)[..., ::-1])
            rows.append(
                {
                    "file": file,
                    "panorama": f"panorama {panorama}",
                    "latitude": latitude,
                    "longitude": longitude,
                    "heading": heading,
                    "uploader": f"uploader {panorama % 7}",
                    "date": "2020-01",
                    "cell": FAKE_CELLS[kind],
                    "source": "fake",
                    "licence": "none",
                }
            )
    write_manifest(folder, pd.DataFrame(rows))
    return folder
