"""Build assets/weights/geoclip.safetensors: points of India with GeoCLIP's embeddings of them.

    pip download --no-deps geoclip==1.3.0
    python tools/build_geoclip.py geoclip-1.3.0-py3-none-any.whl

The wheel is read for its weights (MIT licence) and none of its code runs. Its location encoder
(Vivanco Cepeda et al., "GeoCLIP", NeurIPS 2023) is worked out here: an equal-earth projection
(Šavrič, Patterson and Jenny, 2018), random Fourier features at three scales (Tancik et al., 2020),
for each scale four linear layers, and the sum of the three.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from geoloc_core.catalogue import GEOCLIP  # noqa: E402
from geoloc_core.geography.grid import Grid, article_grid  # noqa: E402
from geoloc_core.models.checkpoint import (  # noqa: E402
    Checkpoint,
    checkpoint_path,
    save_checkpoint,
)
from geoloc_core.models.geoclip import CLIP_MEAN, CLIP_SIZE, CLIP_STD  # noqa: E402
from geoloc_core.models.geoclip_table import WIDTH  # noqa: E402
from geoloc_core.models.ood import Novelty  # noqa: E402

SPACING_KM = 17.0  # between points
LEAST_POINTS = 8  # in a cell: a sliver's lattice is finer
_EQUAL_AREA = "EPSG:6933"
_EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)
_SCALE = 66.50336 / 180  # what the projection is multiplied by, as in training
_ENCODERS = ("LocEnc0", "LocEnc1", "LocEnc2")

Floats = NDArray[np.float64]
Weights = Mapping[str, Floats]


def main(wheel: Path) -> None:
    """Write the table."""
    grid = article_grid()
    points, cells, shares = lattice(grid, SPACING_KM)
    embeddings = embed_places(read_weights(wheel, "location_encoder"), points)
    mlp = read_weights(wheel, "image_encoder_mlp")
    state = {
        "latitude": points[:, 0],
        "longitude": points[:, 1],
        "share": shares,
        "embedding": embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True),
        "logit_scale": read_weights(wheel, "logit_scale")[""].reshape(1),
        **{f"mlp.{name}": tensor for name, tensor in mlp.items()},
    }
    checkpoint = Checkpoint(
        architecture=GEOCLIP,
        grid=grid,
        mask="none",
        mean=CLIP_MEAN,
        std=CLIP_STD,
        size=CLIP_SIZE,
        temperature=1.0,
        conformal=(),  # nothing was measured
        data_fingerprint="",
        scores={},
        recipe={"made_by": "tools/build_geoclip.py", "of": wheel.name, "spacing_km": SPACING_KM},
        novelty=Novelty(  # which no embedding of length 1 exceeds: nothing was measured
            np.zeros(WIDTH, np.float32),
            np.zeros((0, WIDTH), np.float32),
            np.zeros(0, np.float32),
            noise_variance=1.0,
            threshold=1.0,
        ),
        state={name: tensor.astype(np.float32) for name, tensor in state.items()}
        | {"cell": cells.astype(np.int16)},
    )
    path = checkpoint_path(GEOCLIP)
    save_checkpoint(path, checkpoint)
    print(f"{len(points)} points, {np.bincount(cells).min()} to {np.bincount(cells).max()} a cell")


def lattice(grid: Grid, spacing_km: float) -> tuple[Floats, NDArray[np.int64], Floats]:
    """Points (m, 2) of an equal-area lattice on a grid's land, by cell in rising order.

    With them their cells (m,) and shares (m,) of the land's area: a cell's own, shared evenly.
    """
    flat = grid.cells.segmentize(0.05).to_crs(_EQUAL_AREA)
    found = [_inside(cell, spacing_km * 1000) for cell in flat]
    counts = np.array([len(each) for each in found])
    x, y = np.concatenate(found).T
    back = pyproj.Transformer.from_crs(_EQUAL_AREA, "EPSG:4326")
    area = flat.area.to_numpy()
    shares = np.repeat(area / area.sum() / counts, counts)
    return np.column_stack(back.transform(x, y)), np.repeat(np.arange(len(grid)), counts), shares


def _inside(cell: Any, spacing: float) -> Floats:
    """The points of a lattice in the plane that lie in a cell, at least `LEAST_POINTS`."""
    west, south, east, north = cell.bounds
    # nodes are multiples of the spacing: neighbouring cells continue one lattice
    x = spacing * np.arange(np.floor(west / spacing), np.ceil(east / spacing) + 1)
    y = spacing * np.arange(np.floor(south / spacing), np.ceil(north / spacing) + 1)
    nodes = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    inside: Floats = nodes[shapely.contains_xy(cell, *nodes.T)]
    return inside if len(inside) >= LEAST_POINTS else _inside(cell, spacing / 2)


def embed_places(weights: Weights, points: Floats) -> Floats:
    """GeoCLIP's embeddings (m, 512), not yet of length 1, of points (m, 2) in degrees."""
    projected = equal_earth(points)
    total: Floats = np.sum([_encode(weights, name, projected) for name in _ENCODERS], axis=0)
    return total


def _encode(weights: Weights, name: str, projected: Floats) -> Floats:
    """One scale's part of the embeddings: its Fourier features through its four layers."""
    angles = 2 * np.pi * projected @ weights[f"{name}.capsule.0.b"].T
    hidden = np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
    for layer in (1, 3, 5):
        hidden = np.maximum(_linear(weights, f"{name}.capsule.{layer}", hidden), 0)
    return _linear(weights, f"{name}.head.0", hidden)


def _linear(weights: Weights, layer: str, inputs: Floats) -> Floats:
    outputs: Floats = inputs @ weights[f"{layer}.weight"].T + weights[f"{layer}.bias"]
    return outputs


def equal_earth(points: Floats) -> Floats:
    """Points (m, 2) in degrees projected to (x, y) as the location encoder takes them in."""
    latitude, longitude = np.radians(points).T
    a1, a2, a3, a4 = _EQUAL_EARTH
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(latitude))
    slope = 9 * a4 * theta**8 + 7 * a3 * theta**6 + 3 * a2 * theta**2 + a1
    x = 2 * np.sqrt(3) * longitude * np.cos(theta) / (3 * slope)
    y = a4 * theta**9 + a3 * theta**7 + a2 * theta**3 + a1 * theta
    return _SCALE * np.column_stack([x, y])


def read_weights(wheel: Path, name: str) -> dict[str, Floats]:
    """One of the wheel's weight files; a single tensor is named ""."""
    import torch

    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(f"geoclip/model/weights/{name}_weights.pth")
    loaded = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    tensors = loaded if isinstance(loaded, Mapping) else {"": loaded}
    return {key: tensor.double().numpy() for key, tensor in tensors.items()}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
