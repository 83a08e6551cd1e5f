from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.passes import Arrays, Passes
from geoloc_core.audit.relevance import relevance
from geoloc_core.audit.relevance_measures import MEASURES
from geoloc_core.audit.suspect import ROW
from geoloc_core.audit.variants import VARIANTS
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.engines import Scores
from tests.audit.made import checkpoint
from tests.random_model import random_checkpoint


def stripes(pixels: np.ndarray) -> Scores:
    """An engine: cell 1 for white in the lowest sixteenth, and the pooled features of nothing."""
    low = pixels[:, -pixels.shape[1] // 16 :].mean(axis=(1, 2, 3)) / 255
    logits = np.stack([np.zeros(len(pixels)), 8 * low], axis=1).astype(np.float32)
    nothing = np.zeros((len(pixels), 2, 3, 3), np.float32)
    return Scores(logits, nothing, np.zeros((len(pixels), 4), np.float32))


stripes.frame = preprocess


def passes_of(folder: Path, mask: str, at: int) -> Passes:
    """Passes over three images, white below, whose maps are hot in one row of three."""
    cam = np.full((3, 3, 3), -1, np.float32)
    cam[:, at] = 2
    cam[2] = -1  # nothing speaks for the cell of the last
    frame = pd.DataFrame(
        {
            "file": [f"{number}.png" for number in range(3)],
            "panorama": list("abc"),
            "uploader": list("xyz"),
        }
    )
    for file in frame["file"]:
        pixels = np.full((96, 96, 3), 60, np.uint8)
        pixels[90:] = 255
        cv2.imwrite(str(folder / file), pixels)
    logits = np.zeros((3, len(VARIANTS), 2), np.float32)
    logits[..., 1] = 1
    return Passes(
        frame,
        Arrays(logits, np.zeros((3, 4), np.float16), cam),
        ROW,
        mask,  # type: ignore[arg-type]
        1.0,
    )


def test_relevance_in_all_four_ways(tmp_path: Path) -> None:
    network = replace(random_checkpoint(), mask="none")
    passes = passes_of(tmp_path, "none", at=2)
    finding = relevance(ImageStore(tmp_path), network, stripes, passes, sample=1, progress=False)
    assert finding.leaks is None
    assert finding.value == pytest.approx(16 / (256 / 3), abs=0.001)  # 16 lines of a third
    assert finding.control is not None
    table = finding.details["measures"]
    assert [*table] == ["layer4", "layer3", "occlusion", "random network"]
    assert all([*row] == [*MEASURES] for row in table.values())
    assert table["occlusion"]["mass accuracy"][0] == pytest.approx(1)
    assert table["occlusion"]["pointing game"][0] == pytest.approx(1)
    assert finding.details["share of the area"] == 1 / 16
    assert finding.details["pictures"]["layer4"] == 3


def test_maps_that_are_done_are_not_made_again(tmp_path: Path) -> None:
    network = replace(random_checkpoint(), mask="none")
    passes = passes_of(tmp_path, "none", at=2)
    seen = []

    class Counting:
        frame = staticmethod(preprocess)

        def __call__(self, pixels: np.ndarray) -> Scores:
            seen.append(len(pixels))
            return stripes(pixels)

    def found() -> object:
        settings = {"sample": 1, "progress": False, "kept": tmp_path / "kept"}
        return relevance(ImageStore(tmp_path), network, Counting(), passes, **settings)

    first = found()
    (part,) = (tmp_path / "kept").iterdir()
    shown = sum(seen)
    assert found() == first
    assert sum(seen) == shown > 0
    part.write_bytes(part.read_bytes()[:50])
    assert found() == first
    assert sum(seen) == 2 * shown


def test_a_network_without_a_finer_feature_map_is_audited_without_its_map(tmp_path: Path) -> None:
    network = replace(random_checkpoint(backbone="convmixer_1024_20_ks9_p14"), mask="none")
    passes = passes_of(tmp_path, "none", at=2)
    finding = relevance(ImageStore(tmp_path), network, stripes, passes, sample=1, progress=False)
    assert [*finding.details["measures"]] == ["layer4", "occlusion", "random network"]


def test_a_model_whose_layers_are_not_known_is_audited_by_its_own_maps(tmp_path: Path) -> None:
    network = replace(random_checkpoint(), mask="none", architecture="scene")
    passes = passes_of(tmp_path, "none", at=2)
    finding = relevance(ImageStore(tmp_path), network, stripes, passes, sample=1, progress=False)
    assert [*finding.details["measures"]] == ["layer4"]


def test_what_is_cut_away_has_no_relevance(tmp_path: Path) -> None:
    passes = passes_of(tmp_path, "crop", at=2)
    finding = relevance(
        ImageStore(tmp_path), checkpoint("crop", np.zeros((1, 2))), stripes, passes, progress=False
    )
    assert (finding.value, finding.low, finding.high, finding.leaks) == (0, 0, 0, None)
    assert "by construction" in finding.words
