"""Measure what cures a network that reads names: tools/measure_cures.py DATA CURES

CURES holds random-name.safetensors and crop.safetensors: `unmasked`, trained on with names at
random, and with names cropped, at the same small budget (`make cures`). Each is scored on the test
fold of DATA with the name visible and cropped; the first, which still sees the name, is audited,
too. Writes assets/evaluation/cures.json. An interrupted audit goes on.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.audit.audit import audit
from geoloc_core.evaluation.evaluate import evaluate, write_evaluation
from geoloc_core.evaluation.predictions import COMMITTED
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.checkpoint import load_checkpoint

CURES = ("random-name", "crop")
SHOWN: tuple[Mask, ...] = ("none", "crop")


def main(data: Path, cures: Path) -> None:
    """Measure and write."""
    measured: dict[str, Any] = {cure: of_cure(data, cures, cure) for cure in CURES}
    report = audit(data, str(cures / "random-name.safetensors"), cures / "audit")
    measured["random-name"] |= {"findings": report["findings"]}
    write_evaluation(COMMITTED / "cures.json", measured)


def of_cure(data: Path, cures: Path, cure: str) -> dict[str, Any]:
    """What a cured network saw, and its scores by how the name is shown."""
    model = cures / f"{cure}.safetensors"
    stages = load_checkpoint(model).recipe["stages"]
    scores = {mask: evaluate(data, str(model), mask=mask)["scores"] for mask in SHOWN}
    return {
        "images": sum(stage["images"] for stage in stages),
        "size": stages[-1]["size"],
        "top_1": {mask: scores[mask]["top_1"] for mask in SHOWN},
        "top_5": {mask: scores[mask]["top_5"] for mask in SHOWN},
    }


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Give the data set's folder and that of the cured networks.")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
