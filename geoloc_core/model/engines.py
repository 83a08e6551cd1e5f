"""Engines: what carries out a checkpoint's forward pass, torch or OpenVINO.

An engine takes framed pictures and gives logits, class activation maps and pooled features from
one forward pass. Both run the same graph, normalisation included, and both may be called from
several threads at once.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from geoloc_core.model.checkpoint import Checkpoint, network_from
from geoloc_core.model.evidence import class_activation_maps

_BATCH = 4  # pictures a pass: as many as a place may have views
_tracing = threading.Lock()  # torch traces by way of global state

logger = logging.getLogger(__name__)


class Scores(NamedTuple):
    """What an engine gives for b pictures, float32.

    logits (b, n); cam: signed class activation maps (b, n, h, w); pooled: the last maps' mean over
    their positions (b, 2048).
    """

    logits: NDArray[np.float32]
    cam: NDArray[np.float32]
    pooled: NDArray[np.float32]


Engine = Callable[[NDArray[np.uint8]], Scores]
"""From framed RGB pictures (b, size, size, 3) uint8 to their `Scores`."""


class ScoringGraph(nn.Module):
    """Everything from framed pixels to `Scores` as one graph."""

    mean: Tensor
    std: Tensor

    def __init__(self, checkpoint: Checkpoint) -> None:
        """Build the checkpoint's network and put its normalisation in front."""
        super().__init__()
        self.network = network_from(checkpoint)
        self.register_buffer("mean", 255 * torch.tensor(checkpoint.mean))
        self.register_buffer("std", 255 * torch.tensor(checkpoint.std))
        self.eval().requires_grad_(False)

    def normalised(self, pixels: Tensor) -> Tensor:
        """Turn pixels (b, size, size, 3) uint8 into what the network takes, (b, 3, size, size)."""
        return ((pixels.float() - self.mean) / self.std).permute(0, 3, 1, 2)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Turn pixels (b, size, size, 3) uint8 into logits, class activation maps and pooled."""
        features = self.network.features(self.normalised(pixels))
        head = self.network.fc
        cam = class_activation_maps(features, head.weight).float()  # sums not in bfloat16
        return cam.mean(dim=(2, 3)) + head.bias, cam, features.float().mean(dim=(2, 3))


def has_bf16() -> bool:
    """Whether this machine's CPU multiplies in bfloat16."""
    return any(torch.cpu.get_capabilities().get(f"{unit}_bf16") for unit in ("avx512", "amx"))


def import_openvino() -> Any:
    """Import OpenVINO without its telemetry, which calls its maker as soon as it is imported."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def torch_engine(checkpoint: Checkpoint, *, bf16: bool | None = None) -> Engine:
    """Make the engine that runs in torch, on the GPU if there is one.

    `bf16` is whether to multiply in bfloat16; left out, wherever the machine can.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if bf16 is None:
        bf16 = torch.cuda.is_bf16_supported() if device == "cuda" else has_bf16()
    graph = ScoringGraph(checkpoint).to(device)

    def score(pixels: NDArray[np.uint8]) -> Scores:
        with torch.inference_mode(), torch.autocast(device, torch.bfloat16, enabled=bf16):
            outputs = graph(torch.from_numpy(pixels).to(device))
        return Scores(*(output.cpu().numpy() for output in outputs))

    return _in_batches(score)


def openvino_engine(checkpoint: Checkpoint, *, bf16: bool | None = None) -> Engine:
    """Make the engine that runs in OpenVINO on the CPU: the fastest there.

    `bf16` as in `torch_engine`. Raises ImportError or RuntimeError where OpenVINO does not load.
    """
    openvino = import_openvino()
    core = openvino.Core()
    precision = "bf16" if (has_bf16() if bf16 is None else bf16) else "f32"
    settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision}
    example = torch.zeros(1, checkpoint.size, checkpoint.size, 3, dtype=torch.uint8)
    with _tracing:
        graph = ScoringGraph(checkpoint)
        traced = torch.jit.trace(graph, example, check_trace=False)  # type: ignore[no-untyped-call]
        model = openvino.convert_model(traced)

    @lru_cache
    def compiled(pictures: int) -> Any:
        """The graph for a fixed number of pictures, which runs faster than for any number."""
        fixed = model.clone()
        fixed.reshape([pictures, checkpoint.size, checkpoint.size, 3])
        return core.compile_model(fixed, "CPU", settings)

    def score(pixels: NDArray[np.uint8]) -> Scores:
        request = compiled(len(pixels)).create_infer_request()  # one's own: no thread shares it
        return Scores(*request.infer([pixels]).values())

    return _in_batches(score)


def best_engine(checkpoint: Checkpoint) -> Engine:
    """Make the fastest engine: torch on a GPU, else OpenVINO, else torch on the CPU."""
    if not torch.cuda.is_available():
        try:
            return openvino_engine(checkpoint)
        except (ImportError, RuntimeError) as error:
            logger.warning("OpenVINO does not load, so torch predicts, more slowly: %s", error)
    return torch_engine(checkpoint)


def _in_batches(score: Engine) -> Engine:
    """Let `score` take any number of pictures, `_BATCH` at a time."""

    def score_all(pixels: NDArray[np.uint8]) -> Scores:
        pixels = np.ascontiguousarray(pixels)
        batches = [score(pixels[i : i + _BATCH]) for i in range(0, len(pixels), _BATCH)]
        return Scores(*map(np.concatenate, zip(*batches, strict=True)))

    return score_all
