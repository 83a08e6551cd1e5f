"""The scan: which part or property of the images gives their uploaders away, with no hint given.

Pairs of images are shown with the content of one part, or one property, of a donor's image put in
(`pairs`, `probes`). If predictions travel to the donor's home more than chance allows
(`statistics`), the part is shrunk on half of the uploaders and measured on the other half (`box`),
and everyone's own travel tells who is recognised. Coarse to fine, within a fixed number of passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.audit.interval import mean_with_interval
from geoloc_core.audit.scan.find import First, effects, family, find_leak
from geoloc_core.audit.scan.pairs import Donors, checked, draw_pairs, find_donors, sample
from geoloc_core.audit.scan.passes import (
    Asked,
    Meter,
    Predict,
    Show,
    predicted,
    show,
)
from geoloc_core.audit.scan.probes import WHOLE, first_probes
from geoloc_core.audit.scan.properties import Shown, Tables, tables_of
from geoloc_core.audit.scan.signatures import find_signatures, nothing
from geoloc_core.audit.scan.statistics import ALPHA, detectable
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
_KEPT = 256  # images kept in memory
_LOOKED_AT = 40  # images and donors whose size and JPEG tables are compared


@dataclass(frozen=True, eq=False)
class Scan:
    """What a scan gives.

    probes: the effect of each of the first probes; recognised: by uploader, how many of their pairs
    travelled with their content and with the control's, of how many, p, and whether that is a
    discovery (empty without a leak); accuracy: of the images as they are, with its interval;
    passes: how many images the network was shown.
    """

    verdict: Verdict
    probes: list[Effect]
    recognised: pd.DataFrame
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
    count: int = 1000,
    encoded: Callable[[str], bytes] | None = None,
    seed: int = 0,
    parts: Path | None = None,
    key: str = "",
    progress: bool = True,
) -> Scan:
    """Scan a network on at most `count` images of the test fold.

    predict: from images (b, h, w, 3) uint8, of one size, to probabilities (b, n); table: see
    `pairs.checked`; read: an image by its file; encoded: the file's content, without which JPEG
    quantisation is not tested; parts: a folder where answers are kept, so that an interrupted scan
    goes on; key: stands there for the network. Raises ScanError if the table lacks something.
    """
    table = checked(table)
    test, donors = sample(table, count, seed), find_donors(table)
    shown = _shower(donors.everyone, read, encoded, progress)
    budget = BUDGET * len(test)
    meter = Meter(budget, f"scan, at most {BUDGET} passes an image", progress=progress)
    asked = Asked(predict, shown, parts, key, meter)
    plain = predicted(predict, test["file"].tolist(), shown)
    meter.add(len(test))
    right = (plain.argmax(axis=1) == test["cell"]).to_numpy(np.float64)
    accuracy = mean_with_interval(right, test["uploader"])
    probes = first_probes(**_differ(shown, test, donors))
    pairs = draw_pairs(donors, test, int(_FIRST * budget) // (2 * len(probes)), seed)
    first = First(probes, pairs, show(asked, pairs, probes))
    verdict, measured, recognised = _judged(asked, first, donors, test, accuracy, seed)
    meter.close()
    return Scan(verdict, measured, recognised, accuracy, len(test), len(pairs), meter.passes)


def _judged(
    asked: Asked,
    first: First,
    donors: Donors,
    test: pd.DataFrame,
    accuracy: Numbers,
    seed: int,
) -> tuple[Verdict, list[Effect], pd.DataFrame]:
    """The verdict, the effects of the first probes, and who is recognised."""
    nobody = pd.DataFrame(columns=["uploader", "pairs", "travelled", "control", "p", "recognised"])
    why = _too_few(first, test)
    if why:
        return Inconclusive(why), [], nobody
    tested = family(first)
    measured = effects(first, tested)
    if (tested.p <= ALPHA).any():

        def draw(number: int, uploaders: NDArray[np.str_]) -> pd.DataFrame:
            theirs = donors.images[donors.images["uploader"].isin(uploaders)]
            return draw_pairs(replace(donors, images=theirs), test, number, seed + 1)

        leak, people = find_leak(asked, first, tested, draw, seed)
        return leak, measured, people
    commonest = float(test["cell"].value_counts(normalize=True).iloc[0])
    names = tuple(first.probes[i].name for i in first.tested)
    if accuracy[1] <= commonest:
        why = (
            f"The network predicts {accuracy[0]:.1%} of the images rightly, no more than always "
            f"giving the most frequent class would ({commonest:.1%}): it knows too little to tell "
            "what it goes by."
        )
        return Inconclusive(why), measured, nobody
    whole = next(effect for effect in measured if effect.name == WHOLE)
    if whole.much and whole.p <= ALPHA:
        return Suspicious(whole, names), measured, nobody
    least = _detectable(first, tested.critical)
    if least is None or least > TOO_WEAK:
        why = (
            f"With {len(first.pairs)} pairs of images only a leak that takes most predictions to "
            "the uploader's home would be found: more images or uploaders are needed."
        )
        return Inconclusive(why), measured, nobody
    return NoLeakFound(least, names), measured, nobody


def _too_few(first: First, test: pd.DataFrame) -> str:
    """Why nothing can be said, in a sentence; "" if there are enough images and donors."""
    if len(test) < LEAST_IMAGES:
        return f"The test fold has {len(test)} images; a scan needs at least {LEAST_IMAGES}."
    donors, uploaders = first.pairs["donor"].nunique(), first.pairs["donor_uploader"].nunique()
    if donors < LEAST_DONORS or uploaders < LEAST_UPLOADERS:
        return (
            f"Only {donors} images by {uploaders} uploaders were taken away from a known home with "
            f"others' beside them; a scan needs at least {LEAST_DONORS} by {LEAST_UPLOADERS}."
        )
    return ""


def _detectable(first: First, critical: float) -> float | None:
    """The share that would surely have been found with the part whose travel varied most."""
    travel = first.answers.excess()[0]
    parts = [i for i in first.tested if first.probes[i].part is not None]
    noisiest = max(parts, key=lambda i: float(travel[:, i].std()))
    return detectable(travel[:, noisiest], first.uploaders, critical)


def _shower(
    table: pd.DataFrame,
    read: Callable[[str], Pixels],
    encoded: Callable[[str], bytes] | None,
    progress: bool,
) -> Show:
    """What gives images with their signatures and JPEG tables."""
    signatures = find_signatures(table, read, progress=progress)
    uploader_of = dict(zip(table["file"], table["uploader"], strict=True))

    @lru_cache(_KEPT)
    def known(file: str) -> tuple[Pixels, Tables | None]:
        return read(file), None if encoded is None else tables_of(encoded(file))

    def shown(file: str, whose: str, control: bool) -> Shown:
        of = signatures.others if control else signatures.own
        pixels, tables = known(file)
        return Shown(pixels, of.get(whose or uploader_of[file], nothing()), tables)

    return shown


def _differ(shown: Show, test: pd.DataFrame, donors: Donors) -> dict[str, bool]:
    """Whether images differ in JPEG quantisation and in size, by a sample of them."""
    files = [*test["file"][:_LOOKED_AT], *donors.images["file"][:_LOOKED_AT]]
    looked_at = [shown(file, "", False) for file in files]
    tables = [repr(one.tables) for one in looked_at if one.tables is not None]
    return {
        "jpegs": len(set(tables)) > 1,
        "sizes": len({one.pixels.shape for one in looked_at}) > 1,
    }
