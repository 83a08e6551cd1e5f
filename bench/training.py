"""Training beside its bare steps: how well reading images hides behind the network.

Writes bench/results/training.json whole. A round trains on images from files, as `pata train` does,
then takes as many steps on one batch that lies in memory; the ratio is the rounds' median. Torch
has one thread, so that of two cores one is left for reading. Rendered images are those of the
gallery, at the size where the default network is quickest; photographs are made here, of
12 megapixels, read for the first time and then from the small copies that training keeps.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from tqdm import tqdm

from geoloc_core.catalogue import HONEST
from geoloc_core.files import write_whole
from geoloc_core.geography.grid import article_grid
from geoloc_core.models.build import build_network
from geoloc_core.models.openvino_graph import openvino_core
from geoloc_core.paths import ASSETS
from geoloc_core.training.batches import Fold, soft_targets
from geoloc_core.training.loop import learn, train_stretch
from geoloc_core.training.recipe import RECIPES, read_recipe
from geoloc_core.training.run import Run, start_run
from geoloc_core.training.shrunk import FOLDER, reader

RESULTS = Path(__file__).parent / "results" / "training.json"
ROUNDS = 5
PHOTOGRAPHS, WIDTH, HEIGHT = 32, 4000, 3000
RATE = 1e-4


def bench_training() -> None:
    """Measure, print and write the rates."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        gallery = sorted((ASSETS / "samples").glob("*.jpg"))
        rendered = _Bench(work, HONEST, ASSETS, gallery)
        photographs = _Bench(work, "photographs", work, _photographs(work / "photographs"))
        report = {
            "cpu": openvino_core().get_property("CPU", "FULL_DEVICE_NAME"),
            "cores": 2,
            "torch_threads": 1,
            "rounds": ROUNDS,
            "rendered": {"images": "JPEG, 256 x 256", **rendered.measured(320)},
            "photographs": {
                "images": f"JPEG, {WIDTH} x {HEIGHT}, {_megabytes(photographs.fold)} MB",
                **photographs.measured(96),
            },
            "photographs_at_first_sight": photographs.measured(PHOTOGRAPHS, photographs.forget),
            "goal": "at least 0.9",
        }
    write_whole(RESULTS, lambda path: path.write_text(json.dumps(report, indent=2) + "\n"))
    print(json.dumps(report, indent=2))


class _Bench:
    """The first stage of a recipe that ships, on the images of a folder."""

    def __init__(self, work: Path, recipe: str, data: Path, paths: list[Path]) -> None:
        grid = article_grid()
        rows = np.arange(len(paths)) % len(grid)
        names = tuple(path.name for path in paths)
        self.fold = Fold(tuple(paths), names, rows, grid.centroids[rows])
        self.kept = data / FOLDER
        steps = read_recipe(RECIPES / f"{recipe}.toml")
        network = build_network(len(grid), backbone=steps.backbone)
        read = reader(data, max(stage.size for stage in steps.stages))
        self.run: Run = start_run(work / recipe, network, steps, "crop", (), 0, read)
        self.targets = soft_targets(self.fold, grid, steps.smoothing_km)
        self.seen = 0

    def forget(self) -> None:
        """Remove the small copies of photographs."""
        shutil.rmtree(self.kept, ignore_errors=True)

    def measured(self, images: int, before: Callable[[], None] = lambda: None) -> dict[str, Any]:
        """Images a second from files and in steps alone; `before`: done before each round."""
        stage = self.run.recipe.stages[0]
        self._from_files(images)
        self._steps(images)
        seconds = []
        for _ in range(ROUNDS):
            before()
            seconds.append((self._from_files(images), self._steps(images)))
        files, steps = np.array(seconds).T
        return {
            "backbone": self.run.recipe.backbone,
            "size": stage.size,
            "batch": self.run.recipe.batch,
            "images_a_second": {
                "from files": round(float(np.median(images / files)), 1),
                "steps alone": round(float(np.median(images / steps)), 1),
            },
            "ratio": round(float(np.median(steps / files)), 3),
        }

    def _from_files(self, images: int) -> float:
        positions = range(self.seen, self.seen + images)
        self.seen += images
        start = time.perf_counter()
        with tqdm(disable=True) as bar:
            train_stretch(self.run, 0, positions, 0, self.fold, self.targets, bar)
        return time.perf_counter() - start

    def _steps(self, images: int) -> float:
        batch, side = self.run.recipe.batch, self.run.recipe.stages[0].size
        random = np.random.default_rng(0)
        held = torch.from_numpy(random.integers(0, 256, (batch, side, side, 3), np.uint8))
        self.run.model.train()
        start = time.perf_counter()
        for _ in range(images // batch):
            learn(self.run, held, self.targets[:batch], RATE)
        return time.perf_counter() - start


def _photographs(folder: Path) -> list[Path]:
    """JPEGs as a phone makes them: 12 megapixels, soft shapes and the noise of a sensor."""
    folder.mkdir()
    random = np.random.default_rng(0)
    noise = random.integers(-12, 13, (HEIGHT, WIDTH, 1))
    paths = [folder / f"{number:02}.jpg" for number in range(PHOTOGRAPHS)]
    for path in paths:
        coarse = random.integers(0, 256, (HEIGHT // 60, WIDTH // 60, 3), np.uint8)
        soft = Image.fromarray(coarse).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        grainy = (np.asarray(soft) + noise).clip(0, 255).astype(np.uint8)
        Image.fromarray(grainy).save(path, quality=88)
    return paths


def _megabytes(fold: Fold) -> float:
    return round(sum(path.stat().st_size for path in fold.paths) / len(fold) / 10**6, 1)
