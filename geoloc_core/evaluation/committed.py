"""The committed scores of the shipped networks, as `make scores` wrote them."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc_core.assets import intact
from geoloc_core.evaluation import predictions
from geoloc_core.evaluation.predictions import PredictionsError
from geoloc_core.models.model_grid import model_grid

Curve = NDArray[np.float64]

logger = logging.getLogger(__name__)


def committed_scores(name: str, folder: Path | None = None) -> dict[str, Any] | None:
    """What `evaluate.evaluation` measured for this name, None where nothing is committed.

    `folder`: `assets/evaluation` if left out. None, too, and a warning, where it was measured over
    another grid than that of the model that is here. Raises `PredictionsError` if the file cannot
    be read.
    """
    path = intact((folder or predictions.COMMITTED) / f"{name}.json")
    if not path.is_file():
        return None
    try:
        scores: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PredictionsError(f"{path} does not hold scores that can be read.") from error
    if not is_over_models_grid(scores):
        logger.warning("%s is ignored: its model has another grid; `make scores`.", path.name)
        return None
    return scores


def is_over_models_grid(result: Mapping[str, Any]) -> bool:
    """Whether a result, if it says over which grid, was measured over that of its model."""
    grid = result.get("grid_fingerprint")
    return grid is None or grid == model_grid(str(result.get("model"))).fingerprint


def error_curves(
    results: Mapping[str, dict[str, Any]],
) -> tuple[dict[str, Curve], dict[str, Curve]]:
    """Cumulative errors (k, 2), rows of km and the share of photos no farther off.

    By the weighted mean. The first are those of the `results` by name, the second those of the
    baselines beside them, which are the same for every network's results.
    """
    networks = {name: _curve(result) for name, result in results.items()}
    known = next(iter(results.values()))["baselines"] if results else {}
    return networks, {name: _curve(result) for name, result in known.items()}


def withholding_curves(results: Mapping[str, dict[str, Any]]) -> dict[str, Curve]:
    """How often each of the `results` is right (k, 2) when it answers the surest photos alone.

    Rows of the share of photos answered and the share of right answers among them.
    """
    return {
        name: np.array(result["curves"]["accuracy_coverage"]) for name, result in results.items()
    }


def _curve(result: dict[str, Any]) -> Curve:
    return np.array(result["curves"]["km_cumulative"]["weighted_mean"])
