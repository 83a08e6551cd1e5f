from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from geoloc_core.geography.grid import article_grid
from geoloc_core.models.build import build_network
from geoloc_core.models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from geoloc_core.models.ood import Novelty
from geoloc_core.models.resnext50 import RESNEXT50

SIZE = 96
# of each colour channel, as torchvision's documentation of its weights says it
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

torch.set_num_threads(1)  # threads that share too few cores wait in busy loops


def random_checkpoint(seed: int = 0, backbone: str = RESNEXT50) -> Checkpoint:
    """A network that was never trained, alive enough for its cells to differ."""
    torch.manual_seed(seed)
    grid = article_grid()
    network = build_network(len(grid), backbone=backbone)
    for name, module in network.named_modules():
        if name.endswith("bn3"):  # zero when a training starts, which would silence the block
            torch.nn.init.constant_(module.weight, 0.5)
    torch.nn.init.normal_(network.head.weight, std=0.1)
    features = network.head.in_features
    generator = np.random.default_rng(seed)
    directions, _ = np.linalg.qr(generator.standard_normal((features, 8)))
    return Checkpoint(
        architecture=backbone,
        grid=grid,
        mask="crop",
        mean=network.mean,
        std=network.std,
        size=SIZE,
        temperature=1.5,
        conformal=(0.85, 0.8, 0.75, 0.7),
        data_fingerprint="0" * 64,
        scores={"nll": 4.06},
        recipe={"epochs": 0},
        novelty=Novelty(
            np.zeros(features, np.float32),
            np.ascontiguousarray(directions.T, np.float32),
            np.ones(8, np.float32),
            noise_variance=1.0,
            threshold=1.0,
        ),
        state={name: tensor.numpy() for name, tensor in network.weights().items()},
    )


@pytest.fixture(scope="session")
def checkpoint_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "random.safetensors"
    save_checkpoint(path, random_checkpoint())
    return path


@pytest.fixture(scope="session")
def checkpoint(checkpoint_file: Path) -> Checkpoint:
    return load_checkpoint(checkpoint_file)


@pytest.fixture(scope="session")
def images() -> np.ndarray:
    """Four images (4, SIZE, SIZE, 3) with structure at several scales."""
    generator = np.random.default_rng(7)
    coarse = generator.integers(0, 256, (4, 8, 8, 3)).repeat(12, axis=1).repeat(12, axis=2)
    return np.clip(coarse + generator.normal(0, 20, coarse.shape), 0, 255).astype(np.uint8)
