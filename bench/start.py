"""How long a fresh process takes to its first prediction, and what of it is imports.

Writes bench/results/start.json whole. Every time is that of a process of its own, the median of
`ROUNDS` rounds in which the programs take turns. One also starts with an empty cache folder, which
says what the kept measurement and compiled models spare.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from geoloc_core.catalogue import HONEST, SHIPPED
from geoloc_core.files import write_whole
from geoloc_core.models.openvino_graph import import_openvino, openvino_core

RESULTS = Path(__file__).parent / "results" / "start.json"
ROUNDS = 5

_PHOTO = "import numpy as np; photo = np.zeros((256, 256, 3), np.uint8)"
_LIVE = f"{_PHOTO}; from geoloc_core.models.predictor import Predictor"
PROGRAMS = {
    "Python alone": "pass",
    "import torch": "import torch",
    "import torchvision": "import geoloc_core.models.build",
    "import OpenVINO": "import openvino",
    "import the predictor": "import geoloc_core.models.predictor",
    "a sample's prediction, worked out beforehand": (
        "from geoloc_core.models.sample_predictions import sample_prediction as of; "
        f"assert of('PANORAMA', '{HONEST}', '{SHIPPED[HONEST].mask}', (0, 1, 2, 3))"
    ),
    "a live prediction, fastest engine": (
        f"{_LIVE}; from geoloc_core.models.fastest import fastest_engine; "
        f"Predictor('{HONEST}', fastest_engine).predict([photo])"
    ),
    "a live prediction, float engine": f"{_LIVE}; Predictor('{HONEST}').predict([photo])",
    "a live prediction in torch": (
        f"{_LIVE}; from geoloc_core.models.torch_engine import torch_engine; "
        f"Predictor('{HONEST}', torch_engine).predict([photo])"
    ),
}
FIRST = "a live prediction, fastest engine, the first time on a machine"


def bench_start() -> None:
    """Measure, print and write."""
    from geoloc_core.data.samples import read_samples

    panorama = read_samples()[0].panorama
    programs = {name: text.replace("PANORAMA", panorama) for name, text in PROGRAMS.items()}
    took: dict[str, list[float]] = {name: [] for name in (*programs, FIRST)}
    with tempfile.TemporaryDirectory() as kept:
        for turn in range(ROUNDS + 1):
            with tempfile.TemporaryDirectory() as empty:
                times = {name: _seconds(text, kept) for name, text in programs.items()}
                times[FIRST] = _seconds(programs["a live prediction, fastest engine"], empty)
            if turn:  # the first fills the file cache
                for name, seconds in times.items():
                    took[name].append(seconds)
    openvino = import_openvino()
    report = {
        "cpu": openvino_core().get_property("CPU", "FULL_DEVICE_NAME"),
        "cores": 2,
        "openvino": openvino.__version__,
        "rounds": ROUNDS,
        "median_s": {name: round(float(np.median(each)), 2) for name, each in took.items()},
    }
    write_whole(RESULTS, lambda path: path.write_text(json.dumps(report, indent=2) + "\n"))
    print(json.dumps(report, indent=2))


def _seconds(program: str, cache: str) -> float:
    environment = os.environ | {"XDG_CACHE_HOME": cache}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    return time.perf_counter() - start
