"""Which script a line is written in, if it is writing at all: a small network in OpenVINO.

tools/train_scripts.py made it, from words rendered in many fonts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from geoloc_core.assets import intact
from geoloc_core.models.openvino_graph import openvino_core
from geoloc_core.paths import ASSETS
from geoloc_core.signs.crops import Tone, windows
from geoloc_core.signs.scripts import CLASSES

NETWORK = ASSETS / "weights" / "scripts.xml"

Classifier = Callable[[Sequence[Tone]], NDArray[np.float64]]
"""From k lines, each (h, w) of one tone, to probabilities (k, classes), ordered as `CLASSES`."""


@cache
def script_classifier() -> Classifier:
    """The classifier that ships, compiled once for the process."""
    intact(NETWORK.with_suffix(".bin"))
    settings = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY"}
    compiled = openvino_core().compile_model(intact(NETWORK), "CPU", settings)

    def classify(lines: Sequence[Tone]) -> NDArray[np.float64]:
        cut = [windows(line) for line in lines]
        if not cut:
            return np.zeros((0, len(CLASSES)))
        request = compiled.create_infer_request()  # one each: threads may share the classifier
        stacked = np.concatenate(cut)[:, None]
        shown = np.array(request.infer({0: stacked})[0], np.float64)
        ends = np.cumsum([len(each) for each in cut])[:-1]
        return np.stack([each.mean(axis=0) for each in np.split(shown, ends)])

    return classify
