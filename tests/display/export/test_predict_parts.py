from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from geoloc_core.cluster.spread import here
from geoloc_core.data.photo_stream import files_in
from geoloc_core.data.store import StoreError
from geoloc_core.display.export.predict_parts import Done, predict_parts
from geoloc_core.display.export.record import predict_files
from geoloc_core.display.export.record_table import record_table
from geoloc_core.models.checkpoint import CheckpointError
from tests.cluster.parts import records_in, rounded
from tests.data.made_photos import folder_of_photos


@pytest.fixture
def model(checkpoint_file: Path) -> str:
    return str(checkpoint_file)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = folder_of_photos(tmp_path / "photos", 7)
    (folder / "bad.jpg").write_bytes(b"none")
    return folder


def test_parts_hold_the_records_that_are_printed(model: str, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = predict_parts([str(photos)], model, None, str(out), part_size=3, progress=False)
    assert done == Done(8, 1)
    assert sorted(path.name for path in out.glob("part-*")) == [
        f"part-0000{n}.parquet" for n in range(3)
    ]
    printed = list(predict_files(files_in([photos]), model))
    assert rounded(records_in(out)) == rounded(printed)


def test_scene_says_in_a_table_what_it_says_in_a_record(tmp_path: Path) -> None:
    photos = folder_of_photos(tmp_path / "photos", 2)
    printed = json.loads(json.dumps(list(predict_files(files_in([photos]), "scene"))))
    pyarrow.parquet.write_table(record_table(printed), tmp_path / "part-0.parquet")
    assert records_in(tmp_path) == printed


def test_names_that_are_no_text_can_be_read() -> None:
    (row,) = record_table([{"photo": "b\udcff.jpg", "error": "Bad."}]).to_pylist()
    assert row["photo"] == "b\\udcff.jpg"


def test_a_run_goes_on_with_the_missing_parts_alone(
    model: str, photos: Path, tmp_path: Path
) -> None:
    out, asked = tmp_path / "out", []

    def stopping(load: Any, work: Any, tasks: Any) -> Any:
        for number, result in here(load, work, tasks):
            asked.append(tasks[number])
            yield number, result
            raise KeyboardInterrupt

    arguments = ([str(photos)], model, None, str(out))
    with pytest.raises(KeyboardInterrupt):
        predict_parts(*arguments, spread=stopping, part_size=3, progress=False)
    (out / "part-00000.parquet").rename(out / "part-00001.parquet")  # as if 1 had been done
    with pytest.raises(KeyboardInterrupt):
        predict_parts(*arguments, spread=stopping, part_size=3, progress=False)
    assert asked == [0, 0]
    assert predict_parts(*arguments, part_size=3, progress=False).photos == 3 + 3 + 2
    names = {record["photo"] for record in records_in(out)}
    assert names == {str(photos / f"{k}.jpg") for k in (0, 1, 2, 6, "bad")}  # 1 was left alone


@pytest.mark.parametrize("change", ["photos", "mask", "model", "part size"])
def test_a_folder_of_other_predictions_is_refused(
    model: str, photos: Path, tmp_path: Path, change: str
) -> None:
    out = str(tmp_path / "out")
    predict_parts([str(photos)], model, None, out, progress=False)
    if change == "photos":
        (photos / "0.jpg").unlink()
    if change == "model":
        model = "masked"
    mask = "none" if change == "mask" else None
    with pytest.raises(StoreError, match="choose another folder"):
        predict_parts(
            [str(photos)],
            model,
            mask,
            out,
            part_size=3 if change == "part size" else 500,
            progress=False,
        )


def test_what_cannot_be_used_is_said_first(model: str, photos: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError):
        predict_parts([str(photos)], str(tmp_path / "no.safetensors"), None, str(tmp_path / "out"))
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be used"):
        predict_parts([str(photos)], model, None, str(tmp_path / "file"))
    assert not (tmp_path / "out").exists()
