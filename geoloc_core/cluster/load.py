"""What a worker on one core loads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2

from geoloc_core.cluster.spread import Spread, here
from geoloc_core.models.adapters.choice import Choice
from geoloc_core.models.openvino_graph import openvino_core
from geoloc_core.models.predictor import Predictor


def take_one_core() -> None:
    """Let OpenCV and OpenVINO compute in one thread: each core has a worker. Ray tells torch so."""
    cv2.setNumThreads(1)
    # pinned, the threads of all workers would share the machine's first core
    one = {"INFERENCE_NUM_THREADS": 1, "ENABLE_CPU_PINNING": False}
    openvino_core().set_property("CPU", one)


def predictor_on_one_core(model: str | Path | Choice) -> Predictor:
    """The predictor of a model that computes in one thread. Raises CheckpointError."""
    take_one_core()
    return Predictor(model)


def loader(predictor: Predictor, spread: Spread) -> Callable[[], Predictor]:
    """What `spread` loads to predict as `predictor` does, which serves itself here."""
    if spread is here:
        return lambda: predictor
    return partial(predictor_on_one_core, found_anywhere(predictor.choice))


def found_anywhere(choice: Choice) -> Choice:
    """The model as a worker finds it, which may have started in another folder."""
    path = Path(choice.name)
    name = str(path.absolute()) if path.exists() else choice.name
    return replace(choice, name=name, grid=choice.grid and choice.grid.absolute())
