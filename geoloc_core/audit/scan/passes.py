"""The forward passes of a scan: what the network says of each pair under each probe."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from geoloc_core.audit.scan.probes import Probe
from geoloc_core.audit.scan.properties import Shown
from geoloc_core.files import write_whole
from geoloc_core.images.credit_line import Pixels

Predict = Callable[[NDArray[np.uint8]], NDArray[np.floating]]
"""From images (b, h, w, 3) uint8 to probabilities (b, n)."""

Show = Callable[[str, str, bool], Shown]
"""An image by its file; "" or the donor's uploader; and whether it is the control to theirs."""

Floats = NDArray[np.float64]

Pair = tuple[str, str, str, str, int]

PART_SIZE = 50  # pairs a part file
FLOOR = -12.0  # nats below which a probability says no more


@dataclass(frozen=True, eq=False)
class Answers:
    """What the network said of m pairs under k probes.

    nats: the log-probability of the pair's target, travelled: whether that is the likeliest class
    (1 or 0); both (m, k, 2), of the donor's content first, of the control's second.
    """

    nats: Floats
    travelled: Floats

    def excess(self) -> Floats:
        """Donor less control: (2, m, k), travel first, then nats."""
        return np.stack([of[..., 0] - of[..., 1] for of in (self.travelled, self.nats)])

    def of(self, probe: int) -> Answers:
        """Those under one of the probes."""
        one = slice(probe, probe + 1)
        return Answers(self.nats[:, one], self.travelled[:, one])


class Meter:
    """Counts the images that the network was shown, and shows the number beside the budget."""

    def __init__(self, budget: int, title: str, *, progress: bool) -> None:
        """Begin at none."""
        self.passes, self.budget = 0, budget
        self._bar = tqdm(total=budget, desc=title, unit=" passes", disable=not progress)

    def add(self, passes: int) -> None:
        """Count so many more."""
        self.passes += passes
        self._bar.update(passes)

    @property
    def left(self) -> int:
        """How many the budget still allows."""
        return max(0, self.budget - self.passes)

    def close(self) -> None:
        """Leave the bar as it stands."""
        self._bar.close()


@dataclass(frozen=True, eq=False)
class Asked:
    """The network that is asked, and how.

    parts: a folder that keeps what was done, None for none; key: what there stands for the network
    and its settings; meter: counts the images that were shown, those of an earlier run too.
    """

    predict: Predict
    shown: Show
    parts: Path | None
    key: str
    meter: Meter


def show(asked: Asked, pairs: pd.DataFrame, probes: Sequence[Probe]) -> Answers:
    """Show the network every pair under every probe, with the donor's and the control's content.

    What is done is kept in parts whose names are fingerprints of all that they depend on, pixels
    too: an interrupted scan goes on.
    """
    done = [
        _part(asked, pairs.iloc[start : start + PART_SIZE], probes)
        for start in range(0, len(pairs), PART_SIZE)
    ]
    whole = np.concatenate(done) if done else np.zeros((0, len(probes), 2, 2))
    return Answers(whole[..., 0], whole[..., 1])


def _part(asked: Asked, pairs: pd.DataFrame, probes: Sequence[Probe]) -> Floats:
    """The answers (m, k, 2, 2) of some pairs, from their file if there is one."""
    if asked.parts is None:
        return np.stack([_answers(asked, pair, probes) for pair in _rows(pairs)])
    file = asked.parts / f"{_fingerprint(asked, pairs, probes)}.npz"
    saved = _read(file)
    if saved is not None:
        asked.meter.add(2 * len(probes) * len(pairs))
        return saved
    values = np.stack([_answers(asked, pair, probes) for pair in _rows(pairs)])
    write_whole(file, partial(_save, values))
    return values


def predicted(predict: Predict, files: Sequence[str], shown: Show, batch: int = 32) -> Floats:
    """The probabilities (m, n) of images as they are."""
    found = []
    for start in range(0, len(files), batch):
        images = [shown(file, "", False).pixels for file in files[start : start + batch]]
        found.append(_in_batches(predict, images))
    return np.concatenate(found)


def _rows(pairs: pd.DataFrame) -> Iterator[Pair]:
    columns = pairs[["file", "donor", "donor_uploader", "control", "target"]]
    for file, donor, whose, control, target in columns.itertuples(index=False):
        yield str(file), str(donor), str(whose), str(control), int(target)


def _answers(asked: Asked, pair: Pair, probes: Sequence[Probe]) -> Floats:
    """(k, 2, 2): by probe, by donor and control, nats and travel."""
    file, donor, whose, other, target = pair
    shown = asked.shown
    image = shown(file, "", False)
    sources = [shown(donor, whose, False), shown(other, whose, True)]
    images = [probe.apply(image, source) for probe in probes for source in sources]
    said = _in_batches(asked.predict, images)
    asked.meter.add(len(images))
    of = said.reshape(len(probes), len(sources), -1)
    travelled = of.argmax(axis=-1) == target
    return np.stack([log_probability(of[..., target]), travelled.astype(np.float64)], axis=-1)


def log_probability(probability: Floats) -> Floats:
    """In nats, not below `FLOOR`."""
    return np.asarray(np.log(np.maximum(probability, np.exp(FLOOR))), np.float64)


def _in_batches(predict: Predict, images: Sequence[Pixels]) -> Floats:
    """What the network says of images (m, n), those of one size together."""
    order = sorted(range(len(images)), key=lambda i: images[i].shape)
    said: list[Floats | None] = [None] * len(images)
    for _, group in groupby(order, key=lambda i: images[i].shape):
        which = list(group)
        answers = np.asarray(predict(np.stack([images[i] for i in which])), np.float64)
        for i, answer in zip(which, answers, strict=True):
            said[i] = answer
    return np.stack([one for one in said if one is not None])


def _read(file: Path) -> Floats | None:
    """The answers of a part; None if it is not there, or damaged and must be made again."""
    try:
        with np.load(file) as saved:
            return np.asarray(saved["values"], np.float64)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _save(values: Floats, path: Path) -> None:
    np.savez(path, values=values)


def _fingerprint(asked: Asked, pairs: pd.DataFrame, probes: Sequence[Probe]) -> str:
    """What some pairs' answers depend on, pixels and signatures among it."""
    names = [[probe.name, None if probe.part is None else repr(probe.part)] for probe in probes]
    digest = hashlib.sha256(json.dumps([names, asked.key]).encode())
    for file, donor, whose, other, target in _rows(pairs):
        digest.update(str(target).encode())
        shown = asked.shown
        images = shown(file, "", False), shown(donor, whose, False), shown(other, whose, True)
        for one in images:
            digest.update(repr(one.pixels.shape).encode())
            digest.update(np.ascontiguousarray(one.pixels).tobytes())
            digest.update(one.signature.gains.tobytes() + one.signature.field.tobytes())
            digest.update(repr(one.tables).encode())
    return digest.hexdigest()[:24]
