"""The statistics of a scan: family-wise tests by sign flips, detectable effects, who is recognised.

Under the null hypothesis a donor's content says no more of their home than the control's does, so
that each uploader's sum of differences may as well have the other sign. All of an uploader's pairs
flip together, since they share a camera and the country around. The largest statistic over all
probes and both measures, under the same flips, is what each is held against: so the chance of any
false alarm is at most 5 % (Westfall and Young, "Resampling-Based Multiple Testing", 1993).

No control matches a donor to the last: those who travel stay a little nearer to home than others
beside them. In very many images such a trifle would be significant, so that what is tested is not
zero but `MARGINS`, below which nobody would speak of a leak.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

Floats = NDArray[np.float64]

FLIPS = 4000
MARGINS = np.array([0.01, 0.1])  # of travel, a share, and of log-probability, in nats
OFTEN = 0.3  # share of an uploader's pairs that travel where they are recognised
_LEAST = np.array([1.0, 1e-9, 1.0])  # a single pair, or uploader, is no sign of anything
ALPHA = 0.05
POWER = 0.80
_TRIALS = 400  # of each effect that the detectable one is looked for among


@dataclass(frozen=True, eq=False)
class Family:
    """What `family_test` finds for three measures of k probes: p and statistic (3, k).

    p: adjusted, so that 5 % of families without an effect have any at or below .05; critical: what
    a statistic must reach for that; statistic: the standardised sums themselves.
    """

    p: Floats
    statistic: Floats
    critical: float


def sums_by_uploader(values: Floats, uploaders: NDArray[np.str_]) -> Floats:
    """The sum of values (..., m, k) over each of u uploaders' pairs: (..., u, k)."""
    names, of = np.unique(uploaders, return_inverse=True)
    member = (of[None, :] == np.arange(len(names))[:, None]).astype(np.float64)
    return np.asarray(member @ values, np.float64)


def family_test(excess: Floats, uploaders: NDArray[np.str_], seed: int = 0) -> Family:
    """Test whether any of the mean differences (2, m, k) is above its margin, one-sided.

    The first of the two is travel, the second nats; the signs of uploaders (m,) flip. A third
    measure counts the uploaders whose pairs travel often, `OFTEN`: few who are recognised, as when
    a network knows some marks alone, stand out from the chance of all others in it.
    """
    sums = sums_by_uploader(excess - MARGINS[:, None, None], uploaders)
    measures = np.concatenate([sums, often(excess[0], uploaders)[None]])
    scale = np.maximum(np.sqrt((measures**2).sum(axis=1)), _LEAST[:, None])
    statistic = measures.sum(axis=1) / scale
    flips = np.random.default_rng(seed).choice([-1.0, 1.0], (FLIPS, measures.shape[1]))
    drawn = np.stack([flips @ of for of in measures], axis=1) / scale  # (flips, 3, k)
    largest = drawn.reshape(FLIPS, -1).max(axis=1)
    p = (1 + (largest[:, None, None] >= statistic - 1e-9).sum(axis=0)) / (1 + FLIPS)
    return Family(p, statistic, float(np.quantile(largest, 1 - ALPHA)))


def often(travel: Floats, uploaders: NDArray[np.str_]) -> Floats:
    """1 for each uploader (u, k) whose pairs travel often, by travel (m, k), -1 if the control's.

    Often is at least one pair, and at least the share `OFTEN` of theirs.
    """
    sums = sums_by_uploader(travel, uploaders)
    pairs = np.unique(uploaders, return_counts=True)[1][:, None]
    return np.asarray(np.sign(sums) * (np.abs(sums) >= np.maximum(1, OFTEN * pairs)), np.float64)


def detectable(
    travel: Floats, uploaders: NDArray[np.str_], critical: float, seed: int = 0
) -> float | None:
    """The least share of pairs whose prediction must travel to be surely found: power 80 %.

    travel (m,) is what one probe measured where there was nothing to find. Each pair's is replaced
    by 1 with a chance, and the least chance is given at which the statistic reaches `critical` in
    80 % of trials; None if none of up to 100 % does.
    """
    random = np.random.default_rng(seed)
    draws = random.random((_TRIALS, len(travel)))
    names, of = np.unique(uploaders, return_inverse=True)
    member = (of[:, None] == np.arange(len(names))).astype(np.float64)
    centred = travel - travel.mean()

    def found(share: float) -> float:
        sums = (np.where(draws < share, 1.0, centred) - MARGINS[0]) @ member
        reached = sums.sum(axis=1) / np.maximum(np.sqrt((sums**2).sum(axis=1)), 1.0)
        return float((reached >= critical).mean())

    if not len(travel) or found(1.0) < POWER:
        return None
    low, high = 0.0, 1.0
    while high - low > 0.0025:
        middle = (low + high) / 2
        low, high = (low, middle) if found(middle) >= POWER else (middle, high)
    return high


def benjamini_hochberg(p: Floats, level: float = ALPHA) -> NDArray[np.bool_]:
    """Which of p-values (m,) are discoveries, of which at most a share `level` is false.

    Benjamini and Hochberg, 1995.
    """
    order = np.argsort(p)
    below = p[order] <= level * np.arange(1, len(p) + 1) / max(1, len(p))
    found = np.zeros(len(p), bool)
    if below.any():
        found[order[: int(np.flatnonzero(below)[-1]) + 1]] = True
    return found


def recognition(travelled: Floats, uploaders: NDArray[np.str_]) -> tuple[NDArray[np.str_], Floats]:
    """Each uploader and the p of as many travels as theirs (m, 2), donor's and control's.

    The chance of a travel without recognition is the larger of two: that of all controls, and that
    of the uploader's own controls, drawn towards the former by ten pairs' weight. Binomial.
    """
    names, of = np.unique(uploaders, return_inverse=True)
    pairs = np.bincount(of)
    donor, control = (np.bincount(of, travelled[:, side]) for side in (0, 1))
    overall = (control.sum() + 1) / (len(of) + 1)
    chance = np.maximum(overall, (control + _PRIOR * overall) / (pairs + _PRIOR))
    return names, np.asarray(binom.sf(donor - 1, pairs, np.minimum(chance, 1.0)), np.float64)


_PRIOR = 10.0
