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
from geoloc_core.models.engines import Engine, float_engine, has_gpu, int8_engine, openvino_engine
from geoloc_core.models.openvino_graph import import_openvino, openvino_core
from geoloc_core.models.quantised import Quantised, quantised_form
from geoloc_core.paths import cache_folder

ROUNDS = 7
WORTH = 1.1  # how much faster int8 must be to be worth its error

Times = dict[str, float]  # milliseconds by "int8" and "float"

logger = logging.getLogger(__name__)


def fastest_engine(checkpoint: Checkpoint) -> Engine:
    """Make the engine that answers fastest here: in int8 where that exists and pays, or in float.

    The first time on a machine takes about a second longer. Compiled models are kept, too.
    """
    quantised = quantised_form(checkpoint)
    if quantised is None or has_gpu():
        return float_engine(checkpoint)
    try:
        return _faster(checkpoint, quantised, cache_folder())
    except (ImportError, RuntimeError) as error:
        logger.warning("The quantised network does not load, so the float one predicts: %s", error)
        return float_engine(checkpoint)


def _faster(checkpoint: Checkpoint, quantised: Quantised, cache: Path | None) -> Engine:
    """The faster of the two OpenVINO engines, as measured here before or else now."""
    compiled = cache and cache / "compiled"
    machine = _machine(checkpoint)
    digest = hashlib.sha256(json.dumps(machine).encode()).hexdigest()
    kept = cache and cache / "engines" / f"{digest[:24]}.json"
    make: dict[str, Callable[[], Engine]] = {
        "int8": lambda: int8_engine(quantised, cache=compiled),
        "float": lambda: openvino_engine(checkpoint, cache=compiled),
    }
    took = _read(kept) if kept is not None else None
    if took is not None:
        return make[_choice(took)]()
    engines = {name: make_engine() for name, make_engine in make.items()}
    took = _measured(engines, checkpoint.size)
    if kept is not None:
        _write(kept, machine, took)
    return engines[_choice(took)]


def _choice(took: Times) -> str:
    return "int8" if WORTH * took["int8"] <= took["float"] else "float"


def _measured(engines: dict[str, Engine], size: int) -> Times:
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


def _machine(checkpoint: Checkpoint) -> dict[str, str | int]:
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


def _write(kept: Path, machine: dict[str, str | int], took: Times) -> None:
    """Keep the times beside what they were measured on; a full disk is no reason to fail."""
    text = json.dumps(machine | {"ms": took}, indent=2) + "\n"
    try:
        write_whole(kept, lambda path: path.write_text(text, encoding="utf-8"))
    except OSError as error:
        logger.warning("The measurement of the engines is not kept: %s", error)
