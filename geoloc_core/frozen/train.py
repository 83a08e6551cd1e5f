"""Training a head on photographs of one's own, 100 to 5,000, above the frozen network of `scene`.

What comes out is a checkpoint of the same kind as `scene`: the head takes the place of its look,
and what `scene` knows of things stays beside it where that measures better.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import softmax

from geoloc_core.catalogue import SCENE
from geoloc_core.errors import UserError
from geoloc_core.evaluation.balanced import balanced_scores, regions_of
from geoloc_core.evaluation.photographs import (
    OUTSIDE,
    LeftOut,
    left_out_words,
    photographs_fingerprint,
)
from geoloc_core.files import file_sha256
from geoloc_core.frozen.choose import (
    ALONE,
    DECAYS,
    TOGETHER,
    Grouping,
    OutOfFold,
    Settings,
    balance,
    choose,
    grouped,
    told_by_heads,
    weighted_level,
)
from geoloc_core.frozen.features import cache_path, kept_aside, read_features
from geoloc_core.frozen.head import Floats, Linear, fit_heads, soft_labels
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.place_names import cell_regions
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.checkpoint import (
    MOST_VIEWS,
    Checkpoint,
    checkpoint_path,
    load_checkpoint,
    save_checkpoint,
)
from geoloc_core.models.ood import fit_novelty
from geoloc_core.models.predictor import Predictor
from geoloc_core.models.scene.engine import BODY, scene_head
from geoloc_core.models.scene.head import class_probabilities, score_cells
from geoloc_core.models.scene.knowledge import read_knowledge
from geoloc_core.text import terminal_safe

LEAST = 30  # photographs

GridOf = Callable[[Callable[[], NDArray[np.float64]]], Grid]
"""Makes a grid; it may ask for the photographs' latitudes and longitudes (m, 2)."""


class FrozenError(UserError):
    """Photographs that no head can be learned from; its message is the sentence to show."""


@dataclass(frozen=True, eq=False)
class Learned:
    """A head and what was measured of it.

    grouping: how photographs were kept apart; settings: as chosen; scores: balanced scores of
    photographs by who had not seen their group, of "scene", the "head" alone and "both".
    """

    checkpoint: Checkpoint
    frame: pd.DataFrame
    left_out: LeftOut
    grouping: Grouping
    settings: Settings
    scores: dict[str, dict[str, float]]


def train_head(
    data: Path, out: Path, grid_of: GridOf, mask: Mask = "none", *, progress: bool = True
) -> Learned:
    """Learn a head from the photographs in `data`, write the checkpoint `out`, say what it scores.

    `data` as `features.listed` takes it. The features stay beside `out`. Raises `FrozenError` where
    the photographs are too few or too alike, `CheckpointError` where `scene` cannot be used, and as
    `listed` and `grid_of` do.
    """
    predictor = Predictor(SCENE)
    settings = {"body": file_sha256(BODY.with_suffix(".bin")), "mask": mask}

    def pool(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.asarray(predictor.score_photos([pixels], mask).pooled[0])

    found = read_features(data, pool, cache_path(out), settings, progress=progress)
    points = found.frame[["latitude", "longitude"]].to_numpy(np.float64)
    check_enough(found.frame, found.left_out, data)
    grid = grid_of(lambda: points)
    cells = grid.cells_of(points)
    left_out = dict(found.left_out)
    if (cells < 0).any():
        left_out[OUTSIDE] = found.frame["file"][cells < 0].tolist()
    frame = found.frame.assign(cell=cells)[cells >= 0].reset_index(drop=True)
    check_enough(frame, left_out, data)
    learned = learn(scene_over(grid), frame, found.pooled[cells >= 0], mask, progress=progress)
    save_checkpoint(out, learned.checkpoint)
    return replace(learned, left_out=left_out | kept_aside(data))


def check_enough(frame: pd.DataFrame, left_out: LeftOut, data: Path) -> None:
    """Raise `FrozenError` unless a head can be learned from these photographs."""
    if len(frame) < LEAST:
        raise FrozenError(
            f"{data} has {len(frame)} photographs to learn from, and a head needs {LEAST} or more, "
            f"better some hundred. {terminal_safe(left_out_words(left_out))}"
        )
    for column, what in (("place", "of one place"), ("cell", "in one cell of the grid")):
        if column in frame and frame[column].nunique() < 2:
            raise FrozenError(
                f"All photographs in {data} are {what}, so there is nothing to tell apart: add "
                "some of other places."
            )


def scene_over(grid: Grid) -> Checkpoint:
    """The checkpoint of `scene` over a grid: another than its own has no look of rendered scenes.

    Raises `CheckpointError` where it is missing.
    """
    scene = load_checkpoint(checkpoint_path(SCENE))
    if grid.fingerprint == scene.grid.fingerprint:
        return scene
    known = read_knowledge(grid, np.array(cell_regions(grid)))
    features = scene.state["class_weight"].shape[1]
    state = {
        "ratio": known.ratio.astype(np.float32),
        "log_prior": np.log(np.maximum(known.prior, 1e-9)).astype(np.float32),
        "look_weight": np.zeros((len(grid), features), np.float32),
        "look_bias": np.zeros(len(grid), np.float32),
    }
    return replace(scene, grid=grid, state={**scene.state, **state})


def learn(
    scene: Checkpoint,
    frame: pd.DataFrame,
    pooled: NDArray[np.float32],
    mask: Mask,
    *,
    progress: bool = True,
) -> Learned:
    """Learn from photographs (m,) with their cells and features (m, f); nothing is written.

    Raises ValueError where all are of one place.
    """
    grouping, grid, cells = grouped(frame), scene.grid, frame["cell"].to_numpy(np.int64)
    points = frame[["latitude", "longitude"]].to_numpy(np.float64)
    weights_of = partial(balance, frame["place"].to_numpy(object), regions_of(grid)[cells])
    labels = soft_labels(points, grid)
    head = scene_head(scene)
    said = OutOfFold(
        score_cells(head, class_probabilities(head, pooled), pooled),
        told_by_heads(pooled, labels, weights_of, grouping.fold, progress=progress),
        cells,
        weights_of(),
        grouping.fold,
    )
    _, of_head = choose(said, ALONE)
    settings, of_both = choose(said, (*TOGETHER, *ALONE), as_it_is(scene))
    places = frame["place"].to_numpy(object)
    scores = {
        name: balanced_scores(probabilities, cells, points, places, grid)
        for name, probabilities in (
            ("scene", softmax(said.known / scene.temperature, axis=1)),
            ("head", of_head),
            ("both", of_both),
        )
    }
    *_, linear = fit_heads(pooled, labels, said.weights, [settings.decay])
    count = frame["place"].nunique()
    level = weighted_level(softmax(said.logits(settings), axis=1), cells, said.weights, count)
    counts = {"photographs": len(frame), "places": count, "groups": grouping.groups}
    checkpoint = replace(
        with_head(scene, linear, settings),
        mask=mask,
        conformal=(level,) * MOST_VIEWS,
        data_fingerprint=photographs_fingerprint(frame),
        scores={
            **counts,
            **{f"out_of_fold_{name}": round(value, 4) for name, value in scores["both"].items()},
        },
        novelty=fit_novelty(pooled[grouping.fold % 2 == 0], pooled[grouping.fold % 2 == 1]),
    )
    return Learned(checkpoint, frame, {}, grouping, settings, scores)


def as_it_is(scene: Checkpoint) -> Settings:
    """The settings under which a checkpoint of `scene` answers as without a head."""
    return Settings(1.0, 0.0, DECAYS[0], scene.temperature)


def with_head(scene: Checkpoint, linear: Linear, settings: Settings) -> Checkpoint:
    """The checkpoint of `scene` with a head above it, mixed as the settings say.

    What the head says of a mean photograph joins the prior, the rest the look.
    """
    was, known, share = scene_head(scene), settings.known, settings.share
    bias = np.asarray(linear.weight @ linear.mean)
    look: dict[str, Floats] = {
        "log_prior": known * was.log_prior + share * linear.bias,
        "look_weight": known * was.look * was.look_weight + share * linear.weight,
        "look_bias": known * was.look * was.look_bias - share * bias,
    }
    recipe: dict[str, Any] = {**scene.recipe, "power": known * was.power, "look": 1.0}
    return replace(
        scene,
        temperature=settings.temperature,
        recipe=recipe | {"frozen": SCENE, "known": known, "share": share, "decay": settings.decay},
        state={**scene.state, **{name: each.astype(np.float32) for name, each in look.items()}},
    )
