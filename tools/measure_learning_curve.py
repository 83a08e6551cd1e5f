"""What a head on few photographs is worth: tools/measure_learning_curve.py DIR NAME [COUNT ...].

Draws so many photographs of DIR, places whole, learns a head as `pata train --frozen scene` does,
and writes the scores of photographs whose group it had not seen, means over a few draws, as NAME
into assets/evaluation/learning_curve.json. Nothing that was learned is kept.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.catalogue import SCENE
from geoloc_core.evaluation.evaluate import write_evaluation
from geoloc_core.evaluation.predictions import COMMITTED
from geoloc_core.frozen.features import Featured, read_features
from geoloc_core.frozen.train import Learned, learn, scene_over
from geoloc_core.geography.grid import article_grid
from geoloc_core.models.predictor import Predictor

COUNTS = (100, 200, 300, 400)
DRAWS = 5
SHOWN = ("mean_rank", "geometric_median_within_750_km", "nll")
COLUMNS = ("scene", "head", "both")
KEPT = COMMITTED / "learning_curve.json"


def main(data: Path, name: str, counts: tuple[int, ...]) -> None:
    """Measure each count and write what was found under `name`, beside other curves."""
    scene = scene_over(article_grid())
    found = features(data)
    cells = scene.grid.cells_of(found.frame[["latitude", "longitude"]].to_numpy(float))
    frame = found.frame.assign(cell=cells)
    rows = []
    for count in tqdm(counts, unit=" counts"):
        drawn = [drawn_rows(frame, count, seed) for seed in range(DRAWS)]
        learned = [
            learn(
                scene,
                frame.iloc[rows].reset_index(drop=True),
                found.pooled[rows],
                "none",
                progress=False,
            )
            for rows in drawn
        ]
        rows.append(row_of(learned))
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    write_evaluation(KEPT, kept | {name: rows})


def row_of(learned: list[Learned]) -> dict[str, Any]:
    """Means over draws, and the least and the greatest weight of the head that was chosen."""
    shares = [each.settings.share for each in learned]
    return {
        "photographs": round(np.mean([len(each.frame) for each in learned])),
        "places": round(np.mean([each.frame["place"].nunique() for each in learned])),
        "weight": [min(shares), max(shares)],
        "scores": {
            column: {
                name: round(float(np.mean([each.scores[column][name] for each in learned])), 4)
                for name in SHOWN
            }
            for column in COLUMNS
        },
    }


def features(data: Path) -> Featured:
    """The features of the photographs in a folder."""
    predictor = Predictor(SCENE)

    def pool(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.asarray(predictor.score_photos([pixels], "none").pooled[0])

    with tempfile.TemporaryDirectory() as folder:
        return read_features(data, pool, Path(folder) / "features", {})


def drawn_rows(frame: pd.DataFrame, count: int, seed: int) -> NDArray[np.int64]:
    """Rows of at least `count` photographs on the grid, places whole and drawn at random."""
    inside = np.flatnonzero(frame["cell"] >= 0)
    places = frame["place"].iloc[inside]
    names = np.random.default_rng(seed).permutation(np.sort(places.unique()))
    reached = places.value_counts()[names].cumsum().to_numpy()
    kept = names[: int(np.searchsorted(reached, count)) + 1]
    return inside[places.isin(kept)]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("Give the folder of the photographs, a name, and perhaps how many to learn from.")
    main(Path(sys.argv[1]), sys.argv[2], tuple(map(int, sys.argv[3:])) or COUNTS)
