"""From the features of a photo to a score for each cell: things seen times what they mean.

The classes that a frozen ImageNet network sees, as probabilities p, are held against a table: how
much more often than photographs as a whole each class is seen in a cell. The log of its mean under
p is added to the log of the prior; so is a linear score that was learned from rendered scenes. All
of it is differentiable in the pooled features, so that Grad-CAM at the last feature maps needs one
matrix a photo and no backward pass through the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class SceneHead:
    """What stands above the pooled features (f,), over 1000 classes and n cells.

    class_weight (1000, f), class_bias (1000,): ImageNet's own classifier, whose logits are divided
    by `sharpness`; ratio (1000, n): see `knowledge.Knowledge`; power: of the table's ratio;
    log_prior (n,): of where photographs are taken; look_weight (n, f), look_bias (n,): the linear
    score, whose share is `look`.
    """

    class_weight: Floats
    class_bias: Floats
    sharpness: float
    ratio: Floats
    power: float
    log_prior: Floats
    look_weight: Floats
    look_bias: Floats
    look: float


class Scored(NamedTuple):
    """Logits (b, n) and their gradients by the pooled features (b, n, f)."""

    logits: NDArray[np.float32]
    gradients: NDArray[np.float32]


class Seen(NamedTuple):
    """A class that a photo shows.

    number: ImageNet's; probability; effect (n,): by how much knowing it raised or lowered the log
    of each cell's odds.
    """

    number: int
    probability: float
    effect: NDArray[np.float64]


def score(head: SceneHead, pooled: NDArray[np.float32]) -> Scored:
    """Score pooled features (b, f)."""
    seen = class_probabilities(head, pooled)
    raised = seen @ head.ratio
    logits = score_cells(head, seen, pooled)
    # d log(sum p_i r_ic) / d logit_i = p_i (r_ic / sum - 1), since p is a softmax
    pull = seen[:, None, :] * (head.ratio.T[None] / raised[:, :, None] - 1)
    gradients = head.power / head.sharpness * (pull @ head.class_weight)
    gradients = gradients + head.look * head.look_weight
    return Scored(logits.astype(np.float32), gradients.astype(np.float32))


def score_cells(
    head: SceneHead, seen: NDArray[np.float64], pooled: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Logits (b, n) from the probabilities (b, 1000) of classes and pooled features (b, f)."""
    known = head.log_prior + head.power * np.log(seen @ head.ratio)
    return np.asarray(known + head.look * (pooled @ head.look_weight.T + head.look_bias))


def class_probabilities(head: SceneHead, pooled: NDArray[np.float32]) -> NDArray[np.float64]:
    """The probabilities (b, 1000) of ImageNet's classes."""
    logits = pooled.astype(np.float64) @ head.class_weight.T + head.class_bias
    return np.asarray(softmax(logits / head.sharpness, axis=1))


def class_activation(
    gradients: NDArray[np.float32], maps: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Signed class activation maps (b, n, h, w) from gradients (b, n, f) and maps (b, f, h, w).

    The gradient by each position is that by the mean over the number of positions, as it is where
    one linear layer follows the pooling (see `models.class_activation`).
    """
    batch, features, height, width = maps.shape
    flat = gradients @ maps.reshape(batch, features, height * width)
    return flat.reshape(batch, -1, height, width)


def things_seen(head: SceneHead, pooled: NDArray[np.float32], most: int = 20) -> tuple[Seen, ...]:
    """The classes that moved the cells most, over one place's photos (views, f).

    Probabilities and effects are means over the photos. A class's effect on a cell is what its odds
    would lose if the class said nothing about the place.
    """
    seen = class_probabilities(head, pooled)
    raised = (seen @ head.ratio)[:, None, :]
    said = seen[:, :, None] * (head.ratio - 1)
    effect = (head.power * (np.log(raised) - np.log(raised - said))).mean(axis=0)
    order = np.argsort(-np.abs(effect).max(axis=1), kind="stable")[:most]
    return tuple(Seen(int(i), float(seen[:, i].mean()), effect[i]) for i in order)
