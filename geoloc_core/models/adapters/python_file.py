"""Functions in Python that predict: FILE.py:NAME or MODULE:NAME. Whoever names one runs it.

A function takes images (b, h, w, 3) uint8, whole and of one size, and gives probabilities or logits
(b, n), as an array or as a tensor of torch.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc_core.models.adapters.card import Card, Told
from geoloc_core.models.adapters.network import Network, plain_scores, run_in_words
from geoloc_core.models.engines import Scores
from geoloc_core.models.tensors import CheckpointError
from geoloc_core.text import terminal_safe

Predict = Callable[[NDArray[np.uint8]], Any]

_NAMED = re.compile(r"(?P<where>.+\.py|[A-Za-z_][\w.]*):(?P<name>[A-Za-z_]\w*)")
_SIDE = 224  # of the images by whose answers a function is known


def names_function(model: str) -> re.Match[str] | None:
    """FILE.py:NAME or MODULE:NAME in its parts, None for any other name of a model."""
    return _NAMED.fullmatch(model)


def python_network(model: str, told: Told) -> Network:
    """The function that `model` names. Raises `CheckpointError`, in words."""
    found = names_function(model)
    if found is None:
        raise CheckpointError(f"{terminal_safe(model)} names no function: FILE.py:NAME does.")
    where, name = found["where"], found["name"]
    try:
        module = (
            _from_file(Path(where)) if where.endswith(".py") else importlib.import_module(where)
        )
    except CheckpointError:
        raise
    except Exception as error:  # whatever somebody's program may raise
        said = terminal_safe(str(error).split("\n")[0])[:200]
        raise CheckpointError(
            f"{terminal_safe(where)} cannot be imported: {type(error).__name__}: {said}"
        ) from error
    predict = getattr(module, name, None)
    if not callable(predict):
        raise CheckpointError(f"{terminal_safe(where)} holds no function {name}.")
    return function_network(predict, model, told)


def function_network(predict: Predict, name: str, told: Told) -> Network:
    """A function as a network. It takes images of any size where nothing tells one.

    Its digest is of what it answers to some images of noise: whatever it computes with may change.
    """
    card = Card(**{"size": None} | dict(told))

    def run(pixels: NDArray[np.uint8]) -> Scores:
        given = predict(pixels)
        if hasattr(given, "detach"):  # a tensor of torch
            given = given.detach().cpu().float().numpy()
        return plain_scores(given)

    unknown = Network(name, run, card, "")
    noise = np.random.default_rng(1)
    size = card.size or (_SIDE, _SIDE)
    coarse = noise.integers(0, 256, (4, 1 + size[0] // 16, 1 + size[1] // 16, 3), np.uint8)
    shown = coarse.repeat(16, axis=1).repeat(16, axis=2)[:, : size[0], : size[1]]
    answers = run_in_words(unknown, np.ascontiguousarray(shown)).logits
    of_answers = np.round(answers.astype(np.float64), 4) + 0.0  # no -0
    digest = hashlib.sha256(of_answers.tobytes() + str(sorted(told.items())).encode())
    return Network(name, run, card, digest.hexdigest())


def _from_file(path: Path) -> Any:
    if not path.is_file():
        raise CheckpointError(f"There is no file {path}.")
    name = f"_pata_model_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CheckpointError(f"{path} is no file of Python.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses look for it
    sys.path.insert(0, str(path.parent.resolve()))  # as `python FILE.py` does
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    return module
