from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from geoloc_core.data.manifest import ManifestError
from geoloc_core.images.preprocess import preprocess
from geoloc_core.training import shrunk
from geoloc_core.training.batches import read_pixels
from geoloc_core.training.shrunk import FOLDER, LARGE, reader


def photograph(path: Path, seed: int = 0) -> Path:
    """A JPEG of 1200 x 900 pixels with detail at several scales, larger than `LARGE`."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (9, 12, 3), np.uint8))
    soft = np.asarray(coarse.resize((1200, 900), Image.Resampling.BICUBIC))
    noisy = (soft + random.normal(0, 20, soft.shape)).clip(0, 255).astype(np.uint8)
    Image.fromarray(noisy).save(path, quality=90)
    assert path.stat().st_size > LARGE
    return path


def test_the_small_copy_of_a_photograph_shows_a_network_what_it_shows_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = photograph(tmp_path / "photo.jpg"), reader(tmp_path, 100)
    first, (kept,) = read(path), (tmp_path / FOLDER).iterdir()
    assert first.shape == (188, 250, 3)  # 750 x 1000, halved twice
    whole, small = (preprocess(p, "none", 100).astype(int) for p in (read_pixels(path), first))
    assert np.abs(whole - small).mean() < 1
    files = []
    monkeypatch.setattr(shrunk, "read_pixels", lambda file: files.append(file) or read_pixels(file))
    assert np.array_equal(read(path), first)
    assert files == [kept]


def test_another_size_and_a_changed_photograph_have_copies_of_their_own(tmp_path: Path) -> None:
    path = photograph(tmp_path / "photo.jpg")
    before = reader(tmp_path, 100)(path)
    assert reader(tmp_path, 200)(path).shape == (375, 500, 3)
    after = reader(tmp_path, 100)(photograph(path, seed=1))
    assert np.abs(after.astype(int) - before).mean() > 10
    assert len(list((tmp_path / FOLDER).iterdir())) == 3


def test_small_files_are_read_as_they_are_and_nothing_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    assert np.array_equal(reader(tmp_path, 32)(path), pixels)
    assert not (tmp_path / FOLDER).exists()


def test_where_nothing_can_be_written_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(shrunk, "write_whole", full)
    assert reader(tmp_path, 100)(photograph(tmp_path / "photo.jpg")).shape == (188, 250, 3)
    assert not (tmp_path / FOLDER).exists()


def test_a_file_that_is_no_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(bytes(LARGE))
    for name in ("broken.jpg", "absent.jpg"):
        with pytest.raises(ManifestError, match=name):
            reader(tmp_path, 100)(tmp_path / name)
