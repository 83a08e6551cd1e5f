"""From the first probes' answers to effects, to the part that leaks, and to who is recognised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.audit.interval import mean_with_interval
from geoloc_core.audit.scan.box import MOST, shrink
from geoloc_core.audit.scan.parts import Part
from geoloc_core.audit.scan.passes import FLOOR, Answers, Asked, show
from geoloc_core.audit.scan.probes import WHOLE, Probe, of_part
from geoloc_core.audit.scan.statistics import (
    ALPHA,
    Family,
    Floats,
    benjamini_hochberg,
    family_test,
    recognition,
)
from geoloc_core.audit.scan.verdict import Effect, Leak

LEADS = 0.6  # share of the largest effect from which on a smaller part is taken for the cause
FEWEST, MANY = 4, 24  # pairs that a part is shrunk by

Draw = Callable[[int, NDArray[np.str_]], pd.DataFrame]
"""So many new pairs whose donors are by these uploaders."""


PAIR = ["file", "donor", "donor_uploader", "control", "cell", "target"]
FLIGHTS = 12  # pairs kept to show what happens


@dataclass(frozen=True, eq=False)
class First:
    """What the first probes gave: k probes, m pairs (see `pairs`), what the network said."""

    probes: list[Probe]
    pairs: pd.DataFrame
    answers: Answers

    @property
    def uploaders(self) -> NDArray[np.str_]:
        """The donor's uploader (m,) of each pair."""
        return self.pairs["donor_uploader"].to_numpy(str)

    @property
    def tested(self) -> list[int]:
        """The probes that can name a part or a property."""
        return [i for i, probe in enumerate(self.probes) if probe.name != WHOLE]


def family(first: First) -> Family:
    """The test of all probes that can name something, travel and nats, as one family."""
    return family_test(first.answers.excess()[:, :, first.tested], first.uploaders)


def effects(first: First, tested: Family) -> list[Effect]:
    """The effect of each probe; the whole image's p is its own."""
    excess, whose = first.answers.excess(), first.uploaders
    p = np.full(len(first.probes), np.nan)
    p[first.tested] = tested.p.min(axis=0)
    return [
        effect_of(
            probe,
            excess[:, :, i],
            whose,
            _own_p(excess[:, :, i], whose) if np.isnan(p[i]) else float(p[i]),
        )
        for i, probe in enumerate(first.probes)
    ]


def effect_of(probe: Probe, excess: Floats, uploaders: NDArray[np.str_], p: float) -> Effect:
    """The effect of a probe with these differences (2, m), travel and nats."""
    part = probe.part
    return Effect(
        name=probe.name,
        box=None if part is None else (part.left, part.top, part.right, part.bottom),
        around=part is not None and part.around,
        travel=mean_with_interval(excess[0], uploaders),
        nats=mean_with_interval(excess[1], uploaders),
        p=p,
    )


@dataclass(frozen=True, eq=False)
class Found:
    """What `find_leak` gives.

    people: see `recognised_table`; probe: what is named; flights: some pairs (columns `PAIR`) whose
    prediction went to the donor's home with their content and not with the control's, each of
    another donor's uploader as far as there are such.
    """

    leak: Leak
    people: pd.DataFrame
    probe: Probe
    flights: pd.DataFrame


def find_leak(
    asked: Asked, first: First, tested: Family, draw: Draw, seed: int, *, shrinks: bool = True
) -> Found:
    """Name what leaks, measure it, and tell who is recognised by it.

    `tested` has a probe below .05; `draw` gives new pairs, to shrink the part by (if it `shrinks`)
    and to recognise uploaders by.
    """
    whose = first.uploaders
    names = np.unique(whose)
    drawn = np.random.default_rng(seed).permutation(names)[: len(names) // 2]
    growing = np.isin(whose, drawn)
    lead = _lead(first, tested, growing)
    probe, answers = first.probes[lead], first.answers.of(lead)
    spare = asked.meter.left - 2 * len(first.pairs)
    part = _shrunk(asked, first, lead, growing, draw, 2 * spare // 3) if shrinks else None
    if part is not None:
        probe = of_part(part)
        answers = show(asked, first.pairs, [probe])
    excess = answers.excess()[:, :, 0]
    kept = ~growing
    place = first.tested.index(lead)
    further = draw(asked.meter.left // 2, names)
    again = show(asked, further, [probe])
    pairs = pd.concat([first.pairs, further], ignore_index=True)
    travelled = np.concatenate([answers.travelled[:, 0], again.travelled[:, 0]])
    people = recognised_table(travelled, pairs["donor_uploader"].to_numpy(str))
    also = [
        first.probes[i].name
        for place, i in enumerate(first.tested)
        if i != lead and tested.p[:, place].min() <= ALPHA
    ]
    leak = Leak(
        found=effect_of(probe, excess[:, kept], whose[kept], float(tested.p[:, place].min())),
        confirmed=_own_p(excess[:, kept], whose[kept]),
        recognised=int(people["recognised"].sum()),
        uploaders=len(people),
        also=tuple(also),
    )
    went = pairs.loc[(travelled[:, 0] > travelled[:, 1]), PAIR]
    return Found(leak, people, probe, _of_all_donors(went).head(FLIGHTS))


def _of_all_donors(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs, the first of each donor's uploader before the second of any."""
    turn = pairs.groupby("donor_uploader").cumcount().sort_values(kind="stable")
    return pairs.loc[turn.index].reset_index(drop=True)


def recognised_table(travelled: Floats, uploaders: NDArray[np.str_]) -> pd.DataFrame:
    """By uploader: pairs, travels with their content and the control's (m, 2), p, recognised."""
    table = pd.DataFrame(
        {"uploader": uploaders, "travelled": travelled[:, 0], "control": travelled[:, 1]}
    )
    people = table.groupby("uploader").agg(
        pairs=("travelled", "size"), travelled=("travelled", "sum"), control=("control", "sum")
    )
    names, p = recognition(travelled, uploaders)
    people["p"] = pd.Series(p, names)
    people["recognised"] = benjamini_hochberg(people["p"].to_numpy())
    return people.astype({"travelled": int, "control": int}).reset_index()


def _own_p(excess: Floats, uploaders: NDArray[np.str_]) -> float:
    """The p of one probe's differences (2, m), travel and nats."""
    return float(family_test(excess[:, :, None], uploaders).p.min())


def _lead(first: First, tested: Family, growing: NDArray[np.bool_]) -> int:
    """The smallest part that moves predictions almost as far as any, on the `growing` pairs."""
    below = [i for place, i in enumerate(first.tested) if tested.p[:, place].min() <= ALPHA]
    nats = first.answers.excess()[1][growing].mean(axis=0)
    far = [i for i in below if nats[i] >= LEADS * max(nats[j] for j in below)]
    return min(far or below, key=lambda i: (first.probes[i].area, -nats[i]))


def _shrunk(
    asked: Asked, first: First, lead: int, growing: NDArray[np.bool_], draw: Draw, passes: int
) -> Part | None:
    """The part of this probe, shrunk by new pairs of those `growing` uploaders whom it moved.

    New ones, since those that were moved by chance would not be moved again. None if these are too
    few, or the probe is of no part.
    """
    part = first.probes[lead].part
    travel, nats = first.answers.excess()[:, :, lead]
    moved = np.unique(first.uploaders[growing & ((travel > 0) | (nats > 1))])
    pairs = draw(min(MANY, passes // (2 * MOST)), moved)
    if part is None or len(pairs) < FEWEST:
        return None

    def gain(inner: Part) -> float:
        travel, nats = show(asked, pairs, [of_part(inner)]).excess()[:, :, 0]
        return float(travel.mean() - nats.mean() / FLOOR)

    return shrink(part, gain)
