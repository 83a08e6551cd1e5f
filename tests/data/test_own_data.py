"""A data set of one's own that the pages show: found by an environment variable, read with care."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from geoloc_core.data.manifest import ManifestError
from geoloc_core.data.own_data import (
    EVALUATIONS,
    VARIABLE,
    own_evaluations,
    own_folder,
    own_image,
    own_manifest,
)
from geoloc_core.geography.grid import article_grid


def test_the_folder_is_the_one_that_the_variable_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert own_folder() is None
    monkeypatch.setenv(VARIABLE, " ")
    assert own_folder() is None
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert own_folder() == tmp_path


def test_images_off_the_grid_are_left_out_and_none_left_is_said(tmp_path: Path) -> None:
    rows = ["file,latitude,longitude", "a.jpg,28.6,77.2", "b.jpg,48.9,2.35"]
    (tmp_path / "photos.csv").write_text("\n".join(rows))
    kept = own_manifest(tmp_path, article_grid())
    assert kept["file"].tolist() == ["a.jpg"]
    assert kept["cell"].tolist() == [article_grid().cell_of(28.6, 77.2)]
    (tmp_path / "photos.csv").write_text("\n".join([rows[0], rows[2]]))
    with pytest.raises(ManifestError, match="1 of 1 images do not lie on the grid of India"):
        own_manifest(tmp_path, article_grid())


def test_evaluations_are_the_parquet_files_in_their_folder_but_no_baselines(tmp_path: Path) -> None:
    assert own_evaluations(tmp_path) == {}
    folder = tmp_path / EVALUATIONS
    folder.mkdir()
    for name in ("mine.parquet", "baselines.parquet", "mine.json"):
        (folder / name).touch()
    assert own_evaluations(tmp_path) == {"mine": folder / "mine.parquet"}


def test_an_image_is_read_from_inside_the_folder_alone(tmp_path: Path) -> None:
    red = np.full((6, 8, 3), (200, 0, 0), np.uint8)
    inside = tmp_path / "set"
    inside.mkdir()
    for folder in (tmp_path, inside):
        Image.fromarray(red).save(folder / "a.png")
    assert (own_image(inside, "a.png") == red).all()
    for file in ("../a.png", str(tmp_path / "a.png"), ""):
        assert "does not lie in the data set's folder" in own_image(inside, file)
    assert "cannot be read" in own_image(inside, "b.png")
