from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit import relevance as module
from geoloc_core.audit.passes import Arrays, Passes
from geoloc_core.audit.relevance import MEASURES, TOP, measures, relevance, seen_region
from geoloc_core.audit.suspect import ROW, Suspect
from geoloc_core.audit.variants import VARIANTS
from geoloc_core.models.engines import Scores
from tests.audit.made import checkpoint
from tests.random_model import random_checkpoint


def by_loops(heat: np.ndarray, region: np.ndarray) -> tuple[float, ...]:
    """The four measures as Arras, Zhang and Theiner write them, for distinct values."""
    pixels = [(y, x) for y in range(heat.shape[0]) for x in range(heat.shape[1])]
    inside = [pixel for pixel in pixels if region[pixel]]
    ranked = sorted(pixels, key=lambda pixel: -heat[pixel])
    mass = sum(heat[pixel] for pixel in inside) / sum(heat[pixel] for pixel in pixels)
    rank = sum(region[pixel] for pixel in ranked[: len(inside)]) / len(inside)
    pointing = float(region[ranked[0]])
    top = ranked[: round(TOP * len(pixels))]
    influence = sum(region[pixel] for pixel in top) / len(top) * len(pixels) / len(inside)
    return mass, rank, pointing, influence


@pytest.mark.parametrize("seed", range(4))
def test_measures_against_loops(seed: int) -> None:
    random = np.random.default_rng(seed)
    heat = random.permutation(900).reshape(30, 30).astype(np.float32)
    region = random.random((30, 30)) < 0.2
    heat[region] += 300 * seed + 0.5
    assert measures(heat, region) == pytest.approx(by_loops(heat, region))


def test_a_flat_map_gives_the_region_what_its_area_deserves() -> None:
    region = np.zeros((20, 20), bool)
    region[18:] = True
    assert measures(np.ones((20, 20), np.float32), region) == pytest.approx((0.1, 0.1, 0.1, 1.0))


def test_all_relevance_inside() -> None:
    region = np.zeros((20, 20), bool)
    region[18:] = True
    assert measures(region.astype(np.float32), region) == pytest.approx((1, 1, 1, 10))


def test_a_map_of_zeros_has_no_measures() -> None:
    region = np.eye(4, dtype=bool)
    assert np.isnan(measures(np.zeros((4, 4), np.float32), region)).all()


def test_region_in_what_the_network_sees() -> None:
    assert seen_region(ROW, "none").mean() == 1 / 16
    assert seen_region(ROW, "none")[240:].all()
    np.testing.assert_array_equal(seen_region(ROW, "box"), seen_region(ROW, "none"))
    assert not seen_region(ROW, "crop").any()
    quarter = Suspect(0.5, 0.5, 1.0, 1.0)  # of its 128 rows, 112 are left of 240
    assert seen_region(quarter, "crop").mean() == pytest.approx(112 / 240 / 2, abs=0.005)


def stripes(pixels: np.ndarray) -> Scores:
    """An engine: cell 1 for white in the lowest sixteenth, and the pooled features of nothing."""
    low = pixels[:, -pixels.shape[1] // 16 :].mean(axis=(1, 2, 3)) / 255
    logits = np.stack([np.zeros(len(pixels)), 8 * low], axis=1).astype(np.float32)
    nothing = np.zeros((len(pixels), 2, 3, 3), np.float32)
    return Scores(logits, nothing, np.zeros((len(pixels), 4), np.float32))


def passes_of(folder: Path, mask: str, at: int) -> Passes:
    """Passes over three pictures, white below, whose maps are hot in one row of three."""
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
        Arrays(logits, np.zeros((3, 4), np.float16), cam, cam),
        ROW,
        mask,  # type: ignore[arg-type]
        1.0,
    )


def test_relevance_in_all_four_ways(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "SAMPLE", 1)  # whose maps take a real network
    network = replace(random_checkpoint(), mask="none")
    passes = passes_of(tmp_path, "none", at=2)
    finding = relevance(tmp_path, network, stripes, passes, progress=False)
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


def test_what_is_cut_away_has_no_relevance(tmp_path: Path) -> None:
    passes = passes_of(tmp_path, "crop", at=2)
    finding = relevance(
        tmp_path, checkpoint("crop", np.zeros((1, 2))), stripes, passes, progress=False
    )
    assert (finding.value, finding.low, finding.high, finding.leaks) == (0, 0, 0, None)
    assert "by construction" in finding.words
