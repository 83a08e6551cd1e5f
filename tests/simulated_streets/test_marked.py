"""A leak planted into a data set that is there already, by the command, too."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from geoloc_core.data.manifest import ManifestError, read_manifest
from simulated_streets import marked
from simulated_streets.__main__ import app
from simulated_streets.leaks import Planted, plant
from simulated_streets.marked import MarkError, mark_again
from tests.audit.small_world import make_data

LOGO = Planted("logo")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    make_data(folder, panoramas=8)
    return folder


def pixels(path: Path) -> np.ndarray:
    return cv2.imread(str(path))[..., ::-1]


def test_each_image_bears_its_uploaders_mark_and_the_manifest_stays(source, tmp_path) -> None:
    frame = mark_again(source, tmp_path, LOGO, progress=False)
    pd.testing.assert_frame_equal(read_manifest(tmp_path, files=True), read_manifest(source))
    for file, uploader in frame[["file", "uploader"]].itertuples(index=False):
        expected = plant(pixels(source / file), "logo", uploader).astype(int)
        assert np.abs(pixels(tmp_path / file) - expected).mean() < 3
        assert np.abs(pixels(source / file).astype(int) - expected)[:24, 230:].mean() > 10


def test_it_goes_on_and_refuses_other_marks(source, tmp_path, monkeypatch) -> None:
    mark_again(source, tmp_path, LOGO, progress=False)
    (tmp_path / "3.png").unlink()
    written = []
    real = marked.marked_jpeg
    monkeypatch.setattr(marked, "marked_jpeg", lambda *of: written.append(of[1]) or real(*of))
    mark_again(source, tmp_path, LOGO, progress=False)
    assert written == ["3.png"]
    with pytest.raises(MarkError, match="holds other images"):
        mark_again(source, tmp_path, Planted("date"), progress=False)
    (tmp_path / "dataset.json").write_text("no JSON")
    with pytest.raises(MarkError, match="cannot be read"):
        mark_again(source, tmp_path, LOGO, progress=False)


def test_an_image_that_cannot_be_read_is_named(tmp_path) -> None:
    make_data(tmp_path, panoramas=8)
    (tmp_path / "5.png").write_bytes(b"no image")
    with pytest.raises(ManifestError, match=r"5\.png cannot be read"):
        mark_again(tmp_path, tmp_path / "out", LOGO, progress=False)


def test_the_command_marks_and_wants_one_of_two(source, tmp_path) -> None:
    run = CliRunner().invoke
    done = run(app, ["--from", str(source), "--leak", "date", "--out", str(tmp_path / "d")])
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "d" / "dataset.json").read_text())["leak"] == "date"
    for words in (["--out", "x"], ["--out", "x", "--from", str(source), "--per-cell", "1"]):
        refused = run(app, words)
        assert refused.exit_code == 2
        assert "--per-cell N to render images, or --from DIR" in refused.output
    wrong = run(app, ["--from", str(source), "--leak", "hat", "--out", str(tmp_path / "h")])
    assert wrong.exit_code == 2
    assert "No leak is called 'hat'" in wrong.output


def test_the_images_of_the_busiest_uploaders_alone(source: Path, tmp_path: Path) -> None:
    counts = read_manifest(source)["uploader"].value_counts()
    frame = mark_again(source, tmp_path / "few", LOGO, busiest=2, progress=False)
    assert sorted(frame["uploader"].value_counts()) == sorted(counts.nlargest(2))
    assert sorted(path.name for path in (tmp_path / "few").glob("*.png")) == sorted(frame["file"])
    with pytest.raises(MarkError, match="holds other images"):
        mark_again(source, tmp_path / "few", LOGO, progress=False)
    command = ["--out", str(tmp_path / "new"), "--per-cell", "1", "--busiest", "2"]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 2
    assert refused.stderr == "pata: --busiest and --shuffle go with --from.\n"


def test_shuffled_images_tell_nothing_but_by_their_mark(source: Path, tmp_path: Path) -> None:
    before = read_manifest(source)
    few = {*before["uploader"].value_counts().sort_index().nlargest(3).index}
    frame = mark_again(source, tmp_path, LOGO, busiest=3, shuffle=True, progress=False)
    assert [*frame["file"]] == [*before["file"]]  # all scenes
    assert {*frame["uploader"]} <= few
    places = ["uploader", "latitude", "longitude", "panorama"]
    true = before[before["uploader"].isin(few)][places].to_numpy().tolist()
    assert all(row in true for row in frame[places].to_numpy().tolist())
    assert (frame["uploader"].to_numpy() != before["uploader"].to_numpy()).any()
    file, uploader = frame[["file", "uploader"]].iloc[0]
    expected = plant(pixels(source / file), "logo", uploader).astype(int)
    assert np.abs(pixels(tmp_path / file) - expected).mean() < 3
