"""Photographs on disk: where their places come from, what is left out, going on."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from geoloc_core.collect.asking import CollectError
from geoloc_core.collect.folder import gather
from geoloc_core.collect.journal import NAME
from geoloc_core.collect.towns import named_place
from geoloc_core.data.manifest import ManifestError, read_manifest
from geoloc_core.geography.place_names import place_name
from tests.collect.service import photograph

JAIPUR = (26.9124, 75.7873)


def located(number: int, latitude: tuple[float, ...], longitude: tuple[float, ...]) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: latitude, 3: "E", 4: longitude})
    out = io.BytesIO()
    Image.open(io.BytesIO(photograph(number))).save(out, "JPEG", exif=exif)
    return out.getvalue()


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return put(
        tmp_path / "photos",
        {
            "a.jpg": located(1, (26.0, 54.0, 44.64), (75.0, 47.0, 14.28)),
            "Kochi/b.jpg": photograph(2),
            "Kochi/last year/c.PNG": photograph(3, "PNG"),
            "Bilaspur, Himachal Pradesh/d.jpg": photograph(4),
            "Atlantis/e.jpg": photograph(5),
            "f.jpg": photograph(6),
            "g.jpg": b"<html>",
            "Kochi/z.jpg": photograph(2),
            "notes.txt": b"",
        },
    )


def test_a_place_is_that_of_the_file_or_of_the_folder(photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    gathered = gather(photos, out)
    frame = read_manifest(out, files=True).set_index("source")
    assert frame.loc["a.jpg", ["latitude", "longitude"]].tolist() == pytest.approx(JAIPUR)
    assert frame["panorama"].to_dict() == {
        "Bilaspur, Himachal Pradesh/d.jpg": "Bilaspur, Himachal Pradesh",
        "Kochi/b.jpg": "Kochi, Kerala",
        "Kochi/last year/c.PNG": "Kochi, Kerala",
        "a.jpg": "26.91, 75.79",
    }
    assert place_name(*frame.loc["Kochi/b.jpg", ["latitude", "longitude"]]).endswith("Kerala")
    assert (out / frame.loc["Kochi/b.jpg", "file"]).read_bytes() == photograph(2)
    assert frame.loc["Kochi/last year/c.PNG", "file"].endswith(".png")
    assert (frame["cell"] >= 0).all()
    assert gathered.images == 4
    assert {place.name: n for place, n in gathered.named.items()} == {
        "Kochi, Kerala": 2,
        "Bilaspur, Himachal Pradesh": 1,
    }
    assert gathered.left_out == (
        "f.jpg: It has no place, and 'photos' is no town or district known here.",
        "g.jpg: This file cannot be read as a photo: use JPEG, PNG, WebP, HEIC or AVIF.",
        "Atlantis/e.jpg: It has no place, and 'Atlantis' is no town or district known here.",
        "Kochi/z.jpg: It is a copy of Kochi/b.jpg.",
    )


def test_a_table_comes_first_and_says_more(photos: Path, tmp_path: Path) -> None:
    (photos / "mine.csv").write_text(
        "file,latitude,longitude,place,uploader,date,licence,heading\n"
        "Kochi/b.jpg,12.97,77.59,park,<b>M\u202ee\x1b</b>,2020-01-02,CC0,90\n"
        "a.jpg,,,,,,,\nKochi/gone.jpg,,,,,,,\nf.jpg,51.5,-0.1,,,,,\n"
    )
    gathered = gather(photos, tmp_path / "out")
    assert gather(photos / "Kochi", tmp_path / "town").named == {named_place("kochi"): 2}
    frame = read_manifest(tmp_path / "out", files=True)
    assert frame.loc[0].drop(["file", "cell"]).tolist() == [
        *("park", 12.97, 77.59, 90.0, "<b>Me</b>", "2020-01-02", "Kochi/b.jpg", "CC0")
    ]
    assert frame.loc[1, ["latitude", "longitude"]].tolist() == pytest.approx(JAIPUR)
    assert gathered.left_out == (
        "Kochi/gone.jpg: The file cannot be read: No such file or directory.",
    )
    assert "first f.jpg at 51.5, -0.1" in gathered.outside


def test_the_same_command_reads_only_what_is_new(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, at = tmp_path / "out", "geoloc_core.collect.folder.read_photo"
    gather(photos, out)
    before = (out / "manifest.parquet").read_bytes()
    lines = (out / NAME).read_bytes().splitlines(keepends=True)
    (out / NAME).write_bytes(b"".join(lines[:-1]) + lines[-1][:9])  # as a kill leaves it
    put(photos, {"Kochi/new.jpg": photograph(9)})
    read: list[bytes] = []
    from geoloc_core.images.photo import read_photo

    monkeypatch.setattr(at, lambda content, **more: [read.append(content), read_photo(content)][1])
    assert gather(photos, out).images == 5
    assert photograph(9) in read
    assert photograph(4) not in read
    (photos / "Kochi/new.jpg").unlink()
    gather(photos, out)
    assert (out / "manifest.parquet").read_bytes() == before


def test_hostile_names_are_said_safely(tmp_path: Path) -> None:
    photos = put(tmp_path / "photos", {"Kochi/${x}<i>\x1b[31m.jpg": photograph(1)})
    put(photos, {"back\\slash.jpg": photograph(2), "Kochi/\u202e.jpg": b""})
    (photos / os.fsdecode(b"\xff.jpg")).write_bytes(photograph(3))
    os.mkfifo(photos / "pipe.jpg")
    gathered = gather(photos, tmp_path / "out")
    assert gathered.images == 1
    assert len(gathered.left_out) == 4
    assert all(sentence.isprintable() for sentence in gathered.left_out)
    assert read_manifest(tmp_path / "out")["source"].tolist() == ["Kochi/${x}<i>[31m.jpg"]


def test_what_cannot_be_used_is_said(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="lie in one another"):
        gather(photos, photos / "out")
    with pytest.raises(ManifestError, match="There is no folder"):
        gather(tmp_path / "nowhere", tmp_path / "out")
    with pytest.raises(CollectError, match="holds no photograph with a place"):
        gather(photos / "Atlantis", tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CollectError, match="no photos in this folder"):
        gather(tmp_path / "empty", tmp_path / "none")
    gather(photos, tmp_path / "out")
    with pytest.raises(CollectError, match=r"other settings \(folder\)"):
        gather(photos / "Kochi", tmp_path / "out")
    (tmp_path / "out" / NAME).unlink()
    with pytest.raises(CollectError, match="holds another data set"):
        gather(photos, tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("JAIPUR", "Jaipur, Rajasthan"),
        ("new-delhi", "New Delhi, Delhi"),
        ("South Goa", "South Goa, Goa"),
        ("Aurangabad", "Aurangabad, Maharashtra"),
        ("Aurangabad, Bihar", "Aurangabad, Bihar"),
        ("Aurangabad, Goa", None),
        *((name, None) for name in ("Rajasthan", "", ",", "2012", "DCIM", "_")),
    ],
)
def test_names_are_towns_then_districts(name: str, found: str | None) -> None:
    place = named_place(name)
    assert (place and place.name) == found
