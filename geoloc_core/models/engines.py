"""Engines: what carries out a checkpoint's forward pass, in float32, bfloat16 or int8.

An engine takes framed images and gives logits, class activation maps and pooled features from one
forward pass. All run the same graph, normalisation included, and any may be called from several
threads at once. The engine in float (float32, or bfloat16 where the CPU has it) is what all
committed results come from; the one in int8 is faster on most CPUs and for looking at a page.
"""

from __future__ import annotations

import ctypes
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geoloc_core.catalogue import GEOCLIP, SCENE
from geoloc_core.images.credit_line import Mask, Pixels
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.checkpoint import Checkpoint, CheckpointError
from geoloc_core.models.openvino_graph import openvino_core, scoring_model
from geoloc_core.models.quantised import Quantised
from geoloc_core.paths import cache_folder

Precision = Literal["f32", "bf16", "int8"]
_BATCH = 4  # images a pass: as many as a place may have views

logger = logging.getLogger(__name__)


class Scores(NamedTuple):
    """What an engine gives for b images, float32.

    logits (b, n); cam: signed class activation maps (b, n, h, w), None where the network has none;
    pooled: the embeddings (b, f); places (b, n, 2): where in each cell, latitude and longitude in
    degrees, None for a network that knows cells alone.
    """

    logits: NDArray[np.float32]
    cam: NDArray[np.float32] | None
    pooled: NDArray[np.float32]
    places: NDArray[np.float64] | None = None

    def of(self, row: int) -> Scores:
        """Those of one image, as if it had been scored alone."""
        parts: list[Any] = [None if part is None else part[row : row + 1] for part in self]
        return Scores(*parts)

    def activation_maps(self) -> NDArray[np.float32]:
        """`cam`. Raises `CheckpointError` where the network has none."""
        if self.cam is None:
            raise CheckpointError(
                "This model has no class activation maps, which are needed here: take a network "
                "that ends in pooling and one linear layer."
            )
        return self.cam


@dataclass(frozen=True, eq=False)
class Engine:
    """From framed RGB images (b, size, size, 3) uint8 to their `Scores`.

    checkpoint: what it runs, with the calibration that holds for its precision; score: takes at
    most `_BATCH` images; frame: makes such an image of a photo (h, w, 3) under a mask.
    """

    checkpoint: Checkpoint
    precision: Precision
    score: Callable[[NDArray[np.uint8]], Scores]
    frame: Callable[[Pixels, Mask, int], Pixels] = preprocess

    def __call__(self, pixels: NDArray[np.uint8]) -> Scores:
        """Score any number of images, `_BATCH` at a time."""
        pixels = np.ascontiguousarray(pixels)
        batches = [self.score(pixels[i : i + _BATCH]) for i in range(0, len(pixels), _BATCH)]
        return batches[0] if len(batches) == 1 else joined(batches)

    def of_photos(self, photos: Sequence[Pixels], mask: Mask | None = None) -> Scores:
        """The scores of photos (h, w, 3), whole and of any size, a row each.

        `mask` is that of the model's training if left out.
        """
        mask = self.checkpoint.mask if mask is None else mask
        frames = [self.frame(photo, mask, self.checkpoint.size) for photo in photos]
        # a model of another's making may take images in any size, but not together
        runs = groupby(frames, key=lambda frame: frame.shape)
        scored = [self(np.stack(list(run))) for _, run in runs]
        return scored[0] if len(scored) == 1 else joined(scored)


def joined(batches: Sequence[Scores]) -> Scores:
    """The scores of one engine for several batches as those of one."""
    columns = zip(*batches, strict=True)
    values: list[Any] = [None if one[0] is None else np.concatenate(one) for one in columns]
    return Scores(*values)


def openvino_engine(
    checkpoint: Checkpoint, *, bf16: bool | None = None, cache: Path | None = None
) -> Engine:
    """Make the engine in float that runs in OpenVINO on the CPU.

    `bf16` is whether to multiply in bfloat16; left out, wherever the machine can. `cache` is a
    folder for compiled models. Raises ImportError or RuntimeError where OpenVINO does not load.
    """
    if bf16 is None:
        bf16 = "BF16" in openvino_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    precision: Precision = "bf16" if bf16 else "f32"
    score = _compiled(scoring_model(checkpoint), precision, cache)
    return Engine(checkpoint, precision, score)


def int8_engine(quantised: Quantised, *, cache: Path | None = None) -> Engine:
    """Make the engine that runs a quantised network in OpenVINO on the CPU.

    `cache` and exceptions as in `openvino_engine`.
    """
    model = openvino_core().read_model(quantised.path)
    score = _compiled(model, "f32", cache)  # float32 where it is not int8
    return Engine(quantised.checkpoint, "int8", score)


def exact_engine(checkpoint: Checkpoint) -> Engine:
    """Make the engine in float32 on every machine: what it predicts agrees with what ships.

    Falls back as `float_engine` does.
    """
    if (only := only_engine(checkpoint)) is not None:
        return only
    folder = cache_folder()
    try:
        return openvino_engine(checkpoint, bf16=False, cache=folder and folder / "compiled")
    except (ImportError, RuntimeError) as error:
        logger.warning("OpenVINO does not load, so torch predicts: %s", error)
        return float_engine(checkpoint)


def float_engine(checkpoint: Checkpoint) -> Engine:
    """Make the fastest engine in float: torch on a GPU, else OpenVINO, else torch on the CPU."""
    if (only := only_engine(checkpoint)) is not None:
        return only
    if not has_gpu():
        try:
            return openvino_engine(checkpoint)
        except (ImportError, RuntimeError) as error:
            logger.warning("OpenVINO does not load, so torch predicts, more slowly: %s", error)
    from geoloc_core.models.torch_engine import torch_engine  # its import takes seconds

    return torch_engine(checkpoint)


def only_engine(checkpoint: Checkpoint) -> Engine | None:
    """The engine of an architecture that has one of its own and no other; None for the rest."""
    if checkpoint.architecture == GEOCLIP:
        from geoloc_core.models.geoclip import geoclip_engine

        return geoclip_engine(checkpoint)
    if checkpoint.architecture == SCENE:
        from geoloc_core.models.scene.engine import scene_engine

        return scene_engine(checkpoint)
    return None


def has_gpu() -> bool:
    """Whether torch sees a GPU; it is imported to say so only where there is NVIDIA's driver."""
    try:
        ctypes.CDLL("nvcuda.dll" if os.name == "nt" else "libcuda.so.1")
    except OSError:
        return False
    import torch

    return torch.cuda.is_available()


def _compiled(
    model: Any, precision: Precision, cache: Path | None
) -> Callable[[NDArray[np.uint8]], Scores]:
    """What scores images by `model`, compiled when first asked for each number of images."""
    settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision}
    kept = settings if cache is None else settings | {"CACHE_DIR": str(cache)}

    @lru_cache
    def compiled(shape: tuple[int, ...]) -> Any:
        """The graph for a fixed number of images, which runs faster than for any number."""
        fixed = model.clone()
        fixed.reshape(list(shape))
        try:
            return openvino_core().compile_model(fixed, "CPU", kept)
        except RuntimeError:  # a cache that cannot be written, say
            return openvino_core().compile_model(fixed, "CPU", settings)

    def score(pixels: NDArray[np.uint8]) -> Scores:
        request = compiled(pixels.shape).create_infer_request()  # one's own: no thread shares it
        return Scores(*request.infer([pixels]).values())

    return score
