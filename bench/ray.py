"""Many photographs through `--engine ray`: memory, what a second worker brings, what more cost.

Writes bench/results/ray.json whole. Each run is a process with a cluster of its own. Speed is that
after each worker's first task, for which it compiles its graphs; starting is told apart. One worker
and two take turns with the same photographs. Memory is for a small network of random weights, since
what is measured is all that surrounds a network.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, TypeVar

from bench.stream import SMALL, SMALL_SIDE, folder_of_jpegs, small_checkpoint
from geoloc_core.cluster.spread import over_ray, start_ray
from geoloc_core.display.export.predict_parts import predict_parts
from geoloc_core.files import write_whole
from geoloc_core.models.checkpoint import save_checkpoint
from geoloc_core.models.openvino_graph import openvino_core

RESULTS = Path(__file__).parent / "results" / "ray.json"
ROUNDS, IMAGES = 5, 400
FEW = 1000

L = TypeVar("L")
T = TypeVar("T")
R = TypeVar("R")


class _Watched(NamedTuple):
    """A task's result, when it began and ended, its worker, CPU seconds and peak in MB."""

    result: Any
    began: float
    ended: float
    worker: str
    cpu: float
    peak_mb: float

    def share_after(self, moment: float) -> float:
        """The share of its time that lies after a moment before its end."""
        return (self.ended - max(self.began, moment)) / (self.ended - self.began)


def bench_ray(model: str, photos: int) -> None:
    """Measure, print and write the figures: speed of `model`, memory and cost for so many."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        some = folder_of_jpegs(work / "some", IMAGES)
        rounds = [
            {workers: _run(model, some, workers, part_size=20) for workers in (1, 2)}
            for _ in range(ROUNDS)
        ]
        small = work / "small.safetensors"
        save_checkpoint(small, small_checkpoint())
        sizes = {
            number: _run(str(small), folder_of_jpegs(work / str(number), number), 2, part_size=250)
            for number in (FEW, photos)
        }
    speed = {n: median(one[n]["speed"] for one in rounds) for n in (1, 2)}
    cpu = {n: median(one[n]["cpu_ms"] for one in rounds) for n in (1, 2)}
    cost = {number: 1000 * run["seconds"] / number for number, run in sizes.items()}
    report = {
        "model": model,
        "cpu": openvino_core().get_property("CPU", "FULL_DEVICE_NAME"),
        "cores": 2,
        "photographs": "JPEG, 320 x 240",
        "rounds": ROUNDS,
        "photographs_a_round": IMAGES,
        "photographs_a_second_by_workers": {n: round(each, 1) for n, each in speed.items()},
        "two_beside_one": {
            "ratio": round(speed[2] / speed[1], 2),
            "of each round": [round(one[2]["speed"] / one[1]["speed"], 2) for one in rounds],
            "goal": "at least 1.7",
        },
        "cpu_ms_a_photograph_by_workers": {n: round(each, 1) for n, each in cpu.items()},
        "start_seconds": round(median(one[2]["start"] for one in rounds), 1),
        "worker_mb": round(max(one[2]["worker_mb"] for one in rounds)),
        "parquet_bytes_a_photograph": round(rounds[0][2]["bytes"] / IMAGES),
        "more": {
            "network": f"{SMALL}, {SMALL_SIDE} pixels, random weights",
            "driver_peak_mb": {number: run["driver_mb"] for number, run in sizes.items()},
            "worker_peak_mb": {number: run["worker_mb"] for number, run in sizes.items()},
            "goal": "at most 200 MB more",
            "ms_a_photograph": {number: round(each, 2) for number, each in cost.items()},
            "cost": round(cost[photos] / cost[FEW], 2),
        },
    }
    write_whole(RESULTS, lambda path: path.write_text(json.dumps(report, indent=2) + "\n"))
    print(json.dumps(report, indent=2))


def run_watched(model: str, folder: str, out: str, workers: int, part_size: int) -> None:
    """Predict a folder in this process and workers of it, and print what was seen as JSON."""
    seen: list[_Watched] = []
    begun = time.time()
    start_ray(2)
    spread = over_ray(workers)

    def watched(
        load: Callable[[], L], work: Callable[[L, T], R], tasks: Sequence[T]
    ) -> Iterator[tuple[int, R]]:
        for number, one in spread(load, partial(_watch, work), tasks):
            seen.append(one)
            yield number, one.result

    predict_parts([folder], model, None, out, spread=watched, part_size=part_size, progress=False)
    first: dict[str, float] = {}  # a worker compiles its graphs in its first task
    for one in sorted(seen, key=lambda one: one.ended):
        first.setdefault(one.worker, one.ended)
    ready = max(first.values())
    warm = [one for one in seen if one.ended > ready]
    photos = sum(one.result.photos * one.share_after(ready) for one in warm)
    cpu = sum(one.cpu * one.share_after(ready) for one in warm)
    found = {
        "start": ready - begun,
        "seconds": max(one.ended for one in seen) - min(one.began for one in seen),
        "speed": photos / (max(one.ended for one in warm) - ready),
        "cpu_ms": 1000 * cpu / photos,
        "worker_mb": round(max(one.peak_mb for one in seen), 1),
        "driver_mb": round(_peak_mb(), 1),
        "photos": sum(one.result.photos for one in seen),
        "bytes": sum(path.stat().st_size for path in Path(out).glob("part-*")),
    }
    print(json.dumps(found))


def _watch(work: Callable[[Any, Any], Any], loaded: Any, task: Any) -> _Watched:
    began, cpu = time.time(), time.process_time()
    result = work(loaded, task)
    worker = f"{platform.node()} {os.getpid()}"
    return _Watched(result, began, time.time(), worker, time.process_time() - cpu, _peak_mb())


def _peak_mb() -> float:
    """The most memory that this process has had in use, in MB (2^20 bytes)."""
    status = Path("/proc/self/status").read_text()
    (kb,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(kb) / 1024


def _run(model: str, folder: Path, workers: int, part_size: int) -> dict[str, Any]:
    """What `run_watched` sees in a process of its own."""
    with tempfile.TemporaryDirectory() as out:
        arguments = (model, str(folder), out, workers, part_size)
        program = f"from bench.ray import run_watched; run_watched{arguments!r}"
        told = subprocess.run(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True
        )
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    photos = sum(1 for _ in folder.iterdir())
    if found["photos"] != photos:
        raise RuntimeError(f"{found['photos']} records of {photos} photos")
    return found
