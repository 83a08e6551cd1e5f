"""How long a prediction takes, as ratios between variants that take turns within one run.

Writes bench/results/predict.json whole. A ratio is the median, over the rounds, of the quotient of
two times of one round, so that whatever else the machine does weighs on both.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from geoloc_core.files import write_whole
from geoloc_core.images.photo import read_photo
from geoloc_core.models.build import network_from
from geoloc_core.models.checkpoint import Checkpoint, checkpoint_path, load_checkpoint
from geoloc_core.models.engines import Engine, Precision, int8_engine, openvino_engine
from geoloc_core.models.explain import METHODS
from geoloc_core.models.fastest import fastest_engine
from geoloc_core.models.openvino_graph import import_openvino, openvino_core, scoring_model
from geoloc_core.models.predictor import Predictor
from geoloc_core.models.quantised import quantised_form

RESULTS = Path(__file__).parent / "results" / "predict.json"
ROUNDS = 40
PHOTO_SIZE = (750, 1000)
JPEG_SIZE = (3000, 4000)

Variants = dict[Any, Callable[[], object]]  # by name, or by name and precision

PREDICTION, FOUR_VIEWS, BARE = "prediction", "prediction, four views", "engine, bare"
EAGER, LIBRARY = "torch fp32 eager, bare", "torch fp32 eager and the library's Grad-CAM"
JPEG_WHOLE, JPEG_READ = "JPEG of 12 megapixels, whole", "read_photo of it"

# name: slower variant, faster variant, what is asked of the ratio; by precision where one has it
RATIOS = {
    "prediction to the engine's bare forward pass": (PREDICTION, BARE, "at most 1.15"),
    "torch fp32 eager, bare, to prediction": (EAGER, PREDICTION, "at least 2.5"),
    "eager and the library's Grad-CAM to prediction": (LIBRARY, PREDICTION, "at least 8"),
    "four views to one": (FOUR_VIEWS, PREDICTION, ""),
    "JPEG decoded whole to read_photo": (JPEG_WHOLE, JPEG_READ, ""),
}


def bench_predict(model: str) -> None:
    """Measure, print and write the figures for `model`. Raises `CheckpointError` if it is none."""
    torch.set_num_threads(2)
    openvino = import_openvino()
    makers = engine_makers(load_checkpoint(checkpoint_path(model)))
    predictors = {precision: Predictor(model, make) for precision, make in makers.items()}
    variants = eager_variants(next(iter(predictors.values()))) | jpeg_variants()
    for precision, predictor in predictors.items():
        variants |= {(name, precision): run for name, run in prediction_variants(predictor).items()}
    times = taking_turns(variants)
    took = {name: round(1000 * float(np.median(each)), 2) for name, each in times.items()}
    names = {name for name in took if isinstance(name, str)}

    def quotient(slow: str, fast: str, precision: str) -> float:
        a, b = (times[name if name in names else (name, precision)] for name in (slow, fast))
        return round(float(np.median(a / b)), 2)

    report = {
        "model": model,
        "input_size": next(iter(predictors.values())).checkpoint.size,
        "cpu": openvino_core().get_property("CPU", "FULL_DEVICE_NAME"),
        "cores": 2,
        "chosen": fastest_engine(load_checkpoint(checkpoint_path(model))).precision,
        "torch": torch.__version__,
        "openvino": openvino.__version__,
        "rounds": ROUNDS,
        "median_ms": {
            name: took[name]
            if name in names
            else {precision: took[name, precision] for precision in predictors}
            for name in (BARE, PREDICTION, FOUR_VIEWS, *sorted(names))
        },
        "ratios": {
            name: {"goal": goal}
            | {precision: quotient(slow, fast, precision) for precision in predictors}
            for name, (slow, fast, goal) in RATIOS.items()
        },
    }
    write_whole(RESULTS, lambda path: path.write_text(json.dumps(report, indent=2) + "\n"))
    print(json.dumps(report, indent=2))


def engine_makers(checkpoint: Checkpoint) -> dict[Precision, Callable[[Checkpoint], Engine]]:
    """What makes the engine of each precision that this CPU and this checkpoint have."""
    makers: dict[Precision, Callable[[Checkpoint], Engine]] = {}
    quantised = quantised_form(checkpoint)
    if quantised is not None:
        makers["int8"] = lambda _: int8_engine(quantised)
    if openvino_engine(checkpoint).precision == "bf16":
        makers["bf16"] = openvino_engine
    return makers | {"f32": partial(openvino_engine, bf16=False)}


def taking_turns(variants: Variants) -> dict[Any, np.ndarray]:
    """Seconds of each variant, one of each a round, after one round that is not counted."""
    times: dict[Any, list[float]] = {name: [] for name in variants}
    for turn in range(ROUNDS + 1):
        for name, variant in variants.items():
            start = time.perf_counter()
            variant()
            if turn:
                times[name].append(time.perf_counter() - start)
    return {name: np.array(took) for name, took in times.items()}


def prediction_variants(predictor: Predictor) -> dict[str, Callable[[], object]]:
    """The prediction of decoded photos in one precision, and its network alone."""
    checkpoint, precision = predictor.checkpoint, predictor.score.precision
    photos = [pixels_of(*PHOTO_SIZE) for _ in range(4)]
    if precision == "int8":
        form = quantised_form(checkpoint)
        assert form is not None, "the int8 engine was made of it"
        model = openvino_core().read_model(form.path)
    else:
        model = scoring_model(checkpoint)
    return {
        BARE: bare_pass(model, normalised(checkpoint), precision),
        PREDICTION: lambda: predictor.predict(photos[:1]),
        FOUR_VIEWS: lambda: predictor.predict(photos),
    }


def eager_variants(predictor: Predictor) -> Variants:
    """The network in torch alone, and the library's Grad-CAM for the most likely cell."""
    checkpoint = predictor.checkpoint
    images = torch.from_numpy(normalised(checkpoint))
    network = network_from(checkpoint).requires_grad_(False)

    def eager() -> None:
        with torch.inference_mode():
            network(images)

    trained = network_from(checkpoint)

    def eager_and_library() -> None:
        eager()
        with METHODS["Grad-CAM"](trained, [trained.body]) as grad_cam:
            grad_cam(images, targets=None)

    return {EAGER: eager, LIBRARY: eager_and_library}


def normalised(checkpoint: Checkpoint, images: int = 1) -> np.ndarray:
    """Noise as the network takes it, (images, 3, size, size) float32."""
    framed = np.stack([pixels_of(checkpoint.size, checkpoint.size) for _ in range(images)])
    normal = network_from(checkpoint).normalise(torch.from_numpy(framed))
    return np.asarray(normal.contiguous().numpy())


def pixels_of(height: int, width: int) -> np.ndarray:
    """Noise as a photo, (height, width, 3) uint8."""
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def bare_pass(model: Any, images: np.ndarray, precision: Precision) -> Callable[[], object]:
    """The network alone, from normalised images to logits, as the engine would compile it."""
    openvino = import_openvino()
    from openvino import opset13 as ops

    fixed = model.clone()
    fixed.reshape([len(images), *images.shape[2:], 3])
    (normalising,) = [node for node in fixed.get_ordered_ops() if node.get_type_name() == "Divide"]
    parameter = ops.parameter(images.shape, openvino.Type.f32)
    for taker in normalising.output(0).get_target_inputs():
        taker.replace_source_output(parameter.output(0))
    logits = fixed.output(0).get_node()
    alone = openvino.Model([logits], [parameter])
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32" if precision == "int8" else precision,
    }
    request = openvino_core().compile_model(alone, "CPU", settings).create_infer_request()
    return lambda: request.infer([images])


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

    return {JPEG_WHOLE: whole, JPEG_READ: lambda: read_photo(data)}
