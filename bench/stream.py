"""Many photographs through `pata predict`: how fast beside the engine alone, and in what memory.

Writes bench/results/stream.json whole. Each round predicts the same JPEGs from files to records,
then passes as many framed images through the engine; the ratio is the rounds' median. Memory is the
peak of a process of its own, for a thousand photographs and for many; its network is a small one of
random weights, since what is measured is all that surrounds a network.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from geoloc_core.data.photo_stream import files_in
from geoloc_core.display.export.record import BATCH, json_lines, records_of
from geoloc_core.files import write_whole
from geoloc_core.geography.grid import article_grid
from geoloc_core.models.build import build_network
from geoloc_core.models.checkpoint import Checkpoint, save_checkpoint
from geoloc_core.models.ood import Novelty
from geoloc_core.models.openvino_graph import openvino_core
from geoloc_core.models.predictor import Predictor

RESULTS = Path(__file__).parent / "results" / "stream.json"
ROUNDS, IMAGES = 15, 40
FEW = 1000
DIFFERENT = 200  # JPEGs; a folder of more holds them again under other names
SIZE = (320, 240)
# the peak as the process itself sees it: what a parent is told includes the parent's own
_PROGRAM = """
import atexit, re, sys
from geoloc_core.cli import main

def peak():
    with open("/proc/self/status") as status:
        print(re.search(r"VmHWM:\\s+(\\d+) kB", status.read())[1], file=sys.stderr)

atexit.register(peak)
main()
"""
SMALL, SMALL_SIDE = "resnet18", 64


def bench_stream(model: str, photos: int) -> None:
    """Measure, print and write the figures: speed of `model`, memory for so many photos."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        speed = _speed(model, folder_of_jpegs(work / "some", IMAGES))
        small = work / "small.safetensors"
        save_checkpoint(small, small_checkpoint())
        peaks = {
            number: _peak_mb(str(small), folder_of_jpegs(work / str(number), number))
            for number in (FEW, photos)
        }
    report = {
        "model": model,
        "cpu": openvino_core().get_property("CPU", "FULL_DEVICE_NAME"),
        "cores": 2,
        "photographs": f"JPEG, {SIZE[0]} x {SIZE[1]}",
        **speed,
        "memory": {
            "network": f"{SMALL}, {SMALL_SIDE} pixels, random weights",
            "peak_mb": peaks,
            "growth_mb": round(peaks[photos] - peaks[FEW], 1),
            "goal_mb": "at most 200",
        },
    }
    write_whole(RESULTS, lambda path: path.write_text(json.dumps(report, indent=2) + "\n"))
    print(json.dumps(report, indent=2))


def _speed(model: str, folder: Path) -> dict[str, object]:
    """Photographs a second, from files to lines of JSON and through the engine alone."""
    predictor = Predictor(model)
    side = predictor.checkpoint.size
    framed = np.random.default_rng(0).integers(0, 256, (BATCH, side, side, 3), np.uint8)

    def stream() -> None:
        for _ in json_lines(records_of(files_in([folder]), predictor)):
            pass

    def engine() -> None:
        for _ in range(IMAGES // BATCH):
            predictor.score(framed)

    seconds = np.array([(_seconds(stream), _seconds(engine)) for _ in range(ROUNDS + 1)])[1:]
    return {
        "input_size": side,
        "precision": predictor.score.precision,
        "batch": BATCH,
        "rounds": ROUNDS,
        "photographs_a_second": {
            "files to records": round(float(np.median(IMAGES / seconds[:, 0])), 1),
            "engine alone": round(float(np.median(IMAGES / seconds[:, 1])), 1),
        },
        "ratio": {
            "median": round(float(np.median(seconds[:, 1] / seconds[:, 0])), 3),
            "goal": "at least 0.9",
        },
    }


def _seconds(run: Callable[[], None]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def folder_of_jpegs(folder: Path, photos: int) -> Path:
    """A folder of JPEGs of noise at several scales."""
    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(photos):
        path = folder / f"{number:06}.jpg"
        if number >= DIFFERENT:
            os.link(folder / f"{number % DIFFERENT:06}.jpg", path)
            continue
        coarse = random.integers(0, 256, (SIZE[1] // 16, SIZE[0] // 16, 3), np.uint8)
        Image.fromarray(coarse).resize(SIZE, Image.Resampling.BICUBIC).save(path, quality=90)
    return folder


def _peak_mb(model: str, folder: Path) -> float:
    """The most memory that `pata predict` has in use for a folder, in MB (2^20 bytes)."""
    records = folder.with_suffix(".jsonl")
    words = [sys.executable, "-c", _PROGRAM, "predict", str(folder), "--model", model, "--jsonl"]
    with records.open("wb") as file:
        told = subprocess.run(words, stdout=file, stderr=subprocess.PIPE, text=True, check=True)
    with records.open("rb") as file:
        answered = sum(1 for _ in file)
    photos = sum(1 for _ in folder.iterdir())
    if answered != photos:
        raise RuntimeError(f"{answered} records of {photos} photos")
    return round(int(told.stderr.split()[-1]) / 1024, 1)


def small_checkpoint() -> Checkpoint:
    """A small network of random weights as a checkpoint."""
    grid = article_grid()
    network = build_network(len(grid), backbone=SMALL)
    features = network.head.in_features
    return Checkpoint(
        architecture=SMALL,
        grid=grid,
        mask="none",
        mean=network.mean,
        std=network.std,
        size=SMALL_SIDE,
        temperature=1.0,
        conformal=(0.9,) * 4,
        data_fingerprint="",
        scores={},
        recipe={},
        novelty=Novelty(
            np.zeros(features, np.float32),
            np.eye(1, features, dtype=np.float32),
            np.ones(1, np.float32),
            noise_variance=1.0,
            threshold=1.0,
        ),
        state={name: tensor.numpy() for name, tensor in network.weights().items()},
    )
