"""A training run's fixed parts: Fabric, network and optimiser."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from lightning_fabric import Fabric
from lightning_fabric.loggers import CSVLogger, TensorBoardLogger
from torch import nn

from geoloc_core.errors import UserError
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.backbones import Network
from geoloc_core.models.torch_engine import has_bf16
from geoloc_core.training.batches import Read
from geoloc_core.training.recipe import Recipe

MOST_READING = 16  # processes


class RunError(UserError):
    """A run whose processes cannot work together; its message is the sentence to show."""


@dataclass(frozen=True)
class Run:
    """What stays the same from the first image of a run to its last.

    mask: what hides the credit line, in training and after; names: one of them may be written into
    it in training (see `augmentation.randomise_name`), none where it stays as it is; read: reads an
    image of the data set.
    """

    fabric: Fabric
    network: Network
    model: nn.Module  # the network as Fabric wraps it for its device and precision
    optimizer: torch.optim.Optimizer
    recipe: Recipe
    mask: Mask
    names: tuple[str, ...]
    seed: int
    read: Read

    @property
    def batch(self) -> int:
        """Images of one step, over all processes."""
        return self.recipe.batch * int(self.fabric.world_size)


def start_run(
    out: Path,
    network: Network,
    recipe: Recipe,
    mask: Mask,
    names: tuple[str, ...],
    seed: int,
    read: Read,
) -> Run:
    """Put network and optimiser on the device there is; logs go to a folder beside `out`.

    Under `torchrun` the processes find each other; else one process takes one CPU, or every GPU
    has a process of its own.
    """
    csv = CSVLogger(out.parent, f"{out.stem}.logs")
    fabric = Fabric(
        devices=int(os.environ.get("LOCAL_WORLD_SIZE", 0)) or "auto",
        num_nodes=int(os.environ.get("GROUP_WORLD_SIZE", 1)),
        precision=precision(),
        loggers=[csv, TensorBoardLogger(out.parent, f"{out.stem}.logs", version=csv.version)],
    )
    fabric.launch()
    kind = torch.optim.AdamW if recipe.optimizer == "adamw" else torch.optim.Adam
    groups: list[dict[str, Any]] = [
        {"params": [p for p in network.parameters() if p.dim() > 1]},
        {"params": [p for p in network.parameters() if p.dim() == 1], "weight_decay": 0.0},
    ]
    optimizer = kind(groups, weight_decay=recipe.weight_decay, fused=True)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's own gap
    model, wrapped = fabric.setup(network, optimizer)
    return Run(fabric, network, model, wrapped, recipe, mask, names, seed, read)


def refuse_differences(fabric: Fabric, numbers: Sequence[int]) -> None:
    """Raise `RunError` unless all processes give the same numbers, of their data and standing.

    Else they would wait for each other for ever, or learn from different things.
    """
    mine = torch.tensor([*numbers, *(-number for number in numbers)], dtype=torch.int64)
    most = fabric.all_reduce(fabric.to_device(mine.clone()), reduce_op="max")
    if (most.cpu() != mine).any():
        raise RunError(
            "The processes of this run do not see the same files: --data must hold the same data "
            "set on every machine, and --out lie in a folder that all of them share."
        )


def precision() -> Literal["bf16-mixed", "16-mixed", "32-true"]:
    """The fastest precision that is safe here, by Fabric's name: bf16 where the hardware has it."""
    if torch.cuda.is_available():
        return "bf16-mixed" if torch.cuda.is_bf16_supported() else "16-mixed"
    return "bf16-mixed" if has_bf16() else "32-true"


def reading_processes() -> int:
    """Processes that read images for this one: all cores but one, shared with those beside it."""
    beside = int(os.environ.get("LOCAL_WORLD_SIZE", 0)) or max(1, torch.cuda.device_count())
    return min(MOST_READING, max(1, (os.cpu_count() or 2) // beside - 1))
