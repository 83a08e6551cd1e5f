"""Serve the app over the stand-in's world: `python -m tests.browser.serve PORT GALLERY`."""

from __future__ import annotations

import sys
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import bootstrap

from geoloc_core.dataset import samples
from geoloc_core.evaluation import predictions
from geoloc_core.model import checkpoint, predictor
from pages.leakage import names
from tests.pages.stand_in import PEOPLE, StandIn, make_gallery
from tests.pages.stand_in_results import make_results

APP = Path(__file__).parents[2] / "app.py"


def main(port: int, directory: Path) -> None:
    make_gallery(directory)
    make_results(directory)
    gallery = samples.read_samples(directory)
    samples.read_samples = lambda: gallery
    checkpoint.checkpoint_path = lambda name: directory
    predictor.Predictor = StandIn
    predictions.COMMITTED = directory
    names.residents = lambda manifest: PEOPLE
    PagesManager.uses_pages_directory = False  # as pages.common would say, were it not imported yet
    options = {"server.port": port, "server.address": "127.0.0.1"}
    bootstrap.load_config_options(options)
    bootstrap.run(str(APP), False, [], options)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
