"""Which engine answers fastest on this machine: int8 or float, by a short measurement that is kept.

The pages ask it; whatever writes results down keeps to the float engine, so that they are the same
on every machine. What is kept lies in `cache_folder()`, which may be removed at any time.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from geoloc_core.files import write_whole
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.engines import (
    Engine,
    float_engine,
    has_gpu,
    int8_engine,
    only_engine,
    openvino_engine,
)
from geoloc_core.models.openvino_graph import import_openvino, openvino_core
from geoloc_core.models.quantised import Quantised, quantised_form
from geoloc_core.paths import cache_folder

ROUNDS = 7
WORTH = 1.1  # how much faster int8 must be to be worth its error

Times = dict[str, float]  # milliseconds by "int8" and "float"
Makers = dict[str, Callable[[], Engine]]  # by the same names
Machine = dict[str, str | int]  # what a measurement depends on

logger = logging.getLogger(__name__)


def fastest_engine(
    checkpoint: Checkpoint,
    int8_form: Callable[[Checkpoint], Quantised | None] = quantised_form,
    gpu: Callable[[], bool] = has_gpu,
) -> Engine:
    """Make the engine that answers fastest here: in int8 where that exists and pays, or in float.

    `int8_form` gives the model's quantised form, if it has one; with a GPU the float engine is
    taken. The first time on a machine takes about a second longer. Compiled models are kept, too.
    """
    if (only := only_engine(checkpoint)) is not None:
        return only
    quantised = int8_form(checkpoint)
    if quantised is None or gpu():
        return float_engine(checkpoint)
    cache = cache_folder()
    compiled = cache and cache / "compiled"
    make: Makers = {
        "int8": lambda: int8_engine(quantised, cache=compiled),
        "float": lambda: openvino_engine(checkpoint, cache=compiled),
    }
    try:
        kept = cache and cache / "engines"
        return choose_engine(
            make, describe_machine(checkpoint), checkpoint.size, kept, measure_times
        )
    except (ImportError, RuntimeError) as error:
        logger.warning("The quantised network does not load, so the float one predicts: %s", error)
        return float_engine(checkpoint)


def choose_engine(
    make: Makers,
    machine: Machine,
    size: int,
    folder: Path | None,
    measure: Callable[[dict[str, Engine], int], Times],
) -> Engine:
    """The faster of two engines for images of `size` pixels a side, measured once for a machine.

    The measurement is kept in `folder`, if there is one. `measure`: times each engine.
    """
    digest = hashlib.sha256(json.dumps(machine).encode()).hexdigest()
    kept = folder and folder / f"{digest[:24]}.json"
    took = _read(kept) if kept is not None else None
    if took is not None:
        return make[_choice(took)]()
    engines = {name: make_engine() for name, make_engine in make.items()}
    took = measure(engines, size)
    if kept is not None:
        _write(kept, machine, took)
    return engines[_choice(took)]


def _choice(took: Times) -> str:
    return "int8" if WORTH * took["int8"] <= took["float"] else "float"


def measure_times(engines: dict[str, Engine], size: int) -> Times:
    """Milliseconds that each engine takes for one image: the median of rounds that take turns."""
    image = np.random.default_rng(0).integers(0, 256, (1, size, size, 3), np.uint8)
    took: dict[str, list[float]] = {name: [] for name in engines}
    for turn in range(ROUNDS + 2):
        for name, engine in engines.items():
            start = time.perf_counter()
            engine(image)
            if turn > 1:  # the first compile, the second warm up
                took[name].append(1000 * (time.perf_counter() - start))
    return {name: float(np.median(times)) for name, times in took.items()}


def describe_machine(checkpoint: Checkpoint) -> Machine:
    """What the measurement depends on."""
    openvino = import_openvino()
    affinity = getattr(os, "sched_getaffinity", None)
    return {
        "cpu": openvino_core().get_property("CPU", "FULL_DEVICE_NAME"),
        "cores": len(affinity(0)) if affinity else os.cpu_count() or 1,
        "openvino": openvino.__version__,
        "weights": checkpoint.file_sha256,
    }


def _read(kept: Path) -> Times | None:
    """The times kept before; None where there are none, or none that make sense."""
    try:
        took = json.loads(kept.read_text(encoding="utf-8"))["ms"]
        return {name: float(took[name]) for name in ("int8", "float")}
    except (OSError, KeyError, TypeError, ValueError):
        return None


def _write(kept: Path, machine: Machine, took: Times) -> None:
    """Keep the times beside what they were measured on; a full disk is no reason to fail."""
    text = json.dumps(machine | {"ms": took}, indent=2) + "\n"
    try:
        write_whole(kept, lambda path: path.write_text(text, encoding="utf-8"))
    except OSError as error:
        logger.warning("The measurement of the engines is not kept: %s", error)
