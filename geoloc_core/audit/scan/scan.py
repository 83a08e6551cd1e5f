"""The scan: which part or property of the images gives their uploaders away, with no hint given.

Pairs of images are shown with the content of one part, or one property, of a donor's image put in
(`pairs`, `probes`). If predictions travel to the donor's home more than chance allows
(`statistics`), the part is shrunk on half of the uploaders and measured on the other half (`box`),
and everyone's own travel tells who is recognised. Coarse to fine, within a fixed number of passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.audit.interval import mean_with_interval
from geoloc_core.audit.scan.find import PAIR, First, effects, family, find_leak
from geoloc_core.audit.scan.images import differences, images_of
from geoloc_core.audit.scan.pairs import Donors, checked, draw_pairs, find_donors, sample
from geoloc_core.audit.scan.parts import Part
from geoloc_core.audit.scan.passes import (
    Asked,
    Meter,
    Predict,
    predicted,
    show,
)
from geoloc_core.audit.scan.probes import WHOLE, Probe, first_probes, of_part, whole
from geoloc_core.audit.scan.statistics import ALPHA, Family, detectable
from geoloc_core.audit.scan.verdict import (
    Effect,
    Inconclusive,
    NoLeakFound,
    Numbers,
    Suspicious,
    Verdict,
    as_json,
)
from geoloc_core.images.credit_line import Pixels

BUDGET = 27  # passes an image at most: with the 15 of the other tests three times what those need
_FIRST = 0.72  # share of the budget that the first probes may take
LEAST_IMAGES, LEAST_DONORS, LEAST_UPLOADERS = 30, 20, 10
TOO_WEAK = 0.5  # share of the predictions: a scan that would only find more than this says nothing
MOST_PAIRS = 2000  # of a single part: more tell hardly more
VIEWS = 4  # pairs whose images are given
_PEOPLE = ["uploader", "pairs", "travelled", "control", "p", "recognised"]


@dataclass(frozen=True, eq=False)
class Scan:
    """What a scan gives.

    probes: the effect of each of the first probes; recognised: by uploader, how many of their pairs
    travelled with their content and with the control's, of how many, p, and whether that is a
    discovery (empty without a leak); flights: some pairs whose prediction travelled, with `before`,
    what was predicted of the image as it is, and views: image, donor's image and what was shown of
    both (see `Found.flights`; none without a leak); accuracy: of the images as they are, with its
    interval; passes: how many images the network was shown.
    """

    verdict: Verdict
    probes: list[Effect]
    recognised: pd.DataFrame
    flights: pd.DataFrame
    views: list[tuple[Pixels, Pixels, Pixels]]
    accuracy: Numbers
    images: int
    pairs: int
    passes: int

    def as_json(self) -> dict[str, Any]:
        """The same of plain JSON types."""
        return {
            "verdict": as_json(self.verdict),
            "probes": [asdict(effect) for effect in self.probes],
            "recognised": self.recognised.to_dict("records"),
            "flights": self.flights.to_dict("records"),
            "accuracy": list(self.accuracy),
            "images": self.images,
            "pairs": self.pairs,
            "passes": self.passes,
            "budget": BUDGET * self.images,
        }


def scan(
    predict: Predict,
    table: pd.DataFrame,
    read: Callable[[str], Pixels],
    *,
    part: Part | None = None,
    count: int = 1000,
    encoded: Callable[[str], bytes] | None = None,
    seed: int = 0,
    parts: Path | None = None,
    key: str = "",
    progress: bool = True,
) -> Scan:
    """Scan a network on at most `count` images of the test fold.

    predict: from images (b, h, w, 3) uint8, of one size, to probabilities (b, n); table: see
    `pairs.checked`; read: an image by its file; part: the only one to test, left out all are;
    encoded: the file's content, without which JPEG quantisation is not tested; parts: a folder
    where answers are kept, so that an interrupted scan goes on; key: stands there for the network.
    Raises ScanError if the table lacks something.
    """
    table = checked(table)
    test, donors = sample(table, count, seed), find_donors(table)
    budget = BUDGET * len(test)
    meter = Meter(budget, f"scan, at most {BUDGET} passes an image", progress=progress)
    shown = images_of(donors.everyone, read, encoded, properties=part is None, progress=progress)
    plain = predicted(predict, test["file"].tolist(), shown)
    meter.add(len(test))
    right = (plain.argmax(axis=1) == test["cell"]).to_numpy(np.float64)
    accuracy = mean_with_interval(right, test["uploader"])
    probes = (
        first_probes(**differences(shown, test, donors))
        if part is None
        else [of_part(part), whole()]
    )
    most = int(_FIRST * budget) // (2 * len(probes))
    pairs = draw_pairs(donors, test, most if part is None else min(most, MOST_PAIRS), seed)
    why = _too_few(donors.images, test)
    asked = Asked(predict, shown, parts, key, meter)
    judged = (
        _Judged(Inconclusive(why))
        if why
        else _judge(asked, probes, pairs, donors, test, accuracy, seed, shrinks=part is None)
    )
    meter.close()
    before = pd.Series(plain.argmax(axis=1), test["file"])
    views = []
    for row in judged.flights[: VIEWS if judged.probe else 0].itertuples(index=False):
        image = shown(str(row.file), "", False)
        donor = shown(str(row.donor), str(row.donor_uploader), False)
        assert judged.probe is not None
        views.append((image.pixels, donor.pixels, judged.probe.apply(image, donor)))
    return Scan(
        verdict=judged.verdict,
        probes=judged.effects,
        recognised=judged.people,
        flights=judged.flights.assign(before=judged.flights["file"].map(before).astype(int)),
        views=views,
        accuracy=accuracy,
        images=len(test),
        pairs=len(pairs),
        passes=meter.passes,
    )


@dataclass(frozen=True, eq=False)
class _Judged:
    """A verdict, the effects of the first probes, who is recognised, and how that looks."""

    verdict: Verdict
    effects: list[Effect] = field(default_factory=list)
    people: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=_PEOPLE))
    flights: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PAIR))
    probe: Probe | None = None


def _judge(
    asked: Asked,
    probes: list[Probe],
    pairs: pd.DataFrame,
    donors: Donors,
    test: pd.DataFrame,
    accuracy: Numbers,
    seed: int,
    *,
    shrinks: bool,
) -> _Judged:
    """Show the pairs under the probes, and judge what comes of it."""
    first = First(probes, pairs, show(asked, pairs, probes))
    tested = family(first)
    measured = effects(first, tested)
    if (tested.p <= ALPHA).any():

        def draw(number: int, uploaders: NDArray[np.str_]) -> pd.DataFrame:
            theirs = donors.images[donors.images["uploader"].isin(uploaders)]
            return draw_pairs(replace(donors, images=theirs), test, number, seed + 1)

        found = find_leak(asked, first, tested, draw, seed, shrinks=shrinks)
        return _Judged(found.leak, measured, found.people, found.flights, found.probe)
    return _Judged(_without_leak(first, tested, measured, test, accuracy), measured)


def _without_leak(
    first: First, tested: Family, measured: list[Effect], test: pd.DataFrame, accuracy: Numbers
) -> Verdict:
    """The verdict where no probe takes predictions to the donors' homes."""
    commonest = float(test["cell"].value_counts(normalize=True).iloc[0])
    names = tuple(first.probes[i].name for i in first.tested)
    if accuracy[1] <= commonest:
        return Inconclusive(
            f"The network predicts {accuracy[0]:.1%} of the images rightly, no more than always "
            f"giving the most frequent class would ({commonest:.1%}): it knows too little to tell "
            "what it goes by."
        )
    of_all = next(effect for effect in measured if effect.name == WHOLE)
    if of_all.much and of_all.p <= ALPHA:
        return Suspicious(of_all, names)
    least = _detectable(first, tested.critical)
    if least is None or least > TOO_WEAK:
        return Inconclusive(
            f"With {len(first.pairs)} pairs of images only a leak that takes most predictions to "
            "the uploader's home would be found: more images or uploaders are needed."
        )
    return NoLeakFound(least, names)


def _too_few(away: pd.DataFrame, test: pd.DataFrame) -> str:
    """Why nothing can be said, in a sentence; "" if there are enough images and donors."""
    if len(test) < LEAST_IMAGES:
        return f"Only {len(test)} images were looked at; a scan needs at least {LEAST_IMAGES}."
    uploaders = away["uploader"].nunique()
    if len(away) < LEAST_DONORS or uploaders < LEAST_UPLOADERS:
        return (
            f"Only {len(away)} images by {uploaders} uploaders were taken away from a known home "
            f"with others' beside them; a scan needs at least {LEAST_DONORS} by {LEAST_UPLOADERS}."
        )
    return ""


def _detectable(first: First, critical: float) -> float | None:
    """The share that would surely have been found with the part whose travel varied most."""
    travel = first.answers.excess()[0]
    parts = [i for i in first.tested if first.probes[i].part is not None]
    noisiest = max(parts, key=lambda i: float(travel[:, i].std()))
    return detectable(travel[:, noisiest], first.uploaders, critical)
