"""Images that a data set holds twice: byte for byte, or so alike that they show one scene."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.data.filling import Fault, fault
from geoloc_core.data.table import shown
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.images.likeness import NEAR

COPIES, ALIKE = "copies, byte for byte", "near-duplicates in two panoramas"
APART, SPREAD = "one image at two places", "one panorama at two places"
APART_KM = 10.0  # a landmark is seen from afar, and places are given to a few km

_FAR = f"more than {APART_KM:.0f} km"
_PAIRS = 2**24  # compared at a time


def copies(frame: pd.DataFrame, seen: pd.DataFrame) -> list[Fault]:
    """Images of the same content: later ones of one place, and all that are of several places."""
    digest = seen["digest"].where((seen["digest"] != "") & ~frame["file"].duplicated())
    first = frame["file"].groupby(digest).transform("first")
    apart = _spread(frame, digest)
    later = digest.notna() & digest.duplicated() & ~apart
    others = frame["file"].groupby(digest).transform("nunique")

    def says(row: int) -> str:
        return f"{shown(frame['file'][row])} has the content of {shown(first[row])}"

    return [
        *fault(COPIES, later, says),
        *fault(
            APART,
            apart,
            lambda row: (
                f"{shown(frame['file'][row])} is one of {int(others[row])} files of the "
                f"same content, at places {_FAR} apart"
            ),
        ),
    ]


def spread_panoramas(frame: pd.DataFrame) -> list[Fault]:
    """Images of panoramas that lie at several places."""
    return fault(
        SPREAD,
        _spread(frame, frame["panorama"]),
        lambda row: (
            f"{shown(frame['file'][row])}: the panorama {shown(frame['panorama'][row])} "
            f"lies at places {_FAR} apart"
        ),
    )


def alike(frame: pd.DataFrame, seen: pd.DataFrame) -> list[Fault]:
    """Images of a cell that look like one of another panorama: the later of each pair."""
    partners = partners_of(frame, seen)
    return fault(
        ALIKE,
        partners >= 0,
        lambda row: (
            f"{shown(frame['file'][row])} looks like "
            f"{shown(frame['file'][int(partners[row])])}, which is of another panorama"
        ),
    )


def partners_of(frame: pd.DataFrame, seen: pd.DataFrame) -> NDArray[np.int64]:
    """An earlier image (m,) that looks like each, of another panorama near by; -1 where none."""
    partner = np.full(len(frame), -1, np.int64)
    panorama = pd.factorize(frame["panorama"])[0]
    points = frame[["latitude", "longitude"]].to_numpy(np.float64)
    code, content = seen["code"].to_numpy(np.uint64), pd.factorize(seen["digest"])[0]
    for rows in _of_cells(frame["cell"].to_numpy(np.int64), (seen["digest"] != "").to_numpy()):
        step = max(1, _PAIRS // len(rows))
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            near = np.bitwise_count(code[some, None] ^ code[None, rows]) <= NEAR
            near &= (panorama[some, None] != panorama[None, rows]) & (some[:, None] > rows[None])
            near &= content[some, None] != content[None, rows]  # those are copies
            one, other = np.nonzero(near)
            close = haversine_km(points[some[one]], points[rows[other]]) <= APART_KM
            partner[some[one[close]]] = rows[other[close]]
    return partner


def _of_cells(cells: NDArray[np.int64], readable: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """The readable images of each cell, by row."""
    for cell in np.unique(cells[cells >= 0]):
        rows = np.flatnonzero((cells == cell) & readable)
        if len(rows):
            yield rows


def _spread(frame: pd.DataFrame, group: pd.Series[str]) -> NDArray[np.bool_]:
    """Whether each row's group, NaN for none, has images more than `APART_KM` from its first."""
    number = pd.factorize(group)[0]
    points = frame[["latitude", "longitude"]].to_numpy(np.float64)
    rows = np.flatnonzero((number >= 0) & (np.abs(points) <= (90, 180)).all(axis=1))
    _, first, of = np.unique(number[rows], return_index=True, return_inverse=True)
    far = haversine_km(points[rows], points[rows[first[of]]]) > APART_KM
    return np.isin(number, number[rows[far]]) & (number >= 0)
