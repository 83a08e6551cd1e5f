from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geoloc_core.data.own_photos import OwnPhotosError, listed_photos, place_of
from geoloc_core.data.table import ManifestError


def table(folder: Path, text: str, name: str = "any.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_table_is_read_with_what_it_knows_and_without_what_it_need_not(tmp_path: Path) -> None:
    text = "\ufefffile,extra,longitude,latitude,collection\na/1.jpg,x,77.5, 12.9,3\n2.jpg,,,,\n"
    found = listed_photos(table(tmp_path, text))
    names = ["file", "latitude", "longitude", "place", "uploader", "collection"]
    assert found.columns.tolist() == names
    assert found.iloc[0].tolist() == ["a/1.jpg", 12.9, 77.5, "", "", "3"]
    assert np.isnan(found.loc[1, ["latitude", "longitude"]].to_numpy(float)).all()


def test_of_several_tables_the_one_named_so_is_taken(tmp_path: Path) -> None:
    table(tmp_path, "nothing\n", "a.csv")
    table(tmp_path, "file,latitude,longitude,place\n1.jpg,12,77,here\n", "photos.csv")
    assert listed_photos(tmp_path)["place"].tolist() == ["here"]
    table(tmp_path, "file,latitude,longitude,place\n1.jpg,12,77,there\n", "places.csv")
    assert listed_photos(tmp_path)["place"].tolist() == ["there"]


def test_without_a_table_the_files_may_tell(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    for name in ("b.jpg", "x/a.HEIC", "readme.md"):
        (tmp_path / name).touch()
    found = listed_photos(tmp_path)
    assert found["file"].tolist() == ["b.jpg", "x/a.HEIC"]
    assert found["latitude"].isna().all()
    assert set(found["uploader"]) == {""}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("file,latitude\na.jpg,12\n", "lacks the columns longitude: it needs file, latitude"),
        ("file,latitude,longitude\n", "lists no images"),
        ("file,latitude,longitude\na.jpg,north,77\n", r"'north' is no latitude in degrees \(a.jpg"),
        ("file,latitude,longitude\na.jpg,12,190\n", "'190' is no longitude in degrees"),
        ("file,latitude,longitude\n../a.jpg,12,77\n", "'../a.jpg' is no path of a file inside"),
        ("file,latitude,longitude\na.jpg,12,77\na.jpg,12,77\n", "a.jpg is listed twice"),
        ("", "is no CSV file"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_in_a_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(ManifestError, match=sentence):
        listed_photos(table(tmp_path, text))


def test_a_folder_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="There is no folder"):
        listed_photos(tmp_path / "gone")
    with pytest.raises(OwnPhotosError, match="There are no photos in this folder"):
        listed_photos(tmp_path)
    for name in ("a.csv", "b.csv"):
        table(tmp_path, "file\n", name)
    with pytest.raises(ManifestError, match=r"holds 2 CSV files: .* places.csv"):
        listed_photos(tmp_path)


def test_photos_about_a_kilometre_apart_are_of_one_place() -> None:
    assert place_of(12.9712, 77.5946) == place_of(12.9684, 77.5946) != place_of(12.99, 77.5946)
