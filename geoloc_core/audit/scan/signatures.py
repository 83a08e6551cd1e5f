"""The signature of each uploader: white balance and light fall-off, from many of their images.

A single image's colours and light are its scene's. Over many images the scenes differ and the
camera does not: the mean of the logarithms, less what others' images of the same cells show, is the
uploader's own. How far such a mean can be trusted is estimated from the data, value by value: it
is shrunk by the share of the spread between uploaders that is no chance of the few images of each
(empirical Bayes; Efron and Morris, 1975). So where uploaders do not differ, signatures are 0 and
the probes change next to nothing.

What an uploader keeps photographing, the country around their home, comes along. The control takes
that away: a signature made in the same way of as many images from the same places by others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from geoloc_core.audit.scan.pairs import nearest_others
from geoloc_core.audit.scan.properties import Signature
from geoloc_core.images.credit_line import Pixels

SIDE = 32  # values along each side of a field
MOST = 16  # images looked at of each uploader
_LEAST_BESIDE = 3  # images by others in a cell, to know how its images look

Floats = NDArray[np.float64]


class Signatures(NamedTuple):
    """By uploader: their own signature, and that of others' images from the same places."""

    own: dict[str, Signature]
    others: dict[str, Signature]


def look(pixels: Pixels) -> Floats:
    """Logarithms of an image's colours beside each other, and of its light over its area."""
    small = cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float64)
    colours = np.log(small.mean(axis=(0, 1)) + 1)
    field = np.log(small.mean(axis=2) + 4)
    return np.concatenate([colours - colours.mean(), (field - field.mean()).ravel()])


def find_signatures(
    table: pd.DataFrame, read: Callable[[str], Pixels], *, progress: bool = True
) -> Signatures:
    """The signatures of all uploaders of a table with file, uploader, cell and, perhaps, places.

    At most `MOST` images of each are looked at, and one by somebody else beside each of them.
    """
    named = table[table["uploader"] != ""].sample(frac=1, random_state=0)
    chosen = named[named.groupby("uploader").cumcount() < MOST].reset_index(drop=True)
    beside = [next(iter(files), None) for files in nearest_others(named, chosen, 1)]
    files = list(dict.fromkeys([*chosen["file"], *(file for file in beside if file is not None)]))
    bar = tqdm(files, "signatures", unit=" images", disable=not progress)
    looks = {file: look(read(file)) for file in bar}
    uploaders, cells = chosen["uploader"].to_numpy(str), chosen["cell"].to_numpy(np.int64)
    values = np.array([looks[file] for file in chosen["file"]]).reshape(len(chosen), -1)
    usual = _usual(values, uploaders, cells)
    rest = values - usual
    matched = np.array(
        [
            np.zeros(rest.shape[1]) if file is None else looks[file] - usual[row]
            for row, file in enumerate(beside)
        ]
    ).reshape(rest.shape)
    within, between = _spread(rest, uploaders)
    own, others = {}, {}
    for name in np.unique(uploaders):
        mine = uploaders == name
        trust = between / (between + within / mine.sum() + 1e-12)
        own[name] = _signature(trust * rest[mine].mean(axis=0))
        others[name] = _signature(trust * matched[mine].mean(axis=0))
    return Signatures(own, others)


def nothing() -> Signature:
    """The signature of whom nothing is known."""
    return Signature(np.zeros(3), np.zeros((SIDE, SIDE)))


def _signature(values: Floats) -> Signature:
    return Signature(values[:3], values[3:].reshape(SIDE, SIDE))


def _usual(values: Floats, uploaders: NDArray[np.str_], cells: NDArray[np.int64]) -> Floats:
    """The mean (m, k) of others' values of the same cell, or of all cells, beside each row."""
    usual = np.zeros_like(values)
    for name in np.unique(uploaders):
        others = uploaders != name
        for cell in np.unique(cells[~others]):
            here = others & (cells == cell)
            beside = here if here.sum() >= _LEAST_BESIDE else others
            if beside.any():
                usual[~others & (cells == cell)] = values[beside].mean(axis=0)
    return usual


def _spread(values: Floats, uploaders: NDArray[np.str_]) -> tuple[Floats, Floats]:
    """The variances (k,) of values (m, k) within an uploader's images and between uploaders.

    One-way analysis of variance by moments (Searle, "Linear Models", 1971).
    """
    of = np.unique(uploaders, return_inverse=True)[1]
    counts = np.bincount(of).astype(np.float64)
    sums = np.zeros((len(counts), values.shape[1]))
    np.add.at(sums, of, values)
    means = sums / counts[:, None]
    inside = ((values - means[of]) ** 2).sum(axis=0) / max(1.0, len(values) - len(counts))
    around = (counts[:, None] * (means - values.mean(axis=0)) ** 2).sum(axis=0)
    around /= max(1.0, len(counts) - 1)
    size = (counts.sum() - (counts**2).sum() / counts.sum()) / max(1.0, len(counts) - 1)
    return inside, np.maximum(0.0, (around - inside) / max(size, 1e-12))
