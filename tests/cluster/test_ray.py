"""One cluster of two workers, some of which die: the same results as on one machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from geoloc_core.cluster.spread import Spread, over_ray, start_ray
from geoloc_core.data.manifest import on_grid, read_manifest
from geoloc_core.data.photo_stream import files_in
from geoloc_core.data.table import ManifestError
from geoloc_core.display.export.predict_parts import Done, predict_parts
from geoloc_core.display.export.record import predict_files
from geoloc_core.evaluation.evaluate import predict_fold
from geoloc_core.evaluation.photographs import predict_photographs
from geoloc_core.models.engines import float_engine
from geoloc_core.models.predictor import Predictor
from tests.cluster.parts import records_in, work_or_die
from tests.display.export.test_predict_parts import without_numbers

ray = pytest.importorskip("ray")


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two workers; they leave no trace."""
    start_ray(2)
    yield
    ray.shutdown()


def test_predictions_are_those_of_one_machine_though_workers_die(
    cluster: None, checkpoint_file: Path, fake_data: Path, tmp_path: Path
) -> None:
    model = str(checkpoint_file)
    spread = over_ray(2)

    def dying(load: Any, work: Any, tasks: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        return spread(load, partial(work_or_die, work, tmp_path), tasks)

    arguments = ([str(fake_data / "11*.jpg")], model, None)
    out = tmp_path / "out"
    done = predict_parts(*arguments, str(out), spread=dying, part_size=4, progress=False)
    files = sorted(fake_data.glob("11*.jpg"))
    assert done == Done(len(files), 0)
    assert sorted(path.name for path in tmp_path.glob("?")) == ["1", "3"]  # two have died
    printed = list(predict_files(files_in(files), model))
    assert without_numbers(records_in(out)) == without_numbers(printed)
    assert len(list(out.iterdir())) == -(-len(files) // 4) + 2  # and nothing half-written
    the_same_scores_and_passes(spread, Predictor(model), fake_data, tmp_path)


def data_of(data: Path, folder: Path) -> Path:
    """A few photographs of a data set with their places in a CSV table, one of them broken."""
    folder.mkdir()
    table = read_manifest(data)[["file", "latitude", "longitude"]].head(6)
    for file in table["file"]:
        (folder / file).write_bytes((data / file).read_bytes())
    (folder / table["file"][4]).write_bytes(b"none")
    table.to_csv(folder / "places.csv", index=False)
    return folder


def the_same_scores_and_passes(
    spread: Spread, predictor: Predictor, data: Path, tmp_path: Path
) -> None:
    folds = [
        predict_fold(predictor, data, None, "test", 1, progress=False, **how)
        for how in ({}, {"spread": spread})
    ]
    few = data_of(data, tmp_path / "few")
    photographs = [
        predict_photographs(predictor, few, None, progress=False, **how)
        for how in ({}, {"spread": spread})
    ]
    for one, other in (folds, [found for found, _ in photographs]):
        pd.testing.assert_frame_equal(one.frame, other.frame)
        np.testing.assert_allclose(one.logits, other.logits, rtol=2e-2, atol=2e-2)
    assert photographs[0][1] == photographs[1][1]

    located = on_grid(read_manifest(data), predictor.checkpoint.grid)
    subjects = draw_subjects(located, 4)
    passes = [
        run_passes(
            ImageStore(data),
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
            "ray": {"spread": spread, "load": partial(load_witness, data, predictor.model)},
        }.items()
    ]
    np.testing.assert_allclose(
        passes[0].arrays.logits, passes[1].arrays.logits, rtol=2e-2, atol=2e-2
    )
    images = ImageStore(data)
    files = located["file"].tolist()
    for one, other in zip(
        survey(images, files, ROW, progress=False),
        survey(images, files, ROW, progress=False, spread=spread),
        strict=True,
    ):
        pd.testing.assert_frame_equal(one, other)
    with pytest.raises(ManifestError, match="cannot be read"):
        survey(images, ["gone.jpg"], ROW, progress=False, spread=spread)
