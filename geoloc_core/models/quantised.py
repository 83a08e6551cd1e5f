"""A shipped network in int8: its file, and the calibration that holds for it.

Beside the weights NAME.safetensors lie NAME.int8.xml and .bin, an OpenVINO model that
tools/quantise.py made of them, and NAME.int8.json: which weights they were made of, and the
calibration, fitted anew on the validation fold.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geoloc_core.assets import intact
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.paths import ASSETS

SUFFIX = ".int8"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Quantised:
    """An int8 network: path of the OpenVINO model; checkpoint: the float one, calibrated for it."""

    path: Path
    checkpoint: Checkpoint


def quantised_form(checkpoint: Checkpoint, folder: Path = ASSETS / "weights") -> Quantised | None:
    """The int8 form of a checkpoint among those in `folder`; None where none was made of it."""
    for path in sorted(folder.glob(f"*{SUFFIX}.json")):
        try:
            record = json.loads(intact(path).read_text(encoding="utf-8"))
            if record["made_of"] == checkpoint.file_sha256:
                graph = intact(path.with_suffix(".xml"))
                intact(path.with_suffix(".bin"))
                return Quantised(graph, _calibrated(checkpoint, record))
        except (OSError, KeyError, TypeError, ValueError) as error:
            logger.warning("%s cannot be used: %s", path.name, error)
    return None


def _calibrated(checkpoint: Checkpoint, record: dict[str, Any]) -> Checkpoint:
    return replace(
        checkpoint,
        temperature=float(record["temperature"]),
        conformal=tuple(float(level) for level in record["conformal"]),
        novelty=replace(checkpoint.novelty, threshold=float(record["novelty_threshold"])),
    )
