"""GeoCLIP's side of places as a table: points of India and their embeddings.

GeoCLIP (Vivanco Cepeda et al., "GeoCLIP", NeurIPS 2023) holds an image's embedding against those of
places. The places are always the same here, so that their embeddings are worked out once
(tools/build_geoclip.py) and the network that makes them is not needed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geoloc_core.catalogue import GEOCLIP
from geoloc_core.models.tensors import Array, CheckpointError, Tensor

WIDTH = 512  # of an embedding
CLIP_WIDTH = 768  # of what CLIP gives, before GeoCLIP's own two layers


def table_shapes(points: int) -> dict[str, tuple[int, ...]]:
    """The tensors of a table of m points, by name.

    latitude, longitude (m,) in degrees; cell (m,), in rising order; share (m,): of India's area,
    which is 1; embedding (m, 512), of length 1; logit_scale (1,): the logarithm of what a cosine is
    multiplied by; mlp.0, mlp.2: the two layers from CLIP's embedding to GeoCLIP's.
    """
    return {
        **dict.fromkeys(("latitude", "longitude", "cell", "share"), (points,)),
        "embedding": (points, WIDTH),
        "logit_scale": (1,),
        "mlp.0.weight": (CLIP_WIDTH, CLIP_WIDTH),
        "mlp.0.bias": (CLIP_WIDTH,),
        "mlp.2.weight": (WIDTH, CLIP_WIDTH),
        "mlp.2.bias": (WIDTH,),
    }


def table_layout(found: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """The tensors of a table with as many points as it says it has."""
    return table_shapes(found["latitude"].shape[0] if "latitude" in found else 0)


def check_table(state: Mapping[str, Array], cells: int, file: str) -> None:
    """Raise `CheckpointError` unless a table of the right shapes has points in each cell."""
    cell, share = state["cell"], state["share"]
    if not np.array_equal(np.unique(cell), np.arange(cells)) or (np.diff(cell) < 0).any():
        raise CheckpointError(
            f"{file} holds no {GEOCLIP}: its points are not those of {cells} cells in order."
        )
    if not (share > 0).all():
        raise CheckpointError(
            f"{file} holds no {GEOCLIP}: a point's share of India is not above 0."
        )
