"""How long an audit's passes take, beside the bare forward passes that it needs.

Writes bench/results/audit.json whole. Each round audits the same images anew, from files to
answers on disk, then passes as many batches as their distinct variants fill through the network
alone, as the predictor's benchmark compiles it; the ratio is the rounds' median.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from bench.predict import bare_pass, normalised
from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.passes import draw_subjects, run_passes
from geoloc_core.audit.variants import VARIANTS
from geoloc_core.data.manifest import on_grid, read_manifest
from geoloc_core.files import write_whole
from geoloc_core.models.checkpoint import checkpoint_path, load_checkpoint
from geoloc_core.models.engines import Scores, openvino_engine
from geoloc_core.models.openvino_graph import openvino_core, scoring_model

RESULTS = Path(__file__).parent / "results" / "audit.json"
ROUNDS = 3
BATCH = 4


def bench_audit(model: str, data: Path, images: int) -> None:
    """Measure, print and write the figures for `model` on `images` of a data set.

    Raises `UserError` where the model or the data set cannot be used.
    """
    torch.set_num_threads(2)
    checkpoint = load_checkpoint(checkpoint_path(model))
    engine = openvino_engine(checkpoint)
    passed = 0

    def counting(pixels: NDArray[np.uint8]) -> Scores:
        nonlocal passed
        passed += len(pixels)
        return engine.score(pixels)

    counted = replace(engine, score=counting)

    def audit() -> int:
        with tempfile.TemporaryDirectory() as out:
            subjects = draw_subjects(on_grid(read_manifest(data), checkpoint.grid), images)
            passes = run_passes(ImageStore(data), subjects, checkpoint, counted, Path(out))
        return len(passes.frame)

    audited = audit()  # compiles the graph of every size of batch; not counted
    needed, batches = passed, -(-passed // BATCH)
    bare = bare_pass(scoring_model(checkpoint), normalised(checkpoint, BATCH), engine.precision)
    seconds = np.array([(_seconds(audit, 1), _seconds(bare, batches)) for _ in range(ROUNDS)])
    report = {
        "model": model,
        "mask": checkpoint.mask,
        "input_size": checkpoint.size,
        "cpu": openvino_core().get_property("CPU", "FULL_DEVICE_NAME"),
        "cores": 2,
        "precision": engine.precision,
        "rounds": ROUNDS,
        "pictures": audited,
        "variants": len(VARIANTS),
        "distinct_passes": needed,
        "median_s": {
            "audit": round(float(np.median(seconds[:, 0])), 2),
            "bare forward passes": round(float(np.median(seconds[:, 1])), 2),
        },
        "ratio": {
            "median": round(float(np.median(seconds[:, 0] / seconds[:, 1])), 2),
            "goal": "at most 1.3",
        },
    }
    write_whole(RESULTS, lambda path: path.write_text(json.dumps(report, indent=2) + "\n"))
    print(json.dumps(report, indent=2))


def _seconds(function: Callable[[], object], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        function()
    return time.perf_counter() - start
