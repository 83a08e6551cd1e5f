"""Build tests/assets/small_geoclip.onnx: a tiny network of GeoCLIP's kind, quantised like it.

Run by hand, beside torch in an environment that also holds onnx and onnxruntime:
`python tools/build_small_geoclip.py`. A vision transformer of random weights with the inputs and
outputs of the real image side, exported by torch and dynamically quantised by onnxruntime's tool.
What onnxruntime makes of a few images is written beside it (small_geoclip.npz), as an oracle.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from geoloc_core.models.geoclip import CLIP_MEAN, CLIP_SIZE, CLIP_STD  # noqa: E402
from geoloc_core.models.geoclip_table import WIDTH  # noqa: E402

ONNX = ROOT / "tests" / "assets" / "small_geoclip.onnx"
FEATURES, HEADS, PATCH, LAYERS = 16, 2, 32, 2


def main() -> None:
    """Write the network and what onnxruntime makes of three images."""
    torch.manual_seed(0)
    images = torch.randn(3, 3, CLIP_SIZE, CLIP_SIZE)
    ONNX.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "float.onnx"
        torch.onnx.export(
            Small().eval(),
            (images,),
            path,
            input_names=["pixel_values"],
            output_names=["image_embeds"],
            dynamic_axes={"pixel_values": {0: "batch"}, "image_embeds": {0: "batch"}},
            dynamo=False,
        )
        quantize_dynamic(path, ONNX, weight_type=QuantType.QInt8)
    session = onnxruntime.InferenceSession(ONNX, providers=["CPUExecutionProvider"])
    pixels = np.random.default_rng(0).integers(0, 256, (3, CLIP_SIZE, CLIP_SIZE, 3), np.uint8)
    mean, std = (np.array(each, np.float32) for each in (CLIP_MEAN, CLIP_STD))
    inputs = ((pixels / np.float32(255) - mean) / std).transpose(0, 3, 1, 2)
    # one image at a time, as the engine has it: quantisation looks at the whole batch's range
    rows = [session.run(None, {"pixel_values": one[None]})[0][0] for one in inputs]
    np.savez(ONNX.with_suffix(".npz"), image_embeds=np.array(rows, np.float32))


class Small(nn.Module):
    """CLIP's image side and GeoCLIP's two layers, small."""

    def __init__(self) -> None:
        """Make random weights, alive enough for images to differ."""
        super().__init__()
        self.convolution = nn.Conv2d(3, FEATURES, PATCH, PATCH, bias=False)
        self.first = nn.Parameter(torch.randn(FEATURES) / 2)
        self.positions = nn.Parameter(torch.randn((CLIP_SIZE // PATCH) ** 2 + 1, FEATURES) / 2)
        self.before = nn.LayerNorm(FEATURES)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.after = nn.LayerNorm(FEATURES)
        self.projection = nn.Linear(FEATURES, 2 * FEATURES, bias=False)
        self.mlp = nn.Sequential(
            nn.Linear(2 * FEATURES, 2 * FEATURES), nn.ReLU(), nn.Linear(2 * FEATURES, WIDTH)
        )

    def forward(self, pixel_values: Tensor) -> Tensor:
        """Images (b, 3, 224, 224) to embeddings (b, 512)."""
        patches = self.convolution(pixel_values).flatten(2).transpose(1, 2)
        first = self.first.expand(patches.shape[0], 1, -1)
        tokens = self.before(torch.cat([first, patches], dim=1) + self.positions)
        for layer in self.layers:
            tokens = layer(tokens)
        embeddings: Tensor = self.mlp(self.projection(self.after(tokens[:, 0])))
        return embeddings


class Layer(nn.Module):
    """Attention and two linear layers, each around a shortcut, as in CLIP."""

    def __init__(self) -> None:
        """Make random weights."""
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(FEATURES) for _ in range(2))
        self.query, self.key, self.value, self.out = (
            nn.Linear(FEATURES, FEATURES) for _ in range(4)
        )
        self.wide, self.narrow = (
            nn.Linear(FEATURES, 4 * FEATURES),
            nn.Linear(4 * FEATURES, FEATURES),
        )

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens (b, t, f) to tokens."""
        seen = self.norms[0](tokens)
        query, key, value = (
            each(seen).unflatten(2, (HEADS, -1)).transpose(1, 2)
            for each in (self.query, self.key, self.value)
        )
        weights = torch.softmax(query @ key.transpose(2, 3) * (FEATURES // HEADS) ** -0.5, dim=-1)
        tokens = tokens + self.out((weights @ value).transpose(1, 2).flatten(2))
        hidden = self.wide(self.norms[1](tokens))
        outputs: Tensor = tokens + self.narrow(hidden * torch.sigmoid(1.702 * hidden))
        return outputs


if __name__ == "__main__":
    main()
