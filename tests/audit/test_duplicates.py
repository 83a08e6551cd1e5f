from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit.duplicates import duplicates, match
from geoloc_core.audit.findings import Finding
from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.survey import survey
from geoloc_core.audit.suspect import ROW
from geoloc_core.data.manifest import ManifestError
from geoloc_core.images.credit_line import write_name
from geoloc_core.images.likeness import NEAR, perceptual_hash


def scene(seed: int) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 9, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (128, 128), interpolation=cv2.INTER_CUBIC), np.uint8)


def stored(folder: Path, name: str, pixels: np.ndarray, quality: int = 90) -> str:
    cv2.imwrite(str(folder / name), pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return name


@pytest.fixture
def folds(tmp_path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ten held-out and thirty training images of different scenes in two cells."""
    files = [stored(tmp_path, f"{n}.jpg", write_name(scene(n), "Asha Rao")) for n in range(40)]
    frame = pd.DataFrame(
        {
            "file": files,
            "panorama": [f"p{n}" for n in range(40)],
            "uploader": [f"u{n % 8}" for n in range(40)],
            "cell": np.arange(40) % 2,
            "latitude": 20 + 0.01 * np.arange(40),
            "longitude": 77.0,
        }
    )
    return frame[:10].reset_index(drop=True), frame[10:].reset_index(drop=True)


def found(folder: Path, held_out: pd.DataFrame, training: pd.DataFrame) -> Finding:
    files = [*held_out["file"], *training["file"]]
    surveyed = survey(ImageStore(folder), files, ROW, progress=False)
    return duplicates(held_out, training, surveyed.fingerprints)


def test_different_scenes_are_clean(tmp_path: Path, folds) -> None:
    finding = found(tmp_path, *folds)
    assert (finding.value, finding.leaks) == (0, None)
    assert finding.details["warning"] is False
    assert finding.details["byte for byte"] == 0


def test_a_packed_copy_under_another_name_is_found(tmp_path: Path, folds) -> None:
    held_out, training = folds
    for row in (0, 4):
        copy = write_name(cv2.resize(scene(row), (200, 200)), "Bikram Sen")
        stored(tmp_path, str(training["file"][2 * row]), copy, quality=40)
    finding = found(tmp_path, held_out, training)
    assert finding.value == pytest.approx(0.2)
    assert [pair["held out"] for pair in finding.details["examples"]] == ["0.jpg", "4.jpg"]
    assert [pair["training"] for pair in finding.details["examples"]] == ["10.jpg", "18.jpg"]
    assert finding.details["byte for byte"] == 0


def test_a_copied_file_and_a_shared_place_warn(tmp_path: Path, folds) -> None:
    held_out, training = folds
    content = (tmp_path / "3.jpg").read_bytes()
    (tmp_path / str(training["file"][0])).write_bytes(content)  # in the other cell
    training.loc[5, ["latitude", "longitude"]] = held_out.loc[7, ["latitude", "longitude"]]
    finding = found(tmp_path, held_out, training)
    assert finding.details["byte for byte"] == 1
    assert finding.details["same place"] == 1
    assert finding.details["warning"] is True
    assert "folds overlap" in finding.words


def test_an_unreadable_image_is_named(tmp_path: Path, folds) -> None:
    (tmp_path / "12.jpg").write_bytes(b"no image")
    with pytest.raises(ManifestError, match=r"12\.jpg"):
        found(tmp_path, *folds)


def test_hash_against_the_cosine_transform_written_out() -> None:
    pixels = scene(7)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA).astype(float)
    place = np.arange(32)
    low = [
        (
            small
            * np.cos(np.pi * (2 * place[:, None] + 1) * v / 64)
            * np.cos(np.pi * (2 * place + 1) * u / 64)
        ).sum()
        for v in range(1, 9)
        for u in range(1, 9)
    ]
    bits = "".join("1" if value > np.median(low) else "0" for value in low)
    assert f"{perceptual_hash(pixels):064b}" == bits


def test_matches_against_loops() -> None:
    random = np.random.default_rng(0)
    known = random.integers(0, 2**63, 4, dtype=np.uint64)
    flips = np.uint64(1) << random.integers(0, 63, (2, 60, 5), dtype=np.uint64)
    held_out = known[random.integers(0, 4, 30)] ^ np.bitwise_xor.reduce(flips[0, :30], axis=1)
    training = known[random.integers(0, 4, 60)] ^ np.bitwise_xor.reduce(flips[1], axis=1)
    cells, others = random.integers(0, 3, 30), random.integers(0, 3, 60)
    near, chance, nearest = match(held_out, training, cells, others, pairs=50)
    for i in range(30):
        bits = [(int(held_out[i]) ^ int(code)).bit_count() for code in training]
        same = [j for j in range(60) if others[j] == cells[i]]
        apart = [j for j in range(60) if others[j] != cells[i]]
        assert near[i] == any(bits[j] <= NEAR for j in same)
        p = sum(bits[j] <= NEAR for j in apart) / len(apart)
        assert chance[i] == pytest.approx(1 - (1 - p) ** len(same))
        assert bits[nearest[i]] == min(bits[j] for j in same)
    assert 0 < near.mean() < 1


def test_without_training_images_nothing_matches() -> None:
    hashes, cells = np.arange(3, dtype=np.uint64), np.zeros(3, np.int64)
    near, chance, _ = match(hashes, hashes[:0], cells, cells[:0])
    assert near.tolist() == chance.tolist() == [0, 0, 0]


def test_a_data_set_of_held_out_images_alone_has_no_duplicates(tmp_path: Path, folds) -> None:
    held_out, training = folds
    finding = found(tmp_path, held_out, training[:0])
    assert (finding.value, finding.details["examples"]) == (0, [])
    assert finding.details["warning"] is False
