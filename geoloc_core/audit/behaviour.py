"""Tests 2, 3, 4 and 7: what a network does when the suspect region is hidden, changed, all it has.

Each holds a variant of the images against its control by the rule of `comparison`. Of a region
other than the credit line they count for nothing but to describe it: it may hold much of the scene,
and no other box as much of the same. What its content does, the scan measures.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoloc_core.audit.comparison import Rows, compare, mcnemar
from geoloc_core.audit.findings import THRESHOLD, Finding, unmeasured
from geoloc_core.audit.interval import mean_with_interval
from geoloc_core.audit.passes import Passes
from geoloc_core.audit.suspect import ROW
from geoloc_core.audit.variants import VARIANTS
from geoloc_core.audit.words import TITLES
from geoloc_core.data.folds import groups_of

SPOILED = ("blurred", "blackened", "tiny JPEG")

Outcome = Callable[[Passes, str], Rows]
"""One number an image (m,) under a variant."""


def behaviour(passes: Passes) -> list[Finding]:
    """Tests 2, 3, 4 and 7 of the audit, in this order."""
    return [
        mask_gap(passes),
        name_swap(passes),
        name_swap_nats(passes),
        row_only(passes),
        scene_only(passes),
        spoiled_images(passes),
    ]


def accuracies(passes: Passes) -> dict[str, list[float]]:
    """Accuracy under every variant with its interval: [accuracy, low, high]."""
    return _table(passes, VARIANTS, _right)


def mask_gap(passes: Passes) -> Finding:
    """Test 2: what hiding the region costs, against hiding a box of its size elsewhere.

    The fall in accuracy on the same images is the watermark gap of Li et al. (2023).
    """
    as_is, hidden, elsewhere = (
        _right(passes, variant) for variant in ("as is", "hidden", "hidden control")
    )
    return compare(
        _clusters(passes),
        test="mask_gap",
        number=2,
        value=as_is - hidden,
        control=as_is - elsewhere,
        unit="points",
        threshold=_threshold(passes),
        details={
            "accuracy": _table(passes, ("as is", "hidden", "hidden control"), _right),
            "mcnemar": mcnemar(as_is, hidden),
        },
    )


def name_swap(passes: Passes) -> Finding:
    """Test 3: how many predictions move to the home of the uploader who is swapped in.

    The control is a name that nobody bears, put into the same images: the share of predictions
    that then lie in those same cells.
    """
    chosen = _swaps(passes)
    if not chosen.any():
        return _no_swap(passes, "name_swap", "share")
    shown = ("as is", "hidden", "repainted", "unknown", "same cell", "swapped")
    has_same_cell = chosen & (passes.frame["same_cell"] != "").to_numpy()
    return compare(
        _clusters(passes)[chosen],
        test="name_swap",
        number=3,
        value=_at_target(passes, "swapped")[chosen],
        control=_at_target(passes, "unknown")[chosen],
        unit="share",
        details={
            "at_target": _table(passes, shown, _at_target, chosen),
            "unchanged": _table(passes, shown, _unchanged, chosen),
            "unchanged_where_someone_shares_the_home": _table(
                passes, ("unknown", "same cell", "swapped"), _unchanged, has_same_cell
            ),
            "uploaders_swapped_in": int(passes.frame["swapped"][chosen].nunique()),
        },
    )


def name_swap_nats(passes: Passes) -> Finding:
    """Test 3, beside the verdict: by how much the name raises ln p of its bearer's home."""
    chosen = _swaps(passes)
    if not chosen.any():
        return _no_swap(passes, "name_swap_nats", "nats")
    before = _target_nats(passes, "repainted")
    return compare(
        _clusters(passes)[chosen],
        test="name_swap_nats",
        number=3,
        value=(_target_nats(passes, "swapped") - before)[chosen],
        control=(_target_nats(passes, "unknown") - before)[chosen],
        unit="nats",
        threshold=None,
    )


def row_only(passes: Passes) -> Finding:
    """Test 4: accuracy from the region alone, all else grey.

    A strip of ground is a bit of the scene; the control is that strip with the name painted over.
    """
    return compare(
        _clusters(passes),
        test="row_only",
        number=4,
        value=_right(passes, "row only"),
        control=_right(passes, "row only, repainted"),
        unit="share",
        threshold=_threshold(passes),
        details={"chance": 1 / passes.arrays.logits.shape[-1]},
    )


def scene_only(passes: Passes) -> Finding:
    """Test 4, the reverse and beside the verdict: accuracy from all but the region."""
    return compare(
        _clusters(passes),
        test="scene_only",
        number=4,
        value=_right(passes, "hidden"),
        control=_right(passes, "hidden control"),
        unit="share",
        threshold=None,
    )


def spoiled_images(passes: Passes) -> Finding:
    """Test 7: accuracy on images that are spoiled all but the region, the mean over `SPOILED`.

    The control is the same spoiled image with the region in grey.
    """
    legible = np.mean([_right(passes, kind) for kind in SPOILED], axis=0)
    hidden = np.mean([_right(passes, f"{kind}, hidden") for kind in SPOILED], axis=0)
    names = [name for kind in SPOILED for name in (kind, f"{kind}, hidden")]
    return compare(
        _clusters(passes),
        test="spoiled_pictures",
        number=7,
        value=legible,
        control=hidden,
        unit="share",
        threshold=_threshold(passes),
        details={"accuracy": _table(passes, ("as is", *names), _right)},
    )


def _swaps(passes: Passes) -> NDArray[np.bool_]:
    """Which images (m,) another name was written into."""
    has_name = passes.frame["target"].to_numpy() >= 0
    return np.asarray(has_name & (passes.suspect == ROW), bool)


def _threshold(passes: Passes) -> float | None:
    """What a test of the region must exceed to count; None where it only describes."""
    return THRESHOLD if passes.suspect == ROW else None


def _no_swap(passes: Passes, test: str, unit: str) -> Finding:
    why = (
        "No name could be swapped: too few uploaders have enough images in the training fold."
        if passes.suspect == ROW
        else "The suspect region is not the credit line, so no name was written. What its content "
        "does in other images, the scan measures."
    )
    return unmeasured(test, 3, TITLES[test], unit, why)


def _table(
    passes: Passes,
    names: tuple[str, ...],
    outcome: Outcome,
    chosen: NDArray[np.bool_] | None = None,
) -> dict[str, list[float]]:
    """The mean outcome under each variant with its interval, over the `chosen` images, if any."""
    kept = np.full(len(passes.frame), True) if chosen is None else chosen
    clusters = _clusters(passes)[kept]
    rows = {name: outcome(passes, name)[kept] for name in names if kept.any()}
    return {name: list(mean_with_interval(values, clusters)) for name, values in rows.items()}


def _clusters(passes: Passes) -> NDArray[np.int64]:
    """The uploader (m,) of each image, whose images are drawn together."""
    return groups_of(passes.frame, "uploader")


def _right(passes: Passes, variant: str) -> Rows:
    return _agreement(passes, variant, passes.frame["cell"])


def _at_target(passes: Passes, variant: str) -> Rows:
    return _agreement(passes, variant, passes.frame["target"])


def _unchanged(passes: Passes, variant: str) -> Rows:
    return _agreement(passes, variant, passes.predicted("as is"))


def _agreement(passes: Passes, variant: str, cells: ArrayLike) -> Rows:
    """1 for each image (m,) whose likeliest cell under a variant is the one given, else 0."""
    return np.asarray(passes.predicted(variant) == np.asarray(cells), np.float64)


def _target_nats(passes: Passes, variant: str) -> Rows:
    """The log-probability (m,) of the home of whoever is swapped in."""
    target = passes.frame["target"].to_numpy()
    return np.asarray(passes.log_probabilities(variant)[np.arange(len(target)), target])
