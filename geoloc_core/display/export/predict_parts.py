"""`pata predict --out`: a great many photographs to Parquet by parts, on one machine or many.

Each part is written whole or not at all, by whoever predicted it; a run that was stopped goes on
with the parts that are missing. Files beside them begin with _, so that readers of Parquet pass
over them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyarrow
import pyarrow.parquet
from tqdm import tqdm

from geoloc_core.cluster.load import found_anywhere, predictor_on_one_core
from geoloc_core.cluster.spread import Spread, here
from geoloc_core.data.photo_parts import photos_in, read_part, write_plan
from geoloc_core.data.store import (
    Store,
    StoreError,
    has,
    names_in,
    open_store,
    read_bytes,
    safe_address,
    unusable,
    write_bytes,
)
from geoloc_core.display.export.record import records_of
from geoloc_core.display.export.record_table import record_table
from geoloc_core.files import file_sha256
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.adapters.choice import Choice
from geoloc_core.models.checkpoint import checkpoint_path, load_checkpoint
from geoloc_core.models.predictor import Predictor

PART_SIZE = 500  # photographs a part: half a minute of one core, and what a worker's death costs
PLAN, RUN = "_plan.parquet", "_run.json"


class Done(NamedTuple):
    """What a part or a run came to."""

    photos: int
    failed: int  # that could not be read


class Worker(NamedTuple):
    """What predicts parts: the model, the plan that it reads them from, and its threads."""

    predictor: Predictor
    plan: pyarrow.parquet.ParquetFile
    out: Store
    threads: int


def predict_parts(
    places: Sequence[str],
    model: str,
    mask: Mask | None,
    out: str,
    *,
    spread: Spread = here,
    part_size: int = PART_SIZE,
    progress: bool = True,
) -> Done:
    """Predict the photographs in places (see `write_plan`) into the folder or address `out`.

    Writes part-00000.parquet and so on, in columns as in `record_table.SCHEMA`. With `spread` over
    machines all of them must see places and `out` under the same names. Raises UserError: where
    the model cannot be used, there are no photos, or `out` holds predictions of others.
    """
    load_checkpoint(checkpoint_path(model))  # says what is wrong with it before a long listing
    store = open_store(out)
    parts = _begin(places, model, mask, store, part_size)
    there = names_in(store)
    missing = [number for number in range(parts) if part_name(number) not in there]
    done = [_look_up(store, number) for number in sorted({*range(parts)} - {*missing})]
    load = partial(
        load_worker, found_anywhere(Choice(model)).name, out, one_core=spread is not here
    )
    work = partial(predict_part, list(places), mask, Path.cwd())
    photos = sum(each.photos for each in done)
    with tqdm(
        unit=" photos", initial=photos, disable=None if progress else True, leave=False
    ) as bar:
        for _, each in spread(load, work, missing):
            done.append(each)
            bar.update(each.photos)
    return Done(sum(each.photos for each in done), sum(each.failed for each in done))


def load_worker(model: str, out: str, one_core: bool) -> Worker:
    """What a worker loads once. Raises CheckpointError or StoreError."""
    store = open_store(out)
    plan = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(read_bytes(store, _at(store, PLAN))))
    make = predictor_on_one_core if one_core else Predictor
    return Worker(make(model), plan, store, 1 if one_core else 2)


def predict_part(
    places: Sequence[str], mask: Mask | None, folder: Path, worker: Worker, number: int
) -> Done:
    """Predict a part and write it, unless it is there: a task may be given again."""
    name = part_name(number)
    if has(worker.out, name):
        return _look_up(worker.out, number)
    found = photos_in(read_part(worker.plan, number), places, folder)
    records = list(records_of(found, worker.predictor, mask, threads=worker.threads))
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(record_table(records), sink, compression="zstd")
    write_bytes(worker.out, name, sink.getvalue().to_pybytes())
    return Done(len(records), sum("error" in record for record in records))


def part_name(number: int) -> str:
    """The name of a part's file."""
    return f"part-{number:05}.parquet"


def _begin(
    places: Sequence[str], model: str, mask: Mask | None, store: Store, part_size: int
) -> int:
    """Write down what is to be done, or see that it is what was; how many parts it has."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder, PLAN)
        parts, digest = write_plan(places, part_size, plan)
        run = {
            "model": Path(model).name,
            "model_sha256": file_sha256(checkpoint_path(model)),
            "mask": mask,
            "places": [safe_address(place) for place in places],
            "photos_sha256": digest,
            "parts": parts,
        }
        try:
            if has(store, RUN):
                if json.loads(read_bytes(store, _at(store, RUN))) != run:
                    raise StoreError(
                        f"{safe_address(store.name(store.root))} holds predictions of other photos "
                        "or by another model or mask: choose another folder."
                    )
                return parts
            write_bytes(store, PLAN, plan.read_bytes())
            write_bytes(store, RUN, (json.dumps(run, indent=1) + "\n").encode())
        except StoreError:
            raise
        except (OSError, ValueError) as error:
            raise unusable(store.name(store.root), error) from None
    return parts


def _look_up(store: Store, number: int) -> Done:
    """What a part that is there came to, from its footer."""
    with store.files.open_input_file(_at(store, part_name(number))) as source:
        metadata = pyarrow.parquet.ParquetFile(source).metadata
    failed = 0
    for group in range(metadata.num_row_groups):
        column = metadata.row_group(group).column(1)  # "error"
        failed += column.num_values - column.statistics.null_count
    return Done(metadata.num_rows, failed)


def _at(store: Store, name: str) -> str:
    return f"{store.root}/{name}"
