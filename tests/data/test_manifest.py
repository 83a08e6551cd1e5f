from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
import pytest

from geoloc_core.data.folds import split
from geoloc_core.data.manifest import (
    COLUMNS,
    ManifestError,
    on_grid,
    read_manifest,
    write_manifest,
)
from geoloc_core.geography.grid import article_grid


def rows(**changes: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "file": ["pictures/a_000.jpg", "pictures/a_090.jpg"],
            "panorama": "a",
            "latitude": 12.5,
            "longitude": 77.25,
            "heading": [0, 90],
            "uploader": "Asha ${x} <b>",
            "date": "2014-04",
            "cell": 21,
            "source": "street view",
            "licence": "",
        }
    )
    return frame.assign(**changes)


def test_what_is_written_is_read_again(tmp_path):
    write_manifest(tmp_path, rows(seed=[5, 2**31], more="dropped"))
    frame = read_manifest(tmp_path)
    assert list(frame) == [*COLUMNS, "seed"]
    assert frame["heading"].tolist() == [0.0, 90.0]
    assert frame["seed"].tolist() == [5, 2**31]
    assert frame["uploader"].tolist() == ["Asha ${x} <b>"] * 2
    assert list(tmp_path.iterdir()) == [tmp_path / "manifest.parquet"]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"latitude": 90.5}, "latitude"),
        ({"longitude": -180.5}, "longitude"),
        ({"heading": 361}, "heading"),
        ({"latitude": "north"}, r"'north' is no latitude in degrees \(pictures/a_000\.jpg\)"),
        ({"latitude": float("nan")}, r"pictures/a_000\.jpg has no place\. So it is with 1 more"),
        ({"latitude": float("inf")}, "latitude"),
        ({"cell": 2.5}, "cell"),
        ({"uploader": 5}, "uploader"),
        ({"file": "one.jpg"}, "one.jpg is listed twice"),
        ({"file": ["a.jpg", "./a.jpg"]}, "a.jpg is listed twice"),
        ({"fold": ["train", "dev"]}, "'dev' is no fold; there are train, validation, test"),
        ({"file": ["a.jpg", "../b.jpg"]}, "'../b.jpg' is no path of a file inside"),
        ({"file": ["a.jpg", "/etc/passwd"]}, "inside"),
        ({"file": ["a.jpg", "c\\b.jpg"]}, "inside .*: use forward slashes"),
        ({"file": ["a.jpg", ""]}, "inside"),
    ],
)
def test_bad_rows_are_refused_in_one_sentence(tmp_path, changes, word):
    rows(**changes).to_parquet(tmp_path / "manifest.parquet")
    with pytest.raises(ManifestError, match=word) as caught:
        read_manifest(tmp_path)
    assert "\n" not in str(caught.value)
    with pytest.raises(ManifestError, match=word):
        write_manifest(tmp_path / "new", rows(**changes))
    assert not (tmp_path / "new").exists()


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(ManifestError, match="latitude, uploader"):
        write_manifest(tmp_path, rows().drop(columns=["uploader", "latitude"]))


def test_no_rows_no_manifest(tmp_path):
    with pytest.raises(ManifestError, match="no images"):
        write_manifest(tmp_path, rows().iloc[:0])


def test_no_file_and_no_parquet_are_refused(tmp_path):
    with pytest.raises(ManifestError, match="There is no"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.parquet").write_bytes(b"PAR1 but not really")
    with pytest.raises(ManifestError, match="no Parquet file"):
        read_manifest(tmp_path)


def test_missing_images_are_told_when_asked_for(tmp_path):
    write_manifest(tmp_path, rows())
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a_000.jpg").touch()
    with pytest.raises(ManifestError, match=r"pictures/a_090\.jpg is missing"):
        read_manifest(tmp_path, files=True)
    (tmp_path / "pictures" / "a_090.jpg").touch()
    assert len(read_manifest(tmp_path, files=True)) == 2


def table(folder: Path, text: str) -> Path:
    (folder / "any.csv").write_text(text, encoding="utf-8")
    return folder


def test_file_and_place_are_enough_and_the_rest_is_filled_in(tmp_path: Path) -> None:
    text = "file,latitude,longitude,place\n./a.jpg,28.61,77.21,Delhi\nb.jpg,51.5,-0.13,\n"
    frame = read_manifest(table(tmp_path, text))
    assert list(frame) == [*COLUMNS]
    assert frame["file"].tolist() == ["a.jpg", "b.jpg"]
    assert frame["panorama"].tolist() == ["Delhi", "b.jpg"]
    assert frame["cell"].tolist() == [article_grid().cell_of(28.61, 77.21), -1]
    assert frame["heading"].isna().all()
    assert set(frame[["uploader", "date", "source", "licence"]].to_numpy().ravel()) == {""}
    assert frame.dtypes.astype(str).to_dict() == COLUMNS


def test_a_manifest_says_the_same_as_csv_and_as_parquet(tmp_path: Path) -> None:
    write_manifest(tmp_path, rows())
    parquet = read_manifest(tmp_path)
    (tmp_path / "manifest.parquet").unlink()
    parquet.to_csv(tmp_path / "manifest.csv", index=False)
    pd.testing.assert_frame_equal(read_manifest(tmp_path), parquet)


def test_empty_places_of_a_column_are_filled_in_too(tmp_path: Path) -> None:
    text = (
        "file,latitude,longitude,cell,panorama,fold\na.jpg,28.61,77.21,,,test\nb.jpg,28,77,3,p,\n"
    )
    frame = read_manifest(table(tmp_path, text))
    assert frame["cell"].tolist() == [27, 3]
    assert frame["panorama"].tolist() == ["a.jpg", "p"]
    assert frame["fold"].tolist() == ["test", split(frame.drop(columns="fold"))[1]]
    assert split(frame).equals(frame["fold"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("file,latitude,latitude,longitude\na,1,2,3\n", "more than one column latitude"),
        ("file,latitude,longitude\na.jpg,1,2,3,4\n", "line 2 has more fields than the head"),
        ("file;latitude;longitude\na;1;2\n", "it needs file, latitude, longitude, separated by c"),
        ("file,latitude,longitude\na,nan,2\nb,inf,2\n", r"'nan' is no latitude .*with 1 more"),
        (
            "file,latitude,longitude\n\x1b[2J\u202e..\\a,1,2\n",
            r"\'\\x1b\[2J\\u202e..\\a' is no path",
        ),
        ("file,latitude,longitude\n,1,2\n", r"no path of a file .* \(row 1\)"),
    ],
)
def test_a_csv_table_is_refused_by_its_first_wrong_row(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(ManifestError, match=sentence) as caught:
        read_manifest(table(tmp_path, text))
    assert str(caught.value).isprintable()


def test_a_parquet_file_whose_notes_for_pandas_are_spoilt_is_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"file": ["a.jpg"], "latitude": [20.0], "longitude": [80.0]})
    table = pyarrow.Table.from_pandas(frame)
    notes = table.schema.metadata[b"pandas"].replace(b"pandas_type", b"pandas_typo")
    spoilt = table.replace_schema_metadata({"pandas": notes})
    pyarrow.parquet.write_table(spoilt, tmp_path / "manifest.parquet")
    with pytest.raises(ManifestError, match="no Parquet file that can be read"):
        read_manifest(tmp_path)


def test_odd_parquet_files_are_read(tmp_path: Path) -> None:
    odd = rows(seed="mine", more=1).set_index("file")
    odd.to_parquet(tmp_path / "manifest.parquet")
    frame = read_manifest(tmp_path)
    assert frame["file"].tolist() == ["pictures/a_000.jpg", "pictures/a_090.jpg"]
    assert list(frame) == [*COLUMNS]


def test_what_lies_outside_the_grid_is_left_out_aloud(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_manifest(tmp_path, rows(latitude=[12.5, 77.25], longitude=[77.25, 12.5]))
    with caplog.at_level(logging.WARNING):
        assert len(on_grid(read_manifest(tmp_path), article_grid())) == 1
    assert "1 of 2 images do not lie on the grid of India, first pictures/a_090.jpg" in caplog.text
    assert "1 would with latitude and longitude swapped" in caplog.text


def test_places_that_are_none_lie_in_no_cell() -> None:
    places = rows(latitude=[np.nan, np.inf])
    assert on_grid(places, article_grid()).empty
