"""Learn the look of places from rendered scenes: tools/train_scene_look.py DATA (`make scene-look`).

A linear layer over the features of the frozen EfficientNet-Lite2, fitted to the training images of
a rendered data set by soft labels: exp(-distance / 150 km) to each cell's centroid, so that a near
miss costs less. Rendered scenes and photographs lie apart in feature space. Each is therefore
centred by its own mean before the layer: the renders' is measured, that of photographs follows from
the network's last batch normalisation, which holds mean and deviation of every channel over
ImageNet. So no photograph is needed. Writes assets/scene/look.safetensors with both folded in.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from scipy.stats import norm
from sklearn.decomposition import PCA
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.catalogue import SCENE
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.checkpoint import checkpoint_path, load_checkpoint
from geoloc_core.models.scene.engine import scene_engine
from geoloc_core.models.tensors import write_tensors
from geoloc_core.training.batches import Fold, read_folds, read_pixels
from tools.build_scene import LOOK, read_network

REACH_KM = 150.0
DIRECTIONS = 600
DECAY = 3e-3
_BATCH = 4

Floats = NDArray[np.float64]


def main(data: Path) -> None:
    """Fit the layer, say how well it places held-out renders, write it."""
    checkpoint = load_checkpoint(checkpoint_path(SCENE))
    grid = checkpoint.grid
    folds, fingerprint = read_folds(data, grid, None)
    train, test = (features(folds[name]) for name in ("train", "test"))
    weight, bias = fit_look(train, soft_labels(folds["train"], grid))
    right = (test @ weight.T + bias).argmax(axis=1) == folds["test"].cells
    print(f"{len(train)} renders; top-1 on {len(test)} held-out ones: {right.mean():.1%}")
    # as photographs are centred: by ImageNet's mean, and by the renders' own deviation
    moved = weight * train.std(axis=0) / train.std(axis=0).mean()
    moved_bias = bias + weight @ train.mean(axis=0) - moved @ imagenet_mean()
    write_tensors(
        LOOK,
        {"weight": moved.astype(np.float16), "bias": moved_bias.astype(np.float32)},
        {"renders": len(train), "data_fingerprint": fingerprint, "held_out": float(right.mean())},
    )


def features(fold: Fold) -> Floats:
    """The pooled features (m, f) of a fold's images, their credit line cropped."""
    checkpoint = load_checkpoint(checkpoint_path(SCENE))
    engine = scene_engine(checkpoint)
    found = []
    for start in tqdm(range(0, len(fold), _BATCH), unit=" batches"):
        paths = fold.paths[start : start + _BATCH]
        framed = [preprocess(read_pixels(path), "crop", checkpoint.size) for path in paths]
        found.append(engine(np.stack(framed)).pooled)
    return np.concatenate(found).astype(np.float64)


def soft_labels(fold: Fold, grid: Grid) -> Floats:
    """The labels (m, n) of a fold's images, rows sum to 1."""
    points = np.asarray(fold.points, float)
    away = haversine_km(points[:, None], np.asarray(grid.centroids)[None])
    return np.asarray(softmax(-away / REACH_KM, axis=1))


def fit_look(train: Floats, labels: Floats) -> tuple[Floats, Floats]:
    """Weight (n, f) and bias (n,) over features that are standardised and of fewer directions."""
    mean, deviation = train.mean(axis=0), train.std(axis=0) + 1e-6
    fewer = PCA(DIRECTIONS, svd_solver="full").fit((train - mean) / deviation)
    scale = fewer.transform((train - mean) / deviation).std(axis=0).mean()
    seen = fewer.transform((train - mean) / deviation) / scale
    count, cells = labels.shape

    def loss(flat: Floats) -> tuple[float, Floats]:
        weight, bias = flat[:-cells].reshape(DIRECTIONS, cells), flat[-cells:]
        logits = seen @ weight + bias
        wrong = (np.exp(log_softmax(logits, axis=1)) - labels) / count
        value = -(labels * log_softmax(logits, axis=1)).sum() / count + DECAY * (weight**2).sum()
        slope = seen.T @ wrong + 2 * DECAY * weight
        return float(value), np.concatenate([slope.ravel(), wrong.sum(axis=0)])

    flat = minimize(
        loss, np.zeros((DIRECTIONS + 1) * cells), jac=True, method="L-BFGS-B",
        options={"maxiter": 100},
    ).x
    inner = fewer.components_.T @ flat[:-cells].reshape(DIRECTIONS, cells) / scale
    weight = (inner / deviation[:, None]).T
    bias = flat[-cells:] - weight @ mean - (fewer.mean_ @ inner)
    return weight, bias


def imagenet_mean() -> Floats:
    """The mean (f,) of the pooled features over ImageNet, from the last batch normalisation.

    Before its ReLU6 a channel has the mean and deviation that the normalisation gives it; taken as
    normal, the mean behind the ReLU6 is an integral, and pooling keeps it.
    """
    last = read_network()._bn1
    mean, deviation = (each.detach().double().numpy()[:, None] for each in (last.bias, last.weight))
    at = np.linspace(-6, 6, 601)
    density = norm.pdf(at) / norm.pdf(at).sum()
    return np.asarray(np.clip(mean + np.abs(deviation) * at, 0, 6) @ density)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Give the folder of a rendered data set.")
    main(Path(sys.argv[1]))
