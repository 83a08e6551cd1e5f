"""Quantise the shipped networks to int8: tools/quantise.py DATA

DATA is the data set that they were trained on. Writes assets/weights/NAME.int8.xml, .bin and .json.
Needs NNCF (requirements-quantise.txt), which the app does not; `make int8` sees to it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["NNCF_CI"] = "1"  # turns off NNCF's telemetry, which calls its maker

from geoloc_core.catalogue import SHIPPED
from geoloc_core.files import write_whole
from geoloc_core.images.credit_line import Pixels
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.calibration import conformal_levels, fit_temperature
from geoloc_core.models.checkpoint import (
    MOST_VIEWS,
    PROMISE,
    Checkpoint,
    checkpoint_path,
    load_checkpoint,
)
from geoloc_core.models.engines import int8_engine
from geoloc_core.models.ood import QUANTILE, novelty_score
from geoloc_core.models.openvino_graph import HEAD, import_openvino, scoring_model
from geoloc_core.models.quantised import SUFFIX, Quantised
from geoloc_core.training.batches import Fold, read_folds, read_pixels, sample

openvino = import_openvino()
import nncf  # noqa: E402  it imports OpenVINO, which is to come without its telemetry

RANGES = 300  # training images that the ranges of activations are measured on


def main(data: Path) -> None:
    """Quantise, calibrate and write each network."""
    for model in SHIPPED:
        checkpoint = load_checkpoint(checkpoint_path(model))
        folds, _ = read_folds(data, checkpoint.grid)
        path = checkpoint_path(model).with_suffix(f"{SUFFIX}.xml")
        save(quantised(checkpoint, sample(folds["train"], RANGES)), path)
        record = calibration(Quantised(path, checkpoint), folds["validation"])
        text = json.dumps({"made_of": checkpoint.file_sha256} | record, indent=2) + "\n"
        write_whole(path.with_suffix(".json"), partial(Path.write_text, data=text))
        print(model, text)


def quantised(checkpoint: Checkpoint, fold: Fold) -> Any:
    """The network as an OpenVINO model whose body multiplies in int8, its head in float.

    Weights keep 7 of 8 bits, since CPUs without VNNI add two products in 16 bits.
    """
    images = [image[None] for image in framed(checkpoint, fold)]
    return nncf.quantize(
        scoring_model(checkpoint),
        nncf.Dataset(images),
        subset_size=len(images),
        preset=nncf.QuantizationPreset.MIXED,
        target_device=nncf.TargetDevice.CPU,
        fast_bias_correction=True,
        ignored_scope=nncf.IgnoredScope(names=[HEAD]),
        advanced_parameters=nncf.AdvancedQuantizationParameters(
            overflow_fix=nncf.OverflowFix.ENABLE
        ),
    )


def save(model: Any, path: Path) -> None:
    """Write an OpenVINO model's two files, what stays in float in half precision."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / path.name
        openvino.save_model(model, made)
        for suffix in (".bin", ".xml"):
            content = made.with_suffix(suffix).read_bytes()
            write_whole(path.with_suffix(suffix), partial(Path.write_bytes, data=content))


def calibration(network: Quantised, fold: Fold) -> dict[str, Any]:
    """What the checkpoint's own calibration was fitted to, fitted to int8 on the same images."""
    checkpoint = network.checkpoint
    scores = int8_engine(network)(framed(checkpoint, fold))
    logits, cells = torch.from_numpy(scores.logits), torch.from_numpy(fold.cells)
    temperature = fit_temperature(logits, cells)
    levels = conformal_levels(
        logits,
        cells,
        fold.panoramas,
        temperature=temperature,
        promise=PROMISE,
        most_views=MOST_VIEWS,
    )
    novelty = novelty_score(checkpoint.novelty, scores.pooled)
    return {
        "temperature": temperature,
        "conformal": levels,
        "novelty_threshold": float(np.quantile(novelty, QUANTILE)),
        "ranges_from": f"{RANGES} training images",
        "calibrated_on": f"{len(fold)} validation images",
        "made_by": f"NNCF {nncf.__version__}, OpenVINO {openvino.__version__}",
    }


def framed(checkpoint: Checkpoint, fold: Fold) -> Pixels:
    """The fold's images as the network takes them, (m, size, size, 3)."""
    return np.stack(
        [preprocess(read_pixels(path), checkpoint.mask, checkpoint.size) for path in fold.paths]
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Give the data set's folder.")
    main(Path(sys.argv[1]))
