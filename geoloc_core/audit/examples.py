"""The few images that a report shows, and what the network said of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.passes import Passes, shown
from geoloc_core.audit.strategies import strategies
from geoloc_core.audit.suspect import Suspect
from geoloc_core.audit.variants import VARIANTS
from geoloc_core.images.credit_line import Pixels

EXAMPLES = 3
SHOWN = ("as is", "hidden", "swapped", "unknown", "row only", "blackened")


def example_rows(count: int) -> list[int]:
    """Which of a sample's images the report shows: spread evenly, whatever was predicted."""
    return [int(row) for row in np.linspace(0, count, 2 * EXAMPLES + 1)[1::2]]


def example(passes: Passes, row: int) -> dict[str, Any]:
    """An image of the sample and what the network said of its variants."""
    subject = passes.frame.iloc[row]
    probabilities = {name: np.exp(passes.log_probabilities(name)[row]) for name in SHOWN}
    return {
        "file": str(subject["file"]),
        "uploader": str(subject["uploader"]),
        "cell": int(subject["cell"]),
        "swapped": str(subject["swapped"]),
        "target": int(subject["target"]),
        "predicted": {
            name: {"cell": int(of.argmax()), "probability": float(of.max())}
            for name, of in probabilities.items()
        },
    }


def strip(subject: pd.DataFrame, images: ImageStore, suspect: Suspect) -> dict[str, Pixels]:
    """The pixels of an image's variants, as they are before the network's own mask."""
    made = shown(next(subject.itertuples(index=False)), images, suspect)
    by_variant = dict(zip(VARIANTS, made, strict=True))
    return {name: by_variant[name] for name in SHOWN}


def groups_of_evidence(passes: Passes) -> list[dict[str, Any]]:
    """The groups of images whose evidence maps are alike, each with the file of its example."""
    right = passes.predicted("as is") == passes.frame["cell"].to_numpy()
    found = []
    for group in strategies(passes.arrays.cam_predicted, right):
        row = group.pop("example")
        found.append(group | {"file": str(passes.frame["file"].iloc[row])})
    return found
