from __future__ import annotations

import pandas as pd
import pytest

from geoloc_core.data.manifest import COLUMNS, ManifestError, read_manifest, write_manifest


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
