"""What the shipped networks predict for the sample gallery, worked out beforehand.

tools/predict_samples.py writes the file with the float32 engine; a page that shows a sample need
then load no network. It holds the sha256 of the weights and of the gallery that it was made of:
once these have changed, it is ignored.
"""

from __future__ import annotations

import hashlib
import json
import logging
import zipfile
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geoloc_core.assets import intact
from geoloc_core.catalogue import SHIPPED
from geoloc_core.files import file_sha256, write_whole
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.checkpoint import Checkpoint, checkpoint_path
from geoloc_core.models.model_grid import model_grid
from geoloc_core.models.predictor import Prediction, combined
from geoloc_core.paths import ASSETS

SAMPLES = ASSETS / "samples"
PRECOMPUTED = SAMPLES / "predictions.npz"
COMBINATIONS = tuple((model, mask) for model, shipped in SHIPPED.items() for mask in shipped.masks)

logger = logging.getLogger(__name__)


class Views(NamedTuple):
    """What one network makes of the gallery under one mask.

    logits (panoramas, 4, n), evidence (panoramas, 4, n, h, w) and novelty (panoramas, 4), as in
    `predictor.combined`.
    """

    logits: NDArray[np.float32]
    evidence: NDArray[np.float32]
    novelty: NDArray[np.float32]


def sample_prediction(
    panorama: str, model: str, mask: Mask, views: tuple[int, ...]
) -> Prediction | None:
    """The `Prediction` for some views of a sample, as the predictor would give it.

    `views` are positions in `Sample.files`. None where it was not worked out beforehand, or for
    other weights or another gallery than those that are here.
    """
    facts = _current_facts(model)
    if facts is None or (model, mask) not in COMBINATIONS or panorama not in facts["panoramas"]:
        return None
    number, picked = facts["panoramas"].index(panorama), list(views)
    held = _views(model, mask)
    network = facts["networks"][model]
    return combined(
        held.logits[number, picked],
        held.evidence[number, picked],
        held.novelty[number, picked],
        model=model,
        mask=mask,
        trained_mask=network["trained_mask"],
        grid=model_grid(model),
        temperature=network["temperature"],
        conformal=network["conformal"],
        novelty_threshold=network["novelty_threshold"],
    )


def write_sample_predictions(
    panoramas: list[str],
    checkpoints: dict[str, Checkpoint],
    scored: dict[tuple[str, Mask], Views],
    path: Path = PRECOMPUTED,
) -> None:
    """Write what `sample_prediction` reads, evidence in half precision."""
    networks = {
        model: {
            "weights": checkpoint.file_sha256,
            "grid": checkpoint.grid.fingerprint,
            "trained_mask": checkpoint.mask,
            "temperature": checkpoint.temperature,
            "conformal": list(checkpoint.conformal),
            "novelty_threshold": checkpoint.novelty.threshold,
        }
        for model, checkpoint in checkpoints.items()
    }
    facts = {"gallery": gallery_sha256(), "panoramas": panoramas, "networks": networks}
    arrays: dict[str, NDArray[Any]] = {"facts": np.array(json.dumps(facts))}
    for (model, mask), views in scored.items():
        arrays[f"{model} {mask} logits"] = views.logits
        arrays[f"{model} {mask} evidence"] = views.evidence.astype(np.float16)
        arrays[f"{model} {mask} novelty"] = views.novelty

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)

    write_whole(path, write)


def gallery_sha256(folder: Path = SAMPLES) -> str:
    """The sha256 of the gallery's manifest and images."""
    digest = hashlib.sha256((folder / "manifest.parquet").read_bytes())
    for image in sorted(folder.glob("*.jpg")):
        digest.update(image.name.encode())
        digest.update(image.read_bytes())
    return digest.hexdigest()


@cache
def _current_facts(model: str) -> dict[str, Any] | None:
    """What the file was made of, if that is what is here; else None, and a warning says why."""
    if model not in SHIPPED:
        return None
    try:
        with np.load(intact(PRECOMPUTED)) as file:
            facts: dict[str, Any] = json.loads(str(file["facts"]))
        network = facts["networks"][model]
        here = file_sha256(checkpoint_path(model)), gallery_sha256(), model_grid(model).fingerprint
        if (network["weights"], facts["gallery"], network["grid"]) == here:
            return facts
        reason = "the weights, the gallery or the grid are not those that it was made of"
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        reason = f"it cannot be read ({error})"
    logger.warning(
        "%s is ignored for %s: %s; tools/predict_samples.py makes it anew.",
        PRECOMPUTED.name,
        model,
        reason,
    )
    return None


@lru_cache
def _views(model: str, mask: Mask) -> Views:
    with np.load(intact(PRECOMPUTED)) as file:
        held = (file[f"{model} {mask} {name}"].astype(np.float32) for name in Views._fields)
        return Views(*held)
