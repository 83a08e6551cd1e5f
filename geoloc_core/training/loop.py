"""Training: a run is a list of stages; it may stop anywhere and goes on with the same command."""

from __future__ import annotations

import json
import logging
import math
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from geoloc_core.data.whole import refuse_broken
from geoloc_core.geography.grid import Grid, article_grid
from geoloc_core.images.credit_line import TrainingMask
from geoloc_core.models.build import build_network
from geoloc_core.models.checkpoint import Checkpoint, save_checkpoint
from geoloc_core.training.augmentation import augment
from geoloc_core.training.batches import (
    Fold,
    ImageStream,
    batches,
    epochs,
    few_words,
    read_folds,
    sample,
    soft_targets,
    training_names,
)
from geoloc_core.training.recipe import Recipe, Stage
from geoloc_core.training.run import Run, RunError, reading_processes, refuse_differences, start_run
from geoloc_core.training.run_state import Standing, load_state, save_state, state_path
from geoloc_core.training.shrunk import reader
from geoloc_core.training.validation import finished, validate

_log = logging.getLogger(__name__)

WARM_UP = 0.1  # share of a stage
FINAL_RATE = 0.01  # share of its peak that the learning rate ends a stage with


def train(
    data: Path,
    mask: TrainingMask,
    out: Path,
    *,
    recipe: Recipe,
    init: Path | str | None = None,
    grid: Grid | None = None,
    fold_of: NDArray[np.str_] | None = None,
    seed: int = 0,
    progress: bool = True,
    validate_every: int = 4000,
    validation_images: int = 600,
    save: Callable[..., None] = save_state,
) -> Checkpoint:
    """Train a network on the data set in `data` and write its checkpoint to `out`.

    The weights kept are those of the lowest validation NLL in the last stage. A run that was
    interrupted goes on from its last saved state when called again in the same way. Under
    `torchrun` its processes share the work. With the mask "random-name" the network is shown names
    at random, and predicts with the name visible. `init`: see `build_network`; `grid` is the
    article's if left out; `fold_of`: see `read_folds`; `validate_every`: images seen between
    validations on `validation_images`, after each of which `save` saves the state. Raises
    `ManifestError` or `CheckpointError`, in words, for data, weights or a backbone that cannot be
    used, and `RunError` where processes do not share their files or the run diverges.
    """
    grid = grid or article_grid()
    folds, fingerprint = read_folds(data, grid, fold_of)
    refuse_broken([*folds["train"].paths, *folds["validation"].paths])
    torch.manual_seed(seed)
    names = training_names(data) if mask == "random-name" else ()
    hiding = "none" if mask == "random-name" else mask
    network = build_network(len(grid), init, recipe.backbone)
    read = reader(data, max(stage.size for stage in recipe.stages))
    run = start_run(out, network, recipe, hiding, names, seed, read)
    if run.fabric.is_global_zero and (sentence := few_words(folds["validation"])):
        _log.warning(sentence)
    settings = _as_json(
        recipe=recipe.as_dict(),
        data=fingerprint,
        grid=grid.fingerprint,
        mask=mask,
        init=str(init),
        seed=seed,
        processes=run.fabric.world_size,
    )
    standing = Standing()
    if state_path(out).exists():
        standing = load_state(state_path(out), settings, run.network, run.optimizer)
    elif out.exists() and run.fabric.is_global_zero:
        _log.warning("%s is there already: it is replaced once this training has ended.", out)
    where = [standing.stage, standing.seen, int(fingerprint[:12], 16)]
    refuse_differences(run.fabric, where)
    validation = sample(folds["validation"], validation_images)
    for _ in _stages(run, standing, folds["train"], validation, grid, validate_every, progress):
        if run.fabric.is_global_zero:
            save(state_path(out), settings, standing, run.network, run.optimizer)
        run.fabric.barrier()

    # every process has statistics of its own: the first one's go into the checkpoint
    run.network.load_state_dict(run.fabric.broadcast(standing.best))
    checkpoint = finished(run, folds, grid, fingerprint)
    if run.fabric.is_global_zero:
        save_checkpoint(out, checkpoint)
        state_path(out).unlink()
    return checkpoint


def learning_rate(stage: Stage, seen: int) -> float:
    """The rate after `seen` images of a stage: a linear rise, then half a cosine down."""
    rise = WARM_UP * stage.images
    if seen < rise:
        return stage.rate * (seen + 1) / (rise + 1)
    share = min(1.0, (seen - rise) / (stage.images - rise))
    return stage.rate * (FINAL_RATE + (1 - FINAL_RATE) * (1 + math.cos(math.pi * share)) / 2)


def _stages(
    run: Run,
    standing: Standing,
    fold: Fold,
    validation: Fold,
    grid: Grid,
    validate_every: int,
    progress: bool,
) -> Iterator[None]:
    """Go through what is left of the run; at every stop, `standing` says how far it has come."""
    stages = run.recipe.stages
    totals = [max(1, stage.images // run.batch) * run.batch for stage in stages]
    longest = math.ceil(validate_every / run.batch) * run.batch
    targets = run.fabric.to_device(soft_targets(fold, grid, run.recipe.smoothing_km))
    bar: tqdm[Any] = tqdm(
        total=sum(totals),
        initial=sum(totals[: standing.stage]) + standing.seen,
        unit=" images",
        disable=not (progress and run.fabric.is_global_zero),
    )
    with bar:
        for number in range(standing.stage, len(stages)):
            before = sum(totals[:number])
            while standing.seen < totals[number]:
                end = min(standing.seen + longest, totals[number])
                stretch = range(standing.seen, end)
                train_stretch(run, number, stretch, before, fold, targets, bar)
                nll, top_1 = validate(run, stages[number], validation)
                if not math.isfinite(nll):
                    raise diverged(run, number, end, "the validation NLL is no number")
                _write_logs(run, before + end, validation_nll=nll, validation_top_1=top_1)
                if not bar.disable:
                    bar.write(
                        f"stage {number + 1} of {len(stages)}, {end} images: "
                        f"validation NLL {nll:.3f}, top-1 {top_1:.1%}",
                        file=sys.stderr,
                    )
                standing.stage, standing.seen = number, end
                if number == len(stages) - 1 and nll < standing.best_nll:
                    standing.best_nll = nll
                    standing.best = {k: t.clone() for k, t in run.network.state_dict().items()}
                yield
            standing.seen = 0


def train_stretch(
    run: Run,
    number: int,
    positions: range,
    before: int,
    fold: Fold,
    targets: Tensor,
    bar: tqdm[Any],
) -> None:
    """Train on a stretch of a stage's stream; `before`: the images of the stages before it."""
    stage = run.recipe.stages[number]
    seed = 1000 * run.seed + number
    rows = epochs(fold, positions.stop, seed)
    show = partial(augment, stage=stage, mask=run.mask, names=run.names)
    stream = ImageStream(fold, rows, show, seed, run.read)
    mine = positions[run.fabric.global_rank :: run.fabric.world_size]
    run.model.train()
    seen, last = positions.start, math.nan
    for images, batch in batches(stream, mine, run.recipe.batch, reading_processes()):
        rate = learning_rate(stage, seen)
        loss = learn(run, images, targets[batch], rate)
        if not math.isfinite(loss):
            raise diverged(run, number, seen, f"the loss is no number (before: {last:.3g})")
        last = loss
        seen += run.batch
        bar.update(run.batch)
        bar.set_postfix(stage=number + 1, loss=f"{loss:.2f}", refresh=False)
        run.fabric.log_dict({"loss": loss, "rate": rate}, step=before + seen)


def diverged(run: Run, number: int, seen: int, how: str) -> RunError:
    """The sentence for a run that cannot go on, and what to do."""
    stage = run.recipe.stages[number]
    return RunError(
        f"Training diverged in stage {number + 1} after {seen:,} images: {how}. The rate there is "
        f"{learning_rate(stage, seen):.2g}, at most {stage.rate:.2g}: lower it in the recipe, and "
        "give another --out. The last good state is kept."
    )


def learn(run: Run, images: Tensor, targets: Tensor, rate: float) -> float:
    """Take one step on uint8 images (b, h, w, 3) with target probabilities (b, n); the loss."""
    for group in run.optimizer.param_groups:
        group["lr"] = rate
    logits = run.model(run.network.normalise(run.fabric.to_device(images)))
    loss = cross_entropy(logits, targets)
    run.fabric.backward(loss)
    run.optimizer.step()
    run.optimizer.zero_grad()
    return loss.item()


def _write_logs(run: Run, step: int, **values: float) -> None:
    run.fabric.log_dict(values, step=step)
    for logger in run.fabric.loggers:
        logger.save()


def _as_json(**settings: Any) -> Any:
    """Settings as they come back from a file's JSON, so that they can be compared."""
    return json.loads(json.dumps(settings))
