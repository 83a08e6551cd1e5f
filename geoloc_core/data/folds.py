"""Folds of a data set that share no panorama, or no uploader, or neither."""

from __future__ import annotations

import hashlib
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

TEST_SHARE = 0.20
VALIDATION_SHARE = 0.05
VALIDATION_PARTS = 20  # of a round of cross-validation; one of them is held back

FOLD = "fold"  # a manifest's column that says of each image which of these it is in
FOLDS = ("train", "validation", "test")

Group = Literal["panorama", "uploader", "both"]


def split(manifest: pd.DataFrame) -> pd.Series[str]:
    """Say "train", "validation" or "test" of each image.

    That is its `FOLD`, if the manifest has that column. Else it goes by a hash of its panorama's
    id: about 5 % of the panoramas are for validation and 20 % for testing. A panorama stays where
    it is however much the data set grows.
    """
    if FOLD in manifest:
        return manifest[FOLD]
    fold_of = {panorama: _fold(panorama) for panorama in manifest["panorama"].unique()}
    return manifest["panorama"].map(fold_of).rename("fold")


def _fold(panorama: str) -> str:
    digest = hashlib.sha256(panorama.encode()).digest()
    share = int.from_bytes(digest[:8]) / 2**64
    if share < TEST_SHARE:
        return "test"
    return "validation" if share < TEST_SHARE + VALIDATION_SHARE else "train"


def groups_of(manifest: pd.DataFrame, group: Group) -> NDArray[np.int64]:
    """The group (m,), numbered from 0, of each image.

    Groups are the panoramas, the uploaders (a panorama without one stands alone), or for "both"
    the sets that hang together by panorama or uploader.
    """
    panorama, panoramas = pd.factorize(manifest["panorama"])
    named = manifest["uploader"] != ""
    uploader, uploaders = pd.factorize(
        manifest["uploader"].where(named, "panorama " + manifest["panorama"])
    )
    if group == "panorama":
        groups = panorama
    elif group == "uploader":
        groups = uploader
    else:
        size = len(panoramas) + len(uploaders)
        links = coo_array(
            (np.ones(len(manifest)), (panorama, len(panoramas) + uploader)), shape=(size, size)
        )
        groups = connected_components(links, directed=False)[1][panorama]
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)


def group_folds(manifest: pd.DataFrame, group: Group, folds: int) -> NDArray[np.int64]:
    """The fold (m,), 0 to `folds` - 1, of each image, such that no group lies in two folds.

    Groups as in `groups_of`. The largest are dealt out first, each to the fold that holds the
    fewest images. Raises ValueError when there are fewer groups than folds, or fewer than two
    folds.
    """
    return _dealt(groups_of(manifest, group), folds)


def round_folds(
    manifest: pd.DataFrame, group: Group, folds: int, held_out: int
) -> NDArray[np.str_]:
    """The fold (m,) of each image in the round of a cross-validation that holds one fold out.

    "test" is fold `held_out` of `group_folds`; about 5 % of the rest are "validation", the others
    "train". No group lies in two of them. Raises ValueError when there are too few groups.
    """
    names = np.full(len(manifest), "train", dtype="<U10")
    names[group_folds(manifest, group, folds) == held_out] = "test"
    rest = np.flatnonzero(names == "train")
    groups = groups_of(manifest.iloc[rest], group)
    parts = min(VALIDATION_PARTS, groups.max() + 1)
    # the last part: the largest groups went to the first ones, so it is the most diverse
    names[rest[_dealt(groups, parts) == parts - 1]] = "validation"
    return names


def _dealt(groups: NDArray[np.int64], folds: int) -> NDArray[np.int64]:
    """Folds (m,) for images in groups (m,) numbered from 0; see `group_folds`."""
    sizes = np.bincount(groups)
    if not 2 <= folds <= len(sizes):
        raise ValueError(f"{len(sizes)} groups cannot make {folds} folds.")
    held = np.zeros(folds, np.int64)
    fold_of = np.empty(len(sizes), np.int64)
    for group in np.argsort(-sizes, kind="stable"):
        fold_of[group] = held.argmin()
        held[fold_of[group]] += sizes[group]
    return fold_of[groups]
