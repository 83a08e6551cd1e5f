"""What the audit's scan finds of known leaks: tools/measure_leaks.py DATA KEPT

The shipped `unmasked`, which `pata train` taught the credit lines of DATA; small networks that it
taught a mark that was planted into DATA (`make leaks` puts KIND.safetensors and their images KIND
into KEPT); stand-ins that learn a mark of each kind in seconds (bench/audit_stand_ins.py); one
that is honest. Each is scanned with `SEEDS`. Writes assets/evaluation/leaks.json; an interrupted
run goes on, with what KEPT holds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.audit_stand_ins import KINDS, Kind, draw, fit, make_world
from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.scan.pairs import checked, find_donors, sample
from geoloc_core.audit.scan.scan import Scan, scan
from geoloc_core.audit.suspect import ROW, hide
from geoloc_core.catalogue import READER
from geoloc_core.data.folds import FOLD, split
from geoloc_core.data.manifest import on_grid, read_manifest
from geoloc_core.evaluation.evaluate import write_evaluation
from geoloc_core.evaluation.predictions import COMMITTED
from geoloc_core.images.credit_line import Pixels, with_name
from geoloc_core.models.adapters.model import open_model
from simulated_streets.leaks import Leak, plant

SEEDS = (0, 1, 2)
TAUGHT: tuple[Leak, ...] = ("top-left", "logo", "vignette")
TRAINED_IMAGES, IMAGES = 80, 150  # the fewer of the slower network

Predict = Callable[[NDArray[np.uint8]], NDArray[np.floating]]
Shown = tuple[Pixels, Pixels, Pixels]
"""An image with its uploader's mark, with none, and with another's."""


def main(data: Path, kept: Path) -> None:
    """Measure and write."""
    taught = (of_taught(leak, data, kept) for leak in TAUGHT)
    rows = [of_reader(data, kept), *taught, *(of_stand_in(kind) for kind in (*KINDS, None))]
    write_evaluation(COMMITTED / "leaks.json", {"seeds": len(SEEDS), "rows": rows})


def of_reader(data: Path, kept: Path) -> dict[str, Any]:
    """The shipped network that reads names."""
    images = ImageStore(data)

    def shown(file: str, other: str) -> Shown:
        own = images.pixels(file)
        return own, hide(own, ROW), with_name(own, other)

    return of_trained("row", READER, f"`{READER}`", images, shown, kept)


def of_taught(leak: Leak, data: Path, kept: Path) -> dict[str, Any]:
    """A small network that was trained on images with a planted mark."""
    marked, plain = ImageStore(kept / leak), ImageStore(data)

    def shown(file: str, other: str) -> Shown:
        bare = plain.pixels(file)
        return marked.pixels(file), bare, plant(bare, leak, other)

    name = str(kept / f"{leak}.safetensors")
    return of_trained(leak.replace("-", " "), name, "EfficientNet-Lite", marked, shown, kept)


def of_trained(
    kind: str,
    name: str,
    words: str,
    images: ImageStore,
    shown: Callable[[str, str], Shown],
    kept: Path,
) -> dict[str, Any]:
    """A network that `pata train` made, on the images with which it learned its mark."""
    model = open_model(name)
    table = on_grid(read_manifest(images.folder), model.engine.checkpoint.grid)
    table = table.assign(**{FOLD: split(table)})
    rows = sample(checked(table), TRAINED_IMAGES)
    right = accuracies(model.predict, rows, others_of(table), shown)
    scans = [
        scan(
            model.predict,
            table,
            images.pixels,
            count=TRAINED_IMAGES,
            encoded=images.encoded,
            seed=seed,
            parts=kept / "scans",
            key=model.digest,
        )
        for seed in SEEDS
    ]
    told = {"kind": kind, "network": words, "images": TRAINED_IMAGES}
    return told | right | summary(scans)


def of_stand_in(kind: Kind | None) -> dict[str, Any]:
    """Stand-ins that read a mark of this kind, one for each seed; honest ones for None."""
    shares, scans = zip(*(_stand_in(kind, seed) for seed in SEEDS), strict=True)
    mean = {name: float(np.mean([of[name] for of in shares])) for name in shares[0]}
    return {
        "kind": kind or "none",
        "network": "stand-in",
        "images": IMAGES,
        **mean,
        **summary(scans),
    }


def _stand_in(kind: Kind | None, seed: int) -> tuple[dict[str, float], Scan]:
    """The accuracies and the scan of one stand-in, whose images bear marks of this kind."""
    drawn: Kind = kind or "row"
    world, bare = make_world(drawn, seed), make_world(None, seed)
    network = fit(world, kind, seed=seed)
    numbers = world.table.groupby("uploader")["number"].first()

    def shown(file: str, other: str) -> Shown:
        plain = bare.pixels[file]
        return world.pixels[file], plain, draw(drawn, plain, int(numbers[other]), other)

    rows = sample(checked(world.table), IMAGES, seed)
    right = accuracies(network.predict, rows, others_of(world.table), shown)
    found = scan(network.predict, world.table, world.read, count=IMAGES, seed=seed, progress=False)
    return right, found


def others_of(table: pd.DataFrame) -> pd.Series:
    """By uploader with a known home, that home."""
    people = find_donors(checked(table)).everyone
    return people[people["home"] >= 0].groupby("uploader")["home"].first()


def accuracies(
    predict: Predict, rows: pd.DataFrame, homes: pd.Series, shown: Callable[[str, str], Shown]
) -> dict[str, float]:
    """Accuracy with the own mark, with none, and with that of somebody who lives elsewhere."""
    random = np.random.default_rng(0)
    right = []
    for file, cell in rows[["file", "cell"]].itertuples(index=False):
        other = str(random.choice(homes.index[homes != cell]))
        of = predict(np.stack(shown(str(file), other)))
        right.append(of.argmax(axis=1) == cell)
    own, none, other = np.mean(right, axis=0)
    return {"own": float(own), "none": float(none), "another": float(other)}


def summary(scans: Sequence[Scan]) -> dict[str, Any]:
    """The verdict of each scan: of a leak what it was, by how much, and for whom."""
    return {"scans": [one.as_json()["verdict"] for one in scans]}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Give the data set's folder and one for what is kept.")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
