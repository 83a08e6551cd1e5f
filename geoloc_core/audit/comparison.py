"""The one rule of the behavioural tests: an outcome against its control, on the same images.

For every image stand the outcome under a variant and the outcome under the variant's control, in
which nothing is left to be read. The network leaks if the difference exceeds `THRESHOLD` with the
whole of its 95 % interval. The control takes away what is no reading of names: that any grey box
costs something, that a new name disturbs, that a strip of ground tells a little of the place.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, chi2

from geoloc_core.audit.findings import THRESHOLD, Finding
from geoloc_core.audit.interval import mean_with_interval
from geoloc_core.audit.words import TITLES, finding_words

FEW = 25  # discordant pairs below which McNemar's test is the exact one

Rows = NDArray[np.float64]


def compare(
    clusters: NDArray[np.int64],
    *,
    test: str,
    number: int,
    value: Rows,
    control: Rows,
    unit: str,
    details: dict[str, Any] | None = None,
    threshold: float | None = THRESHOLD,
) -> Finding:
    """The finding of outcomes (m,) beside their controls (m,), uploaders (m,) being the clusters.

    Without a threshold it illustrates and takes no part in the verdict. What it is called and says
    follows from `test` (see `words`).
    """
    excess = mean_with_interval(value - control, clusters)
    measured, held_against = (
        mean_with_interval(value, clusters),
        mean_with_interval(control, clusters),
    )
    leaks = None if threshold is None else excess[1] > threshold
    details = {
        "excess": list(excess),
        "pictures": len(value),
        "uploaders": len(np.unique(clusters)),
    } | (details or {})
    return Finding(
        test,
        number,
        TITLES[test],
        *measured,
        *held_against,
        threshold=threshold,
        leaks=leaks,
        unit=unit,
        words=finding_words(test, measured, held_against, unit, leaks, details),
        details=details,
    )


def mcnemar(before: Rows, after: Rows) -> dict[str, Any]:
    """McNemar's test of paired outcomes (m,), 0 or 1 (McNemar, 1947).

    lost, won: the discordant pairs b and c; p: of the exact binomial test where they are fewer than
    `FEW`, else of (b - c)^2 / (b + c) against chi-square with one degree of freedom.
    """
    lost, won = int((before > after).sum()), int((after > before).sum())
    discordant = lost + won
    exact = discordant < FEW
    if exact:
        p = float(binomtest(lost, discordant).pvalue) if discordant else 1.0
    else:
        p = float(chi2.sf((lost - won) ** 2 / discordant, 1))
    return {"lost": lost, "won": won, "p": p, "exact": exact}
