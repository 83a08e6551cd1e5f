"""Serve the app over the stand-in's world: `python -m tests.browser.serve PORT GALLERY`."""

from __future__ import annotations

import sys
from pathlib import Path

from geoloc_core.audit import flights, residents, tour
from geoloc_core.audit.tour import Tour
from geoloc_core.data import samples
from geoloc_core.evaluation import predictions
from geoloc_core.models import checkpoint, predictor
from tests.pages.stand_in import CELLS, PEOPLE, StandIn, make_gallery
from tests.pages.stand_in_results import make_results


def main(port: int, directory: Path) -> None:
    make_gallery(directory)
    make_results(directory)
    gallery = samples.read_samples(directory)
    picks = Tour(f"panorama-{CELLS[1]}", f"panorama-{CELLS[2]}", tuple(reversed(PEOPLE)))
    samples.read_samples = lambda: gallery
    checkpoint.checkpoint_path = lambda name: directory
    predictor.Predictor = StandIn
    predictions.COMMITTED = directory
    residents.residents = lambda manifest: PEOPLE
    tour.read_tour = lambda: picks
    flights.read_flights = lambda: {sample.panorama: tuple(PEOPLE) for sample in gallery}
    from app import app  # takes what it finds

    app.run(config={"server.port": port, "server.address": "127.0.0.1"})


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
