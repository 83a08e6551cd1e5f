"""For the Leakage page: whether what its five steps say holds on a sample, by both networks.

Each step is true of some samples and false of others. A tool picks samples
for which they hold, by the same measurements that a test repeats.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geoloc_core.assets import intact
from geoloc_core.audit.residents import Resident
from geoloc_core.audit.suspect import ROW
from geoloc_core.audit.variants import VARIANTS, variants
from geoloc_core.files import write_whole
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.images.credit_line import Pixels, with_name
from geoloc_core.models.predictor import Predictor
from geoloc_core.paths import ASSETS

Place = tuple[float, float]

TOUR = ASSETS / "samples" / "tour.json"
POINT = "weighted_mean"
FAR_KM = 500  # what "flies off" means at least
STAYS_KM = 150  # what "stays" means at most
MUCH = 3.0  # the credit line's share of the heat, in shares of its area, that is said to be much
DEGRADED = ("blurred", "blackened")


@dataclass(frozen=True)
class Tour:
    """The committed picks: a sample for steps 1 to 4, one for step 5, names that work on the first.

    `names` are uploaders whose home the network that reads names predicts once theirs is written.
    """

    story: str
    views: str
    names: tuple[str, ...]


def read_tour(path: Path = TOUR) -> Tour | None:
    """The committed picks, None where there are none that can be read."""
    try:
        found = json.loads(intact(path).read_text(encoding="utf-8"))
        return Tour(str(found["story"]), str(found["views"]), tuple(map(str, found["names"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_tour(tour: Tour, path: Path = TOUR) -> None:
    """Commit the picks."""
    text = json.dumps(asdict(tour), indent=2, ensure_ascii=False) + "\n"
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def degrade(pixels: Pixels) -> dict[str, Pixels]:
    """The image as it is and with all but its credit line blurred and blackened."""
    made = variants(pixels, ROW, lambda whose: pixels, np.random.default_rng(0))
    wanted = ("as is", *DEGRADED)
    return {kind: one for kind, one in zip(VARIANTS, made, strict=True) if kind in wanted}


def kilometres(a: Place, b: Place) -> float:
    """Great-circle distance in km."""
    return float(haversine_km(a, b))


def tell_story(
    reader: Predictor, honest: Predictor, pixels: Pixels, place: Place, heat_share: float
) -> dict[str, bool]:
    """Whether the sentences of steps 1, 2 and 3 hold for an image taken at `place`.

    `heat_share` is the share of the reader's heat that lies in the credit line.
    """
    whole = reader.predict([pixels], "none")
    cropped = reader.predict([pixels], "crop")
    scene = honest.predict([pixels], "crop")
    truth = whole.grid.cell_of(*place)
    dark = {kind: one for kind, one in degrade(pixels).items() if kind in DEGRADED}
    read = {kind: reader.predict([one], "none") for kind, one in dark.items()}
    seen = {kind: honest.predict([one], "crop") for kind, one in dark.items()}
    off = kilometres(cropped.points[POINT], place)
    return {
        "both networks know such images": whole.in_distribution and scene.in_distribution,
        "1: the reader stays right on degraded images": whole.predicted_cell == truth
        and all(one.predicted_cell == truth for one in read.values())
        and all(
            kilometres(one.points[POINT], whole.points[POINT]) < STAYS_KM for one in read.values()
        ),
        "1: the honest network is wrong on them": all(
            one.predicted_cell != truth for one in seen.values()
        ),
        "2: the heat lies on the name": heat_share > MUCH * ROW.area,
        "3: without the name the reader flies off": cropped.predicted_cell != truth
        and off > FAR_KM,
        "3: the honest network is nearer then": kilometres(scene.points[POINT], place) < off,
    }


def follows_name(
    reader: Predictor, honest: Predictor, pixels: Pixels, person: Resident
) -> float | None:
    """How far the reader's point flies, in km, where step 4 holds for a name; None where not.

    It holds where the reader predicts the home of whoever bears the name and the honest network
    stays where it was.
    """
    renamed = with_name(pixels, person.name)
    before, after = reader.predict([pixels], "none"), reader.predict([renamed], "none")
    stays = [honest.predict([one], "crop").points[POINT] for one in (pixels, renamed)]
    if after.predicted_cell != person.cell or kilometres(*stays) > 1:
        return None
    return kilometres(before.points[POINT], after.points[POINT])


def gains_by_views(honest: Predictor, views: tuple[Pixels, ...], place: Place) -> float | None:
    """How much nearer all views together come than one, as a factor, where step 5 holds.

    It holds where one view gives a wrong cell and all together give the right one, nearer by; None
    where it does not.
    """
    one, every = honest.predict(views[:1], "crop"), honest.predict(views, "crop")
    truth = one.grid.cell_of(*place)
    known = one.in_distribution and every.in_distribution
    gain = kilometres(one.points[POINT], place) / kilometres(every.points[POINT], place)
    right = one.predicted_cell != truth and every.predicted_cell == truth
    return gain if known and right and gain > 1 else None


def held(told: Mapping[str, Any]) -> bool:
    """Whether all sentences hold."""
    return all(told.values())
