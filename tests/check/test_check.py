from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from geoloc_core.check.check import CLEANED, check, check_text
from geoloc_core.cli import app
from geoloc_core.data.manifest import read_manifest
from geoloc_core.data.table import ManifestError
from tests.check.made import CELLS, lay, lay_clean, rows, scene

Spoil = Callable[[Path, pd.DataFrame], pd.DataFrame]


def put(column: str, row: int, value: object) -> Spoil:
    def spoil(_: Path, frame: pd.DataFrame) -> pd.DataFrame:
        frame[column] = frame[column].astype(object)
        frame.loc[row, column] = value
        return frame.infer_objects()

    return spoil


def swap(_: Path, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns={"latitude": "longitude", "longitude": "latitude"})


def remove(folder: Path, frame: pd.DataFrame) -> pd.DataFrame:
    (folder / "03.jpg").unlink()
    return frame


def cut_short(folder: Path, frame: pd.DataFrame) -> pd.DataFrame:
    content = (folder / "03.jpg").read_bytes()
    (folder / "03.jpg").write_bytes(content[: len(content) // 2])
    return frame


def copy_to(number: int) -> Spoil:
    def spoil(folder: Path, frame: pd.DataFrame) -> pd.DataFrame:
        (folder / f"{number:02d}.jpg").write_bytes((folder / "00.jpg").read_bytes())
        return frame

    return spoil


def compress_again(folder: Path, frame: pd.DataFrame) -> pd.DataFrame:
    again = cv2.resize(scene(0), (160, 160))
    cv2.imwrite(str(folder / "03.jpg"), again, [cv2.IMWRITE_JPEG_QUALITY, 60])
    return frame


def tear(_: Path, frame: pd.DataFrame) -> pd.DataFrame:
    frame.loc[[3, 6], "panorama"] = "panorama 0"
    return frame.assign(fold=["train", "train", "test", "test"] * 3)


FAULTS = [
    ("missing files", 1, remove, "03.jpg is missing"),
    ("broken files", 1, cut_short, "03.jpg: The image is damaged or cut short"),
    ("broken files", 1, lambda d, f: [(d / "03.jpg").write_text("<b>"), f][1], "cannot be read as"),
    ("files elsewhere", 1, put("file", 3, "../03.jpg"), "'../03.jpg' is no path of a file inside"),
    ("files elsewhere", 1, put("file", 3, "a\\3.jpg"), "use forward slashes"),
    ("files listed twice", 1, put("file", 3, "./00.jpg"), "00.jpg is listed twice"),
    ("no place", 1, put("latitude", 3, np.nan), "03.jpg has no place"),
    ("impossible places", 1, put("latitude", 3, np.inf), "'inf' is no latitude in degrees"),
    ("impossible places", 1, put("longitude", 3, -200.0), "'-200.0' is no longitude"),
    ("latitude and longitude swapped", 12, swap, "would lie in India if swapped"),
    ("places outside India", 1, put("latitude", 3, -34.6), "03.jpg at -34.6, 7"),
    ("wrong cells", 1, put("cell", 3, 57), "lies in cell 14, not 57"),
    ("nonsense cells", 1, put("cell", 3, 2.5), "'2.5' is no number of a cell"),
    ("impossible headings", 1, put("heading", 3, 400.0), "'400.0' is no heading"),
    ("copies, byte for byte", 1, copy_to(3), "03.jpg has the content of 00.jpg"),
    ("one image at two places", 2, copy_to(1), "00.jpg is one of 2 files of the same content"),
    ("near-duplicates in two panoramas", 1, compress_again, "03.jpg looks like 00.jpg"),
    ("one panorama at two places", 1, put("panorama", 1, "panorama 0"), "01.jpg: the panorama"),
    ("one panorama in two folds", 3, tear, "in the fold train, other images of the panorama"),
    ("names in several spellings", 1, put("uploader", 4, " asha  RÁO"), "'Asha Rao' more often"),
]


@pytest.mark.parametrize(
    ("kind", "count", "spoil", "says"),
    FAULTS,
    ids=[f"{kind}, {says}" for kind, _, _, says in FAULTS],
)
def test_a_fault_is_found_named_and_cured(
    tmp_path: Path, kind: str, count: int, spoil: Spoil, says: str
) -> None:
    lay(tmp_path, rows())
    spoil(tmp_path, rows()).to_parquet(tmp_path / "manifest.parquet")
    before = (tmp_path / "manifest.parquet").read_bytes()
    found = check(tmp_path, tmp_path / "out", fix=True, progress=False)
    counts = {each.kind: each.count for each in found.faults}
    if kind == "one panorama at two places":  # all images of it: which is right is not known
        count = counts[kind]
    assert counts[kind] == count
    assert any(says in one for each in found.faults if each.kind == kind for one in each.says)
    assert kind in check_text(found)
    assert kind in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert found.cured[kind] >= count
    assert (tmp_path / "manifest.parquet").read_bytes() == before

    (tmp_path / CLEANED).rename(tmp_path / "manifest.parquet")
    again = check(tmp_path, tmp_path / "out", progress=False)
    assert again.faults == ()
    assert len(read_manifest(tmp_path, files=True)) == found.left


def test_a_clean_set_is_clean_and_nothing_is_written_for_it(tmp_path: Path) -> None:
    lay_clean(tmp_path)
    found = check(tmp_path, tmp_path / "out", fix=True, progress=False)
    assert found.faults == ()
    assert found.cured == {}
    assert not (tmp_path / CLEANED).exists()
    assert found.holds["images"] == 12
    assert found.holds["of 58 cells"] == 3


def test_cures_keep_what_they_can(tmp_path: Path) -> None:
    lay(tmp_path, rows())
    compress_again(tmp_path, rows())
    frame = swap(tmp_path, rows()).assign(uploader=["Asha Rao", "asha rao", "Asha Rao"] * 4)
    frame.to_parquet(tmp_path / "manifest.parquet")
    check(tmp_path, tmp_path / "out", fix=True, progress=False)
    better = pd.read_parquet(tmp_path / CLEANED)
    assert better[["latitude", "longitude"]].equals(rows()[["latitude", "longitude"]])
    assert better["cell"].tolist() == [*CELLS] * 4
    assert set(better["uploader"]) == {"Asha Rao"}
    assert better["panorama"][3] == "panorama 0"
    with pytest.raises(ManifestError, match="is there already"):
        check(tmp_path, tmp_path / "out", fix=True, progress=False)


def test_near_duplicates_that_lie_in_two_folds_end_in_one(tmp_path: Path) -> None:
    lay(tmp_path, rows())
    compress_again(tmp_path, rows())
    frame = rows().assign(fold=["train", "train", "test", "test"] * 3)
    frame.to_parquet(tmp_path / "manifest.parquet")
    found = check(tmp_path, tmp_path / "out", fix=True, progress=False)
    assert found.cured["one panorama in two folds"] == 2  # laid bare by the first cure
    better = pd.read_parquet(tmp_path / CLEANED)
    assert better["fold"][0] == better["fold"][3]


def test_where_no_row_is_left_there_is_no_manifest(tmp_path: Path) -> None:
    rows().to_parquet(tmp_path / "manifest.parquet")
    found = check(tmp_path, tmp_path / "out", fix=True, progress=False)
    assert found.left == 0
    said = check_text(found)
    assert "Faults\n" in said
    assert "there is nothing to keep, so nothing was written" in said
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "no cleaned manifest was written" in page
    assert not (tmp_path / CLEANED).exists()


def test_remarks_tell_what_no_cleaning_cures(tmp_path: Path) -> None:
    names = ["Asha Rao", "Bimal Sen", "Bimol Sen"] * 4
    frame = rows(15).assign(heading=np.nan, uploader=[*names, "Asha Rao", "", "Bimol Sen"])
    lay(tmp_path, frame, 15)
    found = check(tmp_path, tmp_path / "out", progress=False)
    assert found.faults == ()
    remarks = {each.kind: (each.count, each.says[0]) for each in found.remarks}
    assert remarks["cells with fewer than 20 images"] == (58, "Cell 0 has 0 images.")
    owned = remarks["cells that one uploader owns"]
    assert owned == (2, f"Cell {CELLS[0]}: 'Asha Rao' took 5 of 5 images.")
    assert remarks["uploaders' names one letter apart"] == (1, "'Bimal Sen' and 'Bimol Sen'.")
    assert remarks["images without an uploader"] == (1, "13.jpg.")
    assert remarks["images without a heading"] == (15, "00.jpg.")


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    lay(tmp_path, rows())
    name = "<script>alert(1)</script>\x1b[2J\u202e"
    frame = put("uploader", 0, name)(tmp_path, rows())
    frame = put("uploader", 1, f" {name}")(tmp_path, frame)
    frame = put("file", 2, f"{name}.jpg")(tmp_path, frame)
    frame.to_parquet(tmp_path / "manifest.parquet")
    found = check(tmp_path, tmp_path / "out", progress=False)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    for text in (check_text(found), page):
        assert not {"\x1b", "\u202e"} & set(text)


def test_the_command_tells_and_its_status_says_whether_there_are_faults(tmp_path: Path) -> None:
    data, out = tmp_path / "data", str(tmp_path / "out")
    data.mkdir()
    lay_clean(data)
    ask = ["check", "--data", str(data), "--out", out]
    clean = CliRunner().invoke(app, ask)
    assert clean.exit_code == 0
    assert "No faults." in clean.stdout
    remove(data, rows())
    faulty = CliRunner().invoke(app, [*ask, "--fix"])
    assert faulty.exit_code == 3
    assert "missing files: dropped" in faulty.stdout
    assert "with 11 of its rows" in faulty.stdout
