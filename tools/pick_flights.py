"""Pick the names that the game swaps in: python tools/pick_flights.py

Each well-known uploader's name is tried on the first view of each sample, in every precision that
the shipped network has. Kept are the few that move its point most, of those with which all that the
game says holds with room to spare. Written to assets/samples/flights.json.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.audit.flights import KNOWN_KM, Locate, fly, holds, write_flights
from geoloc_core.audit.residents import residents
from geoloc_core.catalogue import READER
from geoloc_core.data.samples import read_samples
from geoloc_core.data.shipped import shipped_manifest
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.images.photo import read_photo
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.engines import Engine, float_engine, int8_engine
from geoloc_core.models.predictor import Predictor
from geoloc_core.models.quantised import quantised_form

SPARE_KM = 60  # more than what precisions differ by, as a rule
NAMES = 3


def int8(checkpoint: Checkpoint) -> Engine:
    """The engine of the quantised network, which ships."""
    quantised = quantised_form(checkpoint)
    if quantised is None:
        raise SystemExit("The quantised network is missing or made of other weights.")
    return int8_engine(quantised)


def reader(predictor: Predictor) -> Locate:
    """A network as the game asks it."""
    return lambda photo: predictor.predict((photo,)).points["weighted_mean"]


def main() -> None:
    """Measure, say what was found, and write it."""
    readers = [reader(Predictor(READER, engine)) for engine in (float_engine, int8)]
    people = [one for one in residents(shipped_manifest()).values() if one.well_known]
    found: dict[str, tuple[str, ...]] = {}
    for sample in tqdm(read_samples(), desc="samples"):
        photo = read_photo(sample.files[0].read_bytes()).pixels
        truth = (sample.latitude, sample.longitude)
        works = []
        if any(haversine_km(each(photo), truth) > KNOWN_KM for each in readers):
            continue
        for person in people:
            flights = [fly(photo, person, each) for each in readers]
            if all(holds(flight, truth, SPARE_KM) for flight in flights):
                works.append((min(flight.kilometres for flight in flights), person.name))
        if works:
            found[sample.panorama] = tuple(name for _, name in sorted(works, reverse=True)[:NAMES])
    write_flights(found)
    print(f"Names work on {len(found)} samples, {sum(map(len, found.values()))} in all.")


if __name__ == "__main__":
    main()
