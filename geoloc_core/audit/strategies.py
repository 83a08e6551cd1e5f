"""What a network looks at, in groups: images whose evidence maps are alike.

Spectral clustering of the maps, as SpRAy does it (Lapuschkin et al., "Unmasking Clever Hans
predictors", 2019): a group whose evidence lies on a mark shows a strategy that no single map tells
from chance. The number of groups is where the Laplacian's eigenvalues leave the largest gap. A
picture, not evidence: it takes no part in the verdict.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc_core.models.class_activation import evidence_maps

LEAST = 30  # images, below which groups mean nothing
MOST = 6
_NEIGHBOURS = 10

Floats = NDArray[np.float64]


def strategies(cam: NDArray[np.float32], right: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """The groups of m images, largest first, of plain JSON types.

    cam (m, h, w): signed class activation maps of the likeliest cell, (m, 0, 0) where there are
    none; right (m,): whether that is the true one. Of each group: images, their accuracy, map
    (h, w), the mean share of the evidence that lies in each place, and example, the row of the
    image whose map is nearest to that. Empty where there are no maps or too few images with any
    evidence.
    """
    if not cam.size:
        return []
    maps = evidence_maps(cam).reshape(len(cam), -1).astype(np.float64)
    rows = np.flatnonzero(maps.sum(axis=1) > 0)
    if len(rows) < LEAST:
        return []
    shares = maps[rows] / maps[rows].sum(axis=1, keepdims=True)
    groups = _groups(shares)
    found = []
    for group in np.argsort(-np.bincount(groups), kind="stable"):
        inside = groups == group
        mean = shares[inside].mean(axis=0)
        nearest = np.abs(shares[inside] - mean).sum(axis=1).argmin()
        found.append(
            {
                "images": int(inside.sum()),
                "accuracy": float(right[rows][inside].mean()),
                "map": np.round(mean.reshape(cam.shape[1:]), 4).tolist(),
                "example": int(rows[inside][nearest]),
            }
        )
    return found


def _groups(shares: Floats) -> NDArray[np.int64]:
    """The group (m,) of each map, from 0."""
    from sklearn.cluster import KMeans
    from sklearn.neighbors import kneighbors_graph

    near = kneighbors_graph(np.sqrt(shares), min(_NEIGHBOURS, len(shares) - 1)).toarray()
    alike = np.maximum(near, near.T)
    scale = 1 / np.sqrt(alike.sum(axis=1))
    values, vectors = np.linalg.eigh(np.eye(len(alike)) - scale[:, None] * alike * scale)
    gaps = np.diff(values[: MOST + 1])
    count = 2 + int(gaps[1:].argmax())
    points = vectors[:, :count]
    points = points / (np.linalg.norm(points, axis=1, keepdims=True) + 1e-12)
    labels = KMeans(count, n_init=10, random_state=0).fit(points).labels_
    return np.asarray(labels, np.int64)
