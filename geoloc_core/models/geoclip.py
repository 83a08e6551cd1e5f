"""GeoCLIP as an engine: a photo's embedding from a downloaded ONNX file, held against a table.

A cell's probability is that of its points: softmax of exp(logit_scale) * cosine over India, each
point weighing as much as the area that it stands for. The file is one for ONNX and runs in
OpenVINO, whether it is in int8 (dynamically quantised by onnxruntime's tool), fp16 or fp32.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from geoloc_core.images.credit_line import Mask, Pixels
from geoloc_core.images.preprocess import apply_mask
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.downloads import installed_file
from geoloc_core.models.engines import Engine, Scores
from geoloc_core.models.geoclip_table import CLIP_WIDTH, WIDTH
from geoloc_core.models.integer_products import keep_weights_in_int8
from geoloc_core.models.openvino_graph import import_openvino, openvino_core
from geoloc_core.models.tensors import CheckpointError

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
CLIP_SIZE = 224
_OUTPUT = "image_embeds"

Embed = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def geoclip_engine(checkpoint: Checkpoint, file: Path | None = None) -> Engine:
    """Make the engine of a GeoCLIP table; `file`: the ONNX file, left out the one installed.

    Raises `CheckpointError` where there is none or it is no GeoCLIP; ImportError or RuntimeError
    where OpenVINO does not load.
    """
    embed = _embedder(checkpoint, file or installed_file(checkpoint.architecture))

    def score(pixels: NDArray[np.uint8]) -> Scores:
        embeddings = np.concatenate([embed(image[None]) for image in pixels])
        logits, places = score_points(checkpoint, embeddings)
        return Scores(logits, None, embeddings, places)

    return Engine(checkpoint, "f32", score, frame=centre_crop)


def centre_crop(photo: Pixels, mask: Mask, size: int) -> Pixels:
    """The middle square of a photo as CLIP takes it in, (size, size, 3).

    The shorter side becomes `size` by bicubic interpolation, the longer one is cropped.
    """
    image = Image.fromarray(apply_mask(photo, mask))
    shorter = min(image.size)
    width, height = (max(size, size * side // shorter) for side in image.size)
    resized = image.resize((width, height), Image.Resampling.BICUBIC)
    left, top = (width - size) // 2, (height - size) // 2
    return np.asarray(resized.crop((left, top, left + size, top + size)), np.uint8)


def score_points(
    checkpoint: Checkpoint, embeddings: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Logits (b, n) and each cell's expected point (b, n, 2) from embeddings (b, 512) of length 1.

    The softmax of the logits is the cells' share of the probability over all points.
    """
    table = checkpoint.state
    scale = np.exp(table["logit_scale"].astype(np.float64))
    scores = scale * (embeddings @ table["embedding"].T) + np.log(table["share"])
    highest = scores.max(axis=1, keepdims=True)
    odds = np.exp(scores - highest)
    starts = np.searchsorted(table["cell"], np.arange(len(checkpoint.grid)))
    cells = np.add.reduceat(odds, starts, axis=1)
    places = np.stack(
        [
            np.add.reduceat(odds * table[name].astype(np.float64), starts, axis=1) / cells
            for name in ("latitude", "longitude")
        ],
        axis=-1,
    )
    return (np.log(cells) + highest).astype(np.float32), places


def _embedder(checkpoint: Checkpoint, file: Path) -> Embed:
    """What gives the embedding (1, 512), of length 1, of one framed image (1, size, size, 3).

    Compiled for one image: a batch is no quicker on a CPU, and each size would be kept apart.
    """
    # whatever the file quantises is quantised in the graph: no further rounding
    exact = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}
    try:
        compiled = openvino_core().compile_model(_read(checkpoint, file), "CPU", exact)
    except RuntimeError as error:
        raise _no_geoclip(file) from error
    table = checkpoint.state

    def embed(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        request = compiled.create_infer_request()  # one's own: no thread shares it
        (given,) = request.infer([pixels]).values()
        if given.shape == (1, CLIP_WIDTH):  # CLIP's own embedding
            hidden = np.maximum(given @ table["mlp.0.weight"].T + table["mlp.0.bias"], 0)
            given = hidden @ table["mlp.2.weight"].T + table["mlp.2.bias"]
        if given.shape != (1, WIDTH):
            raise _no_geoclip(file)
        return np.asarray(given / np.linalg.norm(given), np.float32)

    size = checkpoint.size
    embed(np.zeros((1, size, size, 3), np.uint8))  # whether it fits is seen here, not with a photo
    return embed


def _read(checkpoint: Checkpoint, file: Path) -> Any:
    """The file's network from framed pixels, normalisation included, to its one output."""
    openvino = import_openvino()
    model = openvino_core().read_model(file)
    named = [output for output in model.outputs if _OUTPUT in output.get_names()]
    outputs = named or model.outputs
    if len(model.inputs) != 1 or len(outputs) != 1:
        raise _no_geoclip(file)
    model = openvino.Model(outputs, model.get_parameters(), "geoclip")
    keep_weights_in_int8(model)
    model.reshape([1, 3, checkpoint.size, checkpoint.size])
    steps = openvino.preprocess.PrePostProcessor(model)
    steps.input().tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    steps.input().model().set_layout(openvino.Layout("NCHW"))
    steps.input().preprocess().convert_element_type(openvino.Type.f32).mean(
        [255 * each for each in checkpoint.mean]
    ).scale([255 * each for each in checkpoint.std]).convert_layout(openvino.Layout("NCHW"))
    steps.output().tensor().set_element_type(openvino.Type.f32)
    return steps.build()


def _no_geoclip(file: Path) -> CheckpointError:
    return CheckpointError(
        f"{file.name} is no image side of GeoCLIP: it must be an ONNX file that takes one image of "
        f"{CLIP_SIZE} pixels a side and gives one embedding of {WIDTH} or {CLIP_WIDTH} numbers."
    )
