from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from geoloc_core.audit.findings import Finding
from geoloc_core.audit.metadata import metadata, read_metadata, split_dates, tree_hits
from geoloc_core.images.photo import PhotoError

CELLS = np.arange(90) % 3


@pytest.fixture
def manifest(tmp_path: Path) -> pd.DataFrame:
    """Ninety images of noise in three cells; nothing about them tells the cell."""
    random = np.random.default_rng(0)
    for number in range(90):
        write(tmp_path, number, random)
    return pd.DataFrame(
        {
            "file": [f"{number}.jpg" for number in range(90)],
            "panorama": [f"p{number // 2}" for number in range(90)],
            "uploader": [f"u{number}" for number in random.integers(0, 12, 90)],
            "date": [
                f"2019-0{month}-03T1{hour}:00" for month, hour in random.integers(1, 9, (90, 2))
            ],
            "heading": random.choice([0.0, 90.0], 90),
            "cell": CELLS,
        }
    )


def write(folder: Path, number: int, random: np.random.Generator, **options: object) -> None:
    pixels = random.integers(0, 256, (16, 16, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(folder / f"{number}.jpg", **{"quality": 80, **options})


def found(folder: Path, manifest: pd.DataFrame) -> Finding:
    said = [read_metadata((folder / file).read_bytes()) for file in manifest["file"]]
    return metadata(manifest, pd.DataFrame(said, manifest["file"]))


def test_nothing_tells_the_cell(tmp_path: Path, manifest: pd.DataFrame) -> None:
    finding = found(tmp_path, manifest)
    assert finding.details["warning"] is False
    assert finding.leaks is None
    assert {*finding.details["features"]} == {"file size", "month", "hour", "heading"}


def test_compression_that_goes_with_the_cell_is_found(
    tmp_path: Path, manifest: pd.DataFrame
) -> None:
    random = np.random.default_rng(1)
    for number in range(90):
        write(tmp_path, number, random, quality=(70, 80, 90)[CELLS[number]])
    finding = found(tmp_path, manifest)
    table = finding.details["features"]
    assert table["quantisation tables"]["accuracy"][0] == 1
    assert finding.details["warning"] is True
    assert "quantisation tables" in finding.words


def test_a_camera_that_goes_with_the_cell_is_found(tmp_path: Path, manifest: pd.DataFrame) -> None:
    random = np.random.default_rng(2)
    for number in range(90):
        exif = Image.Exif()
        exif[0x0110] = ("Nikon", "Canon", "Nokia")[CELLS[number]]  # Model
        write(tmp_path, number, random, exif=exif)
    finding = found(tmp_path, manifest)
    assert finding.details["features"]["EXIF Model"]["accuracy"][0] == 1


def test_what_a_file_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Nokia"  # Make
    exif.get_ifd(0x8769)[0x920A] = 4.5  # focal length
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    path = tmp_path / "1.jpg"
    Image.fromarray(np.zeros((8, 12, 3), np.uint8)).save(path, exif=exif, quality=75)
    said = read_metadata(path.read_bytes())
    assert (said["width"], said["height"], said["format"]) == (12, 8, "JPEG")
    assert said["file size"] == len(path.read_bytes())
    assert said["EXIF Make"] == "Nokia"
    assert said["EXIF FocalLength"] == pytest.approx(4.5)
    assert said["EXIF GPS"] == "present"
    with pytest.raises(PhotoError, match="no image"):
        read_metadata(b"no image")


def test_parts_of_a_date_that_are_not_known_are_missing() -> None:
    dates = ["2017-11-19T16:18:00+05:30", "2014-04", ""]
    said = split_dates(pd.DataFrame({"date": dates, "heading": 0.0}))
    np.testing.assert_array_equal(said["year"], [2017, 2014, np.nan])
    np.testing.assert_array_equal(said["month"], [11, 4, np.nan])
    np.testing.assert_array_equal(said["hour"], [16, np.nan, np.nan])


def test_a_tree_on_nothing_guesses_the_commonest_cell() -> None:
    cells = np.array([4] * 20 + [7] * 10)
    folds = np.arange(30) % 3
    np.testing.assert_array_equal(tree_hits(np.zeros(30), cells, folds), cells == 4)


def test_a_tree_tells_intervals_apart() -> None:
    values = np.linspace(0, 1, 100)
    cells = np.select([values < 0.3, values < 0.6], [2, 5], 2)
    hits = tree_hits(values, cells, np.arange(100) % 5)
    assert hits.mean() > 0.95
