"""A manifest without its faults."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.check.copies import ALIKE, partners_of
from geoloc_core.check.faults import (
    CURES,
    DROPPED,
    SWAPPED,
    TORN,
    faults_in,
    most_frequent_fold,
)
from geoloc_core.check.names import SPELLING, usual_spellings
from geoloc_core.data.filling import HEADINGS, NOWHERE, Fault, cells_of, filled
from geoloc_core.data.folds import FOLD
from geoloc_core.geography.grid import article_grid


def cleaned(
    frame: pd.DataFrame, faults: list[Fault], seen: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The manifest cured of its faults as `CURES` says, and how many rows were changed by kind.

    Arguments as for and from `faults_in`. One cure may lay bare another fault (two panoramas that
    became one may lie in two folds), so it goes on until there is none.
    """
    changed: Counter[str] = Counter()
    while faults and len(frame):
        changed.update({each.kind: len(each.rows) for each in faults})
        frame, seen = _cured(frame, faults, seen)
        frame, of_rows = filled(frame) if len(frame) else (frame, [])
        faults = faults_in(frame, of_rows, seen) if len(frame) else []
    return frame, {kind: changed[kind] for kind in CURES if kind in changed}


def _cured(
    frame: pd.DataFrame, faults: list[Fault], seen: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = {each.kind: each.rows for each in faults}
    frame, kept = frame.copy(), pd.Series(True, index=frame.index)
    for kind in DROPPED & set(rows):
        swapped = rows.get(SWAPPED, ()) if kind == NOWHERE else ()
        kept[[row for row in rows[kind] if row not in set(swapped)]] = False
    if SWAPPED in rows:
        turned = frame.loc[rows[SWAPPED], ["longitude", "latitude"]].to_numpy()
        frame.loc[rows[SWAPPED], ["latitude", "longitude"]] = turned
    if HEADINGS in rows:
        frame.loc[rows[HEADINGS], "heading"] = float("nan")
    if SPELLING in rows:
        frame["uploader"] = usual_spellings(frame["uploader"])
    if ALIKE in rows:
        partners = partners_of(frame, seen)[rows[ALIKE]]
        frame["panorama"] = _merged(frame["panorama"], rows[ALIKE], partners)
    if TORN in rows:
        frame[FOLD] = most_frequent_fold(frame)
    frame, seen = (each[kept].reset_index(drop=True) for each in (frame, seen))
    return frame.assign(cell=cells_of(frame, article_grid())), seen


def _merged(
    panoramas: pd.Series[str], rows: NDArray[np.int64], partners: NDArray[np.int64]
) -> pd.Series[str]:
    """Panoramas (m,), those of `rows` joined to those of their partners."""
    became: dict[str, str] = {}

    def now(panorama: str) -> str:
        while panorama in became:
            panorama = became[panorama]
        return panorama

    for row, partner in zip(rows, partners, strict=True):
        mine, its = now(panoramas[row]), now(panoramas[partner])
        if mine != its:
            became[mine] = its
    return panoramas.map(now)
