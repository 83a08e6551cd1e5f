"""The grid of a model, read from the head of its file: weights are large, and a map needs none."""

from __future__ import annotations

import json
from functools import cache

from safetensors import SafetensorError, safe_open

from geoloc_core.geography.grid import Grid, article_grid, grid_from_geojson
from geoloc_core.geography.place_names import NAMED_GRID
from geoloc_core.models.checkpoint import checkpoint_path


def model_grid(model: str) -> Grid:
    """The grid whose cells a model tells apart; `model` as for `Predictor`.

    The article's where no such model is here or its file cannot be read: it predicts nothing then.
    """
    try:
        return _grid_in_file(model)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError):
        return article_grid()


@cache
def _grid_in_file(model: str) -> Grid:
    with safe_open(checkpoint_path(model), framework="np") as file:
        head = file.metadata() or {}
    if json.loads(head["grid_fingerprint"]) == NAMED_GRID:
        return article_grid()  # what is derived of it is there already
    return grid_from_geojson(json.loads(head["grid"]))
