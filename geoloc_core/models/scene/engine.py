"""The engine of the model for real photographs: one pass of EfficientNet-Lite2, then the head."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import rel_entr, softmax

from geoloc_core.assets import intact
from geoloc_core.files import file_sha256
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.engines import Engine, Scores
from geoloc_core.models.openvino_graph import openvino_core
from geoloc_core.models.scene.head import SceneHead, class_activation, score, things_seen
from geoloc_core.models.scene.seen import Thing, as_things
from geoloc_core.models.tensors import CheckpointError
from geoloc_core.paths import ASSETS

BODY = ASSETS / "weights" / "scene.body.xml"


def scene_engine(checkpoint: Checkpoint, body: Path = BODY) -> Engine:
    """Make the engine of a scene checkpoint, in float32 on every machine.

    `body`: the network below the pooling, as OpenVINO reads it. Raises `CheckpointError` where it
    is missing or another than the checkpoint was made with; ImportError or RuntimeError where
    OpenVINO does not load.
    """
    head = scene_head(checkpoint)
    features = _features(checkpoint, body)

    def run(pixels: NDArray[np.uint8]) -> Scores:
        maps = features(pixels)
        pooled = maps.mean(axis=(2, 3))
        logits, gradients = score(head, pooled)
        return Scores(logits, class_activation(gradients, maps), pooled)

    return Engine(checkpoint, "f32", run)


def scene_head(checkpoint: Checkpoint) -> SceneHead:
    """The head of a scene checkpoint."""
    state, recipe = checkpoint.state, checkpoint.recipe
    return SceneHead(
        state["class_weight"],
        state["class_bias"],
        float(recipe["sharpness"]),
        state["ratio"],
        float(recipe["power"]),
        state["log_prior"],
        state["look_weight"],
        state["look_bias"],
        float(recipe["look"]),
    )


def seen_in(checkpoint: Checkpoint, pooled: NDArray[np.float32]) -> tuple[Thing, ...]:
    """The things seen in the photos of one place, (views, f), that moved the cells most."""
    return as_things(things_seen(scene_head(checkpoint), pooled))


def information(checkpoint: Checkpoint, probabilities: NDArray[np.float64]) -> float:
    """By how many bits probabilities (n,) differ from what a scene model says before it looks.

    The Kullback-Leibler divergence from the prior, at the model's temperature; 0 where the photo
    showed nothing that tells of a place.
    """
    prior = softmax(scene_head(checkpoint).log_prior.astype(np.float64) / checkpoint.temperature)
    return float(rel_entr(probabilities, prior).sum() / np.log(2))


def _features(checkpoint: Checkpoint, body: Path) -> Any:
    """What gives the last feature maps (b, f, h, w) of framed pixels (b, size, size, 3) uint8."""
    intact(body)
    intact(body.with_suffix(".bin"))
    if not body.is_file() or not body.with_suffix(".bin").is_file():
        raise CheckpointError(
            f"The model for real photographs is not whole: {body.name} and {body.stem}.bin belong "
            "into assets/weights. `make scene` makes them anew."
        )
    if file_sha256(body.with_suffix(".bin")) != checkpoint.recipe["body_sha256"]:
        raise CheckpointError(
            f"{body.stem}.bin is damaged, or another than the model was made with. Get it anew: "
            "`git checkout assets/weights`, or `make scene`."
        )
    model = openvino_core().read_model(body)
    settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}

    @lru_cache
    def compiled(shape: tuple[int, ...]) -> Any:
        fixed = model.clone()
        fixed.reshape(list(shape))
        return openvino_core().compile_model(fixed, "CPU", settings)

    def features(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        request = compiled(pixels.shape).create_infer_request()  # one's own: no thread shares it
        (maps,) = request.infer([pixels]).values()
        return np.asarray(maps, np.float32)

    return features
