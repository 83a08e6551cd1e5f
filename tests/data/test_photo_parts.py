from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow
import pyarrow.parquet
import pytest

from geoloc_core.data.photo_parts import photos_in, read_part, write_plan
from geoloc_core.data.photo_stream import read_ahead
from geoloc_core.errors import UserError
from geoloc_core.images.photo import PhotoError
from tests.data.made_photos import folder_of_photos


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return folder_of_photos(tmp_path / "photos", 7)


def listed(places: Sequence[str], tmp_path: Path, size: int = 3) -> list[list[tuple[str, object]]]:
    """Of each part the names of its photographs, and their colour or what is wrong with them."""
    plan = tmp_path / "plan"
    count, _ = write_plan(places, size, plan)
    with pyarrow.parquet.ParquetFile(plan) as file:
        parts = [read_part(file, number) for number in range(count)]
    return [
        [
            (
                str(name),
                str(photo) if isinstance(photo, PhotoError) else round(photo.pixels.mean()),
            )
            for batch in read_ahead(photos_in(part, places, Path.cwd()), 4)
            for name, photo in batch
        ]
        for part in parts
    ]


def test_a_folder_in_parts(photos: Path, tmp_path: Path) -> None:
    (photos / "bad.jpg").write_bytes(b"none")
    (photos / ".hidden.jpg").write_bytes(b"none")
    parts = listed([str(photos)], tmp_path)
    assert [len(part) for part in parts] == [3, 3, 2]
    names = [name for part in parts for name, _ in part]
    assert names == sorted(map(str, photos.glob("[!.]*.jpg")))
    assert parts[0][:2] == [(f"{photos}/0.jpg", 0), (f"{photos}/1.jpg", 20)]
    assert "cannot be read as a photo" in str(parts[2][1][1])


def test_names_that_are_no_text_come_back(photos: Path, tmp_path: Path) -> None:
    odd = os.fsdecode(bytes(photos) + b"/\xff.jpg")
    os.rename(photos / "0.jpg", odd)
    assert (odd, 0) in [each for part in listed([str(photos)], tmp_path) for each in part]


def test_paths_are_relative_to_the_folder_the_command_ran_in(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert listed(["photos/2.jpg"], tmp_path) == [[("photos/2.jpg", 40)]]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_data_sets_table_lists_photos_beside_it(photos: Path, tmp_path: Path, form: str) -> None:
    table = pd.DataFrame({"file": ["4.jpg", "1.jpg"], "latitude": 20.0, "longitude": 77.0})
    path = photos / f"manifest.{form}"
    table.to_csv(path, index=False) if form == "csv" else table.to_parquet(path)
    expected = [[(f"{photos}/4.jpg", 80), (f"{photos}/1.jpg", 20)]]
    assert listed([str(path)], tmp_path) == expected
    assert listed([f"file://{path}"], tmp_path) == [
        [(f"file://{name}", colour) for name, colour in expected[0]]
    ]


def test_a_pattern_and_several_places(photos: Path, tmp_path: Path) -> None:
    parts = listed([f"{photos}/[56].jpg", str(photos / "0.jpg")], tmp_path)
    assert parts == [[(f"{photos}/5.jpg", 100), (f"{photos}/6.jpg", 120)], [(f"{photos}/0.jpg", 0)]]


@pytest.mark.parametrize("scheme", ["file", "local"])  # pyarrow's, and one that only fsspec knows
def test_an_address(photos: Path, tmp_path: Path, scheme: str) -> None:
    parts = listed([f"{scheme}://{photos}"], tmp_path)
    assert [len(part) for part in parts] == [3, 3, 1]
    assert parts[1][0] == (f"{scheme}://{photos}/3.jpg", 60)
    parts = listed([f"{scheme}://{photos}/[12]*"], tmp_path)
    assert parts == [[(f"{scheme}://{photos}/{k}.jpg", 20 * k) for k in (1, 2)]]
    assert listed([f"{scheme}://{photos}/1.jpg"], tmp_path) == [[parts[0][0]]]


@pytest.mark.parametrize("like", ["bytes", "Hugging Face"])
def test_parquet_of_images_in_whole_row_groups(photos: Path, tmp_path: Path, like: str) -> None:
    content = [(photos / f"{k}.jpg").read_bytes() for k in range(6)] + [None]
    images = (
        content
        if like == "bytes"
        else [{"bytes": each, "path": f"p{k}"} for k, each in enumerate(content)]
    )
    path = tmp_path / "images.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"image": images}), path, row_group_size=2)
    parts = listed([str(path)], tmp_path, size=4)
    assert [len(part) for part in parts] == [4, 3]
    name = f"{path}#{{}}" if like == "bytes" else "p{}"
    flat = [each for part in parts for each in part]
    assert flat[:6] == [(name.format(k), 20 * k) for k in range(6)]
    assert flat[6] == (name.format(6), "There is no image in this row.")


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ("empty", "no photos"),
        ("*.jpg", "no photos"),
        ("file:///nowhere/at/all", "nowhere/at/all cannot be used"),
        ("broken.parquet", "no Parquet"),
        ("odd://me:secret@host/x", "odd://host/x cannot be used"),
    ],
)
def test_what_cannot_be_listed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("broken.parquet").write_bytes(b"none")
    with pytest.raises(UserError, match=word) as caught:
        write_plan([place], 3, tmp_path / "plan")
    assert "secret" not in str(caught.value)


def test_another_list_has_another_digest(photos: Path, tmp_path: Path) -> None:
    digests = {write_plan([str(photos)], size, tmp_path / "plan")[1] for size in (3, 3, 4)}
    (photos / "6.jpg").unlink()
    digests.add(write_plan([str(photos)], 3, tmp_path / "plan")[1])
    assert len(digests) == 3
