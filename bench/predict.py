"""How long a prediction takes, as ratios between variants that take turns within one run.

Writes bench/results/predict.json whole. A ratio is the median, over the rounds, of the quotient of
two times of one round, so that whatever else the machine does weighs on both.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from geoloc_core.files import write_whole
from geoloc_core.model.engines import (
    ScoringGraph,
    has_bf16,
    import_openvino,
    openvino_engine,
    torch_engine,
)
from geoloc_core.model.explain import METHODS
from geoloc_core.model.predictor import Predictor
from geoloc_core.photos.photo import read_photo

RESULTS = Path(__file__).parent / "results" / "predict.json"
ROUNDS = 40
PHOTO_SIZE = (750, 1000)
JPEG_SIZE = (3000, 4000)

Variants = dict[str, Callable[[], object]]

# name: slower variant, faster variant, what is asked of the ratio
RATIOS = {
    "prediction to the engine's bare forward pass": ("prediction", "engine, bare", "at most 1.15"),
    "torch fp32 eager, bare, to prediction": (
        "torch fp32 eager, bare",
        "prediction",
        "at least 2.5",
    ),
    "eager and the library's Grad-CAM to prediction": (
        "torch fp32 eager and the library's Grad-CAM",
        "prediction",
        "at least 8",
    ),
    "four views to one": ("prediction, four views", "prediction", ""),
    "JPEG decoded whole to read_photo": ("JPEG of 12 megapixels, whole", "read_photo of it", ""),
}


def bench_predict(model: str) -> None:
    """Measure, print and write the figures for `model`. Raises `CheckpointError` if it is none."""
    torch.set_num_threads(2)
    openvino = import_openvino()
    predictor = Predictor(model, engine=openvino_engine)
    variants = prediction_variants(predictor) | jpeg_variants()
    times = taking_turns(variants)
    report = {
        "model": model,
        "input_size": predictor.checkpoint.size,
        "cpu": openvino.Core().get_property("CPU", "FULL_DEVICE_NAME"),
        "cores": 2,
        "bf16": has_bf16(),
        "torch": torch.__version__,
        "openvino": openvino.__version__,
        "rounds": ROUNDS,
        "median_ms": {
            name: round(1000 * float(np.median(took)), 2) for name, took in times.items()
        },
        "ratios": {
            name: {"median": round(float(np.median(times[slow] / times[fast])), 2), "goal": goal}
            for name, (slow, fast, goal) in RATIOS.items()
        },
    }
    write_whole(RESULTS, lambda path: path.write_text(json.dumps(report, indent=2) + "\n"))
    print(json.dumps(report, indent=2))


def taking_turns(variants: Variants) -> dict[str, np.ndarray]:
    """Seconds of each variant, one of each a round, after one round that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for turn in range(ROUNDS + 1):
        for name, variant in variants.items():
            start = time.perf_counter()
            variant()
            if turn:
                times[name].append(time.perf_counter() - start)
    return {name: np.array(took) for name, took in times.items()}


def prediction_variants(predictor: Predictor) -> Variants:
    """The prediction of a decoded photo, and what it is compared with."""
    checkpoint = predictor.checkpoint
    generator = np.random.default_rng(0)
    photos = [generator.integers(0, 256, (*PHOTO_SIZE, 3), np.uint8) for _ in range(4)]
    framed = generator.integers(0, 256, (1, checkpoint.size, checkpoint.size, 3), np.uint8)
    graph = ScoringGraph(checkpoint)
    normalised = graph.normalised(torch.from_numpy(framed)).contiguous()
    network = graph.network
    torch_bf16, openvino_fp32 = torch_engine(checkpoint), openvino_engine(checkpoint, bf16=False)

    def eager() -> None:
        with torch.inference_mode():
            network(normalised)

    trained = ScoringGraph(checkpoint).network.requires_grad_(True)

    def library() -> None:
        with METHODS["Grad-CAM"](trained, [trained.layer4]) as grad_cam:
            grad_cam(normalised, targets=None)  # the likeliest cell

    def eager_and_library() -> None:
        eager()
        library()

    return {
        "engine, bare": bare_openvino(network, normalised),
        "prediction": lambda: predictor.predict(photos[:1]),
        "prediction, four views": lambda: predictor.predict(photos),
        "openvino fp32 with maps": lambda: openvino_fp32(framed),
        "torch bf16 with maps": lambda: torch_bf16(framed),
        "torch fp32 eager, bare": eager,
        "the library's Grad-CAM, one cell": library,
        "torch fp32 eager and the library's Grad-CAM": eager_and_library,
    }


def bare_openvino(network: nn.Module, normalised: torch.Tensor) -> Callable[[], Any]:
    """The network alone, from normalised pictures to logits, as the engine would compile it."""
    openvino = import_openvino()
    model = openvino.convert_model(torch.jit.trace(network, normalised))
    model.reshape(list(normalised.shape))
    precision = "bf16" if has_bf16() else "f32"
    settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision}
    request = openvino.Core().compile_model(model, "CPU", settings).create_infer_request()
    pictures = normalised.numpy()
    return lambda: request.infer([pictures])


def jpeg_variants() -> Variants:
    """A JPEG of 12 megapixels, read at reduced size and decoded whole."""
    height, width = JPEG_SIZE
    coarse = np.random.default_rng(0).integers(0, 256, (height // 40, width // 40, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC).save(
        buffer, "JPEG", quality=92
    )
    data = buffer.getvalue()

    def whole() -> None:
        Image.open(io.BytesIO(data)).convert("RGB").resize((1000, 750), Image.Resampling.BOX)

    return {"JPEG of 12 megapixels, whole": whole, "read_photo of it": lambda: read_photo(data)}
