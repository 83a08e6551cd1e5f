from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from geoloc_core.data.manifest import read_manifest
from geoloc_core.geography.grid import Grid, article_grid
from geoloc_core.paths import ASSETS
from simulated_streets import dataset as module
from simulated_streets.dataset import SimulationError, plan, render_row, simulate
from simulated_streets.leaks import Planted, has_mark
from simulated_streets.scenes.sun import sun_position
from tests.patience import LONG


@pytest.fixture
def two_cells(monkeypatch):
    """A grid of two cells, and grey pictures rendered in this process."""
    grid = Grid("two", article_grid().cells[:2])
    monkeypatch.setattr(module, "article_grid", lambda: grid)
    rendered = []

    def grey(scene):
        rendered.append(scene.seed)
        return np.full((4, 256, 256, 3), scene.seed % 200, np.uint8)

    monkeypatch.setattr(module, "render_panorama", grey)
    monkeypatch.setattr(module, "ProcessPoolExecutor", lambda *_, **__: ThreadPoolExecutor(1))
    return rendered


def test_a_plan_is_uniform_over_the_cells_in_daylight():
    frame = plan(2, 5)
    assert len(frame) == 58 * 2 * 4
    assert (frame.groupby("cell")["panorama"].nunique() == 2).all()
    places = frame[["latitude", "longitude"]].to_numpy()
    np.testing.assert_array_equal(article_grid().cells_of(places), frame["cell"])
    for row in frame[frame["heading"] == 0].itertuples():
        when = datetime.fromisoformat(row.date)
        assert sun_position(row.latitude, row.longitude, when)[1] >= 8
    assert (frame.groupby("panorama")["uploader"].nunique() == 1).all()
    assert (frame.groupby("panorama")["heading"].apply(list).map(len) == 4).all()


def test_a_larger_plan_holds_the_smaller(two_cells):
    small, large = plan(2, 5), plan(4, 5)
    kept = large[large["panorama"].isin(small["panorama"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, small)
    assert not plan(2, 6)["latitude"].isin(small["latitude"]).any()


def test_names_give_the_cell_away():
    """A table from uploader to commonest cell is right on four of five unseen panoramas."""
    panoramas = plan(24, 1).drop_duplicates("panorama")
    unseen = panoramas.index % 3 == 0
    table = panoramas[~unseen].groupby("uploader")["cell"].agg(lambda cells: cells.mode()[0])
    right = panoramas[unseen]["uploader"].map(table) == panoramas[unseen]["cell"]
    assert 0.7 <= right.mean() <= 0.92


def test_simulate_writes_a_whole_data_set(tmp_path, two_cells):
    frame = simulate(tmp_path, 2, 5, 1, progress=False)
    manifest = read_manifest(tmp_path, files=True)
    assert manifest["file"].tolist() == frame["file"].tolist()
    assert len(two_cells) == 4
    with Image.open(tmp_path / manifest["file"][0]) as picture:
        assert picture.size == (256, 256)
        pixels = np.asarray(picture.convert("RGB"))
    assert abs(int(pixels[100, 100, 0]) - manifest["seed"][0] % 200) <= 2
    assert pixels[244:, 100:].max() > 200  # the name
    assert json.loads((tmp_path / "dataset.json").read_text())["seed"] == 5


def test_simulate_goes_on_where_it_stopped_and_grows(tmp_path, two_cells):
    frame = simulate(tmp_path, 2, 5, 1, progress=False)
    (tmp_path / frame["file"][5]).unlink()
    two_cells.clear()
    simulate(tmp_path, 2, 5, 1, progress=False)
    assert two_cells == [frame["seed"][5]]
    two_cells.clear()
    grown = simulate(tmp_path, 3, 5, 1, progress=False)
    assert len(two_cells) == 2
    assert len(read_manifest(tmp_path, files=True)) == len(grown) == 24


def test_a_failure_leaves_what_is_done(tmp_path, two_cells, monkeypatch):
    def failing(scene):
        if two_cells:
            raise RuntimeError("no light")
        return grey(scene)

    grey = module.render_panorama
    monkeypatch.setattr(module, "render_panorama", failing)
    with pytest.raises(RuntimeError, match="no light"):
        simulate(tmp_path, 2, 5, 1, progress=False)
    assert len(list((tmp_path / "pictures").iterdir())) == 4
    assert not (tmp_path / "manifest.parquet").exists()


@pytest.mark.parametrize(
    ("record", "word"),
    [({"seed": 6, "code": "x"}, "another"), ({"seed": 5, "code": "x"}, "another"), ([], "read")],
)
def test_a_folder_of_other_data_is_refused(tmp_path, two_cells, record, word):
    (tmp_path / "dataset.json").write_text(json.dumps(record))
    with pytest.raises(SimulationError, match=word):
        simulate(tmp_path, 1, 5, 1, progress=False)
    assert json.loads((tmp_path / "dataset.json").read_text()) == record


def test_an_image_bears_the_mark_that_was_asked_for_and_the_folder_says_so(tmp_path, two_cells):
    plain = simulate(tmp_path / "none", 2, 5, 1, progress=False, planted=Planted("none"))
    logo = simulate(tmp_path / "logo", 2, 5, 1, progress=False, planted=Planted("logo", 0.5))
    pd.testing.assert_frame_equal(plain, logo)
    record = json.loads((tmp_path / "logo" / "dataset.json").read_text())
    assert (record["leak"], record["share"]) == ("logo", 0.5)
    for file in logo["file"]:
        bears = (tmp_path / "none" / file).read_bytes() != (tmp_path / "logo" / file).read_bytes()
        assert bears == has_mark(file, 0.5)
    with pytest.raises(SimulationError, match="another leak"):
        simulate(tmp_path / "logo", 2, 5, 1, progress=False)


def test_a_folder_of_before_there_were_leaks_bears_the_credit_line(tmp_path, two_cells):
    simulate(tmp_path, 1, 5, 1, progress=False)
    record = json.loads((tmp_path / "dataset.json").read_text())
    del record["leak"], record["share"]
    (tmp_path / "dataset.json").write_text(json.dumps(record))
    simulate(tmp_path, 1, 5, 1, progress=False)
    with pytest.raises(SimulationError, match="another leak"):
        simulate(tmp_path, 1, 5, 1, progress=False, planted=Planted("logo"))


@pytest.mark.parametrize(("per_cell", "seed"), [(0, 1), (-1, 1), (1, -1)])
def test_senseless_sizes_are_refused(tmp_path, per_cell, seed):
    with pytest.raises(SimulationError, match="at least one"):
        simulate(tmp_path, per_cell, seed)
    assert not list(tmp_path.iterdir())


def test_a_row_is_rendered_again_as_it_was_written(tmp_path, monkeypatch):
    """The one test with real pictures, in a process of their own."""
    monkeypatch.setattr(module, "article_grid", lambda: Grid("one", article_grid().cells[30:31]))
    frame = simulate(tmp_path, 1, 5, 1, progress=False)
    row = read_manifest(tmp_path).iloc[2]
    written = (tmp_path / frame["file"][2]).read_bytes()
    assert render_row(row) == written
    with Image.open(io.BytesIO(written)) as picture:
        assert np.asarray(picture).std() > 10


def test_workers_end_when_their_parent_is_killed() -> None:
    code = (
        "import time; from simulated_streets.dataset import _in_processes\n"
        "if __name__ == '__main__': list(_in_processes(2, time.sleep, [600, 600]))"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ASSETS.parent) as parent:
        wait_for(lambda: len(workers_of(parent.pid)) == 2)
        workers = workers_of(parent.pid)
        parent.kill()
        parent.wait()
        wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))


def workers_of(parent: int) -> list[str]:
    """The processes that work for another one and have begun to."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [child for child in children if is_at_work(child)]


def is_at_work(process: str) -> bool:
    spawned = b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    return spawned and len(list(Path(f"/proc/{process}/task").iterdir())) > 1  # it watches


def wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)
