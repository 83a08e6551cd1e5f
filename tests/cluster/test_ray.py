"""One cluster of two workers, both of which die once: the same results as on one machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.survey import survey
from geoloc_core.audit.suspect import ROW
from geoloc_core.cluster.spread import over_ray, start_ray
from geoloc_core.data.photo_stream import files_in
from geoloc_core.data.table import ManifestError
from geoloc_core.display.export.predict_parts import Done, predict_parts
from geoloc_core.display.export.record import predict_files
from tests.cluster.parts import records_in, rounded, work_or_die

ray = pytest.importorskip("ray")


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two workers that get as much of a busy machine as others; they leave no trace."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_worker_niceness", "0")  # with Ray's 15 each takes minutes to start there
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
    assert rounded(records_in(out)) == rounded(printed)
    assert len(list(out.iterdir())) == -(-len(files) // 4) + 2  # and nothing half-written
    with pytest.raises(ManifestError, match=r"gone\.jpg cannot be read"):
        survey(ImageStore(fake_data), ["gone.jpg"], ROW, progress=False, spread=spread)
