"""Evaluation, audit and renderer over workers to whom everything is sent as bytes, as Ray does."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit.audit import load_witness
from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.passes import draw_subjects, run_passes
from geoloc_core.audit.survey import survey
from geoloc_core.audit.suspect import ROW
from geoloc_core.data.manifest import on_grid, read_manifest
from geoloc_core.evaluation.evaluate import predict_fold
from geoloc_core.evaluation.photographs import predict_photographs
from geoloc_core.geography.grid import Grid, article_grid
from geoloc_core.models.engines import float_engine
from geoloc_core.models.predictor import Predictor
from simulated_streets import dataset
from tests.cluster.parts import rounded


def sent(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))


def by_post(
    load: Callable[[], Any], work: Callable[[Any, Any], Any], tasks: Sequence[Any]
) -> Iterator[tuple[int, Any]]:
    """A spread whose results come in the wrong order, all of it sent there and back."""
    loaded, work = sent(load)(), sent(work)
    for number in reversed(range(len(tasks))):
        yield number, sent(work(loaded, sent(tasks[number])))


@pytest.fixture(scope="module")
def predictor(checkpoint_file: Path) -> Predictor:
    return Predictor(checkpoint_file)


def test_a_fold(predictor: Predictor, fake_data: Path) -> None:
    one, other = (
        predict_fold(predictor, fake_data, None, "validation", 1, progress=False, **how)
        for how in ({}, {"spread": by_post})
    )
    pd.testing.assert_frame_equal(one.frame, other.frame)
    np.testing.assert_array_equal(one.logits, other.logits)


def test_photographs_of_ones_own(predictor: Predictor, fake_data: Path, tmp_path: Path) -> None:
    table = read_manifest(fake_data)[["file", "latitude", "longitude"]].head(66)
    for file in table["file"]:
        (tmp_path / file).write_bytes((fake_data / file).read_bytes())
    (tmp_path / table["file"][64]).write_bytes(b"none")
    table.to_csv(tmp_path / "places.csv", index=False)
    (one, left_out), (other, also_left_out) = (
        predict_photographs(predictor, tmp_path, None, progress=False, **how)
        for how in ({}, {"spread": by_post})
    )
    pd.testing.assert_frame_equal(one.frame, other.frame)
    np.testing.assert_allclose(one.logits, other.logits, rtol=2e-2, atol=2e-2)  # half precision
    assert left_out == also_left_out == {"that cannot be read": [table["file"][64]]}


def test_the_passes_of_an_audit(predictor: Predictor, fake_data: Path, tmp_path: Path) -> None:
    subjects = draw_subjects(on_grid(read_manifest(fake_data), predictor.checkpoint.grid), 4)
    one, other = (
        run_passes(
            ImageStore(fake_data),
            subjects,
            predictor.checkpoint,
            float_engine(predictor.checkpoint),
            tmp_path / name,
            part_size=2,
            progress=False,
            **how,
        )
        for name, how in {
            "here": {},
            "sent": {"spread": by_post, "load": partial(load_witness, fake_data, predictor.model)},
        }.items()
    )
    assert rounded(one.arrays.logits.tolist(), 3) == rounded(other.arrays.logits.tolist(), 3)
    assert len(list((tmp_path / "sent" / "passes").iterdir())) == 2


def test_the_survey_of_an_audit(fake_data: Path) -> None:
    files = read_manifest(fake_data)["file"].tolist()
    images = ImageStore(fake_data)
    one = survey(images, files, ROW, progress=False)
    other = survey(images, files, ROW, progress=False, spread=by_post)
    for table, same in zip(one, other, strict=True):
        pd.testing.assert_frame_equal(table, same)


def test_the_renderer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grey = np.full((4, 256, 256, 3), 100, np.uint8)
    monkeypatch.setattr(dataset, "article_grid", lambda: Grid("one", article_grid().cells[30:31]))
    monkeypatch.setattr(dataset, "render_panorama", lambda scene: grey)
    frame = dataset.simulate(tmp_path, 2, 5, progress=False, spread=by_post)
    assert all((tmp_path / file).is_file() for file in frame["file"])
    assert read_manifest(tmp_path)["file"].tolist() == frame["file"].tolist()
