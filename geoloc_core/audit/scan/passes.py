"""The forward passes of a scan: what the network says of each pair under each probe."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

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

    def of(self, pairs: NDArray[np.int64]) -> Answers:
        """Those of some of the pairs."""
        return Answers(self.nats[pairs], self.travelled[pairs])


def show(
    predict: Predict,
    pairs: pd.DataFrame,
    probes: Sequence[Probe],
    shown: Show,
    *,
    control: bool = True,
    parts: Path | None = None,
    key: str = "",
    bar: tqdm[None] | None = None,
) -> Answers:
    """Show the network every pair under every probe, with the donor's and the control's content.

    without `control` the control's answers are
    NaN. parts: a folder that keeps what was done, under a name that all it depends on goes into,
    `key` (of the network) among it: an interrupted scan goes on.
    """
    done = []
    for start in range(0, len(pairs), PART_SIZE):
        some = pairs.iloc[start : start + PART_SIZE]
        file = parts / f"{_fingerprint(some, probes, shown, key, control)}.npz" if parts else None
        if file is None or not file.is_file():
            values = np.stack(
                [_answers(predict, pair, probes, shown, control, bar) for pair in _rows(some)]
            )
            if file is not None:
                write_whole(file, partial(_save, values))
        if file is not None:
            with np.load(file) as saved:
                values = saved["values"]
        done.append(values)
    whole = np.concatenate(done) if done else np.zeros((0, len(probes), 2, 2))
    return Answers(whole[..., 0], whole[..., 1])


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


def _answers(
    predict: Predict,
    pair: Pair,
    probes: Sequence[Probe],
    shown: Show,
    control: bool,
    bar: tqdm[None] | None,
) -> Floats:
    """(k, 2, 2): by probe, by donor and control, nats and travel."""
    file, donor, whose, other, target = pair
    image = shown(file, "", False)
    sources = [shown(donor, whose, False), *([shown(other, whose, True)] if control else [])]
    images = [probe.apply(image, source) for probe in probes for source in sources]
    said = _in_batches(predict, images)
    found = np.full((len(probes), 2, 2), np.nan)
    of = said.reshape(len(probes), len(sources), -1)
    found[:, : len(sources), 0] = log_probability(of[..., target])
    found[:, : len(sources), 1] = of.argmax(axis=-1) == target
    if bar is not None:
        bar.update(len(images))
    return found


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


def _save(values: Floats, path: Path) -> None:
    np.savez(path, values=values)


def _fingerprint(
    pairs: pd.DataFrame,
    probes: Sequence[Probe],
    shown: Show,
    key: str,
    control: bool,
) -> str:
    """What some pairs' answers depend on, pixels and signatures among it."""
    names = [[probe.name, None if probe.part is None else repr(probe.part)] for probe in probes]
    digest = hashlib.sha256(json.dumps([names, key, control]).encode())
    for file, donor, whose, other, target in _rows(pairs):
        digest.update(str(target).encode())
        images = shown(file, "", False), shown(donor, whose, False), shown(other, whose, True)
        for one in images:
            digest.update(repr(one.pixels.shape).encode())
            digest.update(np.ascontiguousarray(one.pixels).tobytes())
            digest.update(one.signature.gains.tobytes() + one.signature.field.tobytes())
            digest.update(repr(one.tables).encode())
    return digest.hexdigest()[:24]
