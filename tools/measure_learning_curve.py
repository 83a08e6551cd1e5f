"""What a head on few photographs is worth: tools/measure_learning_curve.py DIR [COUNT ...].

Draws so many photographs of DIR, places whole, learns a head as `pata train --frozen scene` does,
and prints the scores of photographs whose group it had not seen as a table, means over a few draws.
The features are kept in a folder that goes with the command; nothing that was learned is written.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.catalogue import SCENE
from geoloc_core.frozen.features import Featured, read_features
from geoloc_core.frozen.train import Learned, learn, scene_over
from geoloc_core.geography.grid import article_grid
from geoloc_core.models.predictor import Predictor

COUNTS = (100, 200, 300, 400)
DRAWS = 5
SHOWN = {"mean_rank": "mean rank", "geometric_median_within_750_km": "750 km", "nll": "log loss"}
COLUMNS = {"scene": "`scene`", "head": "head alone", "both": "both"}


def main(data: Path, counts: tuple[int, ...]) -> None:
    """Print a row for each count."""
    scene = scene_over(article_grid())
    found = features(data)
    cells = scene.grid.cells_of(found.frame[["latitude", "longitude"]].to_numpy(float))
    frame = found.frame.assign(cell=cells)
    titles = [f"{name}, {title}" for name in SHOWN.values() for title in COLUMNS.values()]
    print("| photographs | places | " + " | ".join(titles) + " | weight of the head |")
    print("|---" * (len(titles) + 3) + "|")
    for count in counts:
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
        print(row_of(learned), flush=True)


def row_of(learned: list[Learned]) -> str:
    """A row of the table: means over draws, and the weights that were chosen."""
    photographs = np.mean([len(each.frame) for each in learned])
    places = np.mean([each.frame["place"].nunique() for each in learned])
    scores = [
        f"{np.mean([each.scores[column][name] for each in learned]):.3f}"
        for name in SHOWN
        for column in COLUMNS
    ]
    weights = sorted({each.settings.share for each in learned})
    return f"| {photographs:.0f} | {places:.0f} | {' | '.join(scores)} | " + (
        f"{weights[0]:g} to {weights[-1]:g} |"
    )


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
    if len(sys.argv) < 2:
        sys.exit("Give the folder of the photographs, and perhaps how many to learn from.")
    main(Path(sys.argv[1]), tuple(map(int, sys.argv[2:])) or COUNTS)
