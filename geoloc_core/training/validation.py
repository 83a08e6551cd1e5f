"""What a network in training makes of images that it does not learn from."""

from __future__ import annotations

from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from geoloc_core.geography.grid import Grid
from geoloc_core.models.calibration import conformal_levels, fit_temperature
from geoloc_core.models.checkpoint import MOST_VIEWS, PROMISE, Checkpoint
from geoloc_core.models.ood import fit_novelty
from geoloc_core.training.augmentation import show_plain
from geoloc_core.training.batches import Fold, ImageStream, batches, sample
from geoloc_core.training.recipe import Stage
from geoloc_core.training.run import Run, reading_processes

NOVELTY_IMAGES = 2000


def validate(run: Run, stage: Stage, fold: Fold) -> tuple[float, float]:
    """NLL and top-1 over a fold shown as the stage shows it, the work shared by all processes."""
    logits, _, cells = outputs(run, stage, fold, run.fabric.global_rank, run.fabric.world_size)
    nll = cross_entropy(logits, cells, reduction="sum")
    sums = torch.stack([nll, (logits.argmax(dim=1) == cells).sum(), torch.tensor(len(cells))])
    nll, hits, count = run.fabric.all_reduce(run.fabric.to_device(sums), reduce_op="sum").tolist()
    return nll / count, hits / count


def finished(run: Run, folds: dict[str, Fold], grid: Grid, fingerprint: str) -> Checkpoint:
    """Fit what takes the validation fold, and put the checkpoint together."""
    stage = run.recipe.stages[-1]
    logits, pooled, cells = outputs(run, stage, folds["validation"])
    _, known, _ = outputs(run, stage, sample(folds["train"], NOVELTY_IMAGES))
    temperature = fit_temperature(logits, cells)
    return Checkpoint(
        architecture=run.recipe.backbone,
        grid=grid,
        mask=run.mask,
        mean=run.network.mean,
        std=run.network.std,
        size=stage.size,
        temperature=temperature,
        conformal=conformal_levels(
            logits,
            cells,
            folds["validation"].panoramas,
            temperature=temperature,
            promise=PROMISE,
            most_views=MOST_VIEWS,
        ),
        data_fingerprint=fingerprint,
        scores={
            "validation_pictures": len(cells),
            "validation_nll": float(cross_entropy(logits / temperature, cells)),
            "validation_top_1": float((logits.argmax(dim=1) == cells).float().mean()),
        },
        recipe=run.recipe.as_dict() | ({"names": "random"} if run.names else {}),
        novelty=fit_novelty(known, pooled),
        state={name: tensor.cpu().numpy() for name, tensor in run.network.weights().items()},
    )


@torch.no_grad()
def outputs(
    run: Run, stage: Stage, fold: Fold, first: int = 0, step: int = 1
) -> tuple[Tensor, NDArray[np.float32], Tensor]:
    """Logits (m, n), pooled features (m, f) and cells (m,) of every `step`-th image."""
    rows = np.arange(len(fold))
    show = partial(show_plain, stage=stage, mask=run.mask)
    stream = ImageStream(fold, rows, show, run.seed, run.read)
    run.model.eval()
    logits, pooled, cells = [], [], []
    positions = range(first, len(fold), step)
    for images, batch in batches(stream, positions, run.recipe.batch, reading_processes()):
        with run.fabric.autocast():
            normalised = run.network.normalise(run.fabric.to_device(images))
            features = run.network.features(normalised)
            logits.append(run.network.logits(features).float().cpu())
        pooled.append(features.float().mean(dim=(2, 3)).cpu().numpy())
        cells.append(torch.from_numpy(fold.cells[batch.numpy()]))
    return torch.cat(logits), np.concatenate(pooled), torch.cat(cells)
