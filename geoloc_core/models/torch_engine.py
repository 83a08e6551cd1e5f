"""The engine that runs in torch: on a GPU the fastest, on a CPU the reference for the others."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  torch's own abbreviation
from numpy.typing import NDArray
from torch import Tensor, nn

from geoloc_core.models.build import network_from
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.engines import Engine, Scores


class ScoringGraph(nn.Module):
    """Everything from framed pixels to `Scores` as one graph."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        """Build the checkpoint's network."""
        super().__init__()
        self.network = network_from(checkpoint)
        self.eval().requires_grad_(False)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Turn pixels (b, size, size, 3) uint8 into logits, class activation maps and pooled."""
        features = self.network.features(self.network.normalise(pixels))
        head = self.network.head
        cam = class_activation_maps(features, head.weight).float()  # sums not in bfloat16
        return cam.mean(dim=(2, 3)) + head.bias, cam, features.float().mean(dim=(2, 3))


def class_activation_maps(features: Tensor, weight: Tensor) -> Tensor:
    """Each cell's score at each position: last maps (b, f, h, w), weight (n, f) to (b, n, h, w).

    Signed; the mean over h and w plus the head's bias is the network's logit.
    """
    return F.conv2d(features, weight[:, :, None, None])


def has_bf16() -> bool:
    """Whether this machine's CPU multiplies in bfloat16."""
    return any(torch.cpu.get_capabilities().get(f"{unit}_bf16") for unit in ("avx512", "amx"))


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

    return Engine(checkpoint, "bf16" if bf16 else "f32", score)
