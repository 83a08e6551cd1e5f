"""Where an unfinished training run stands, kept in one safetensors file beside its output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from geoloc_core.models.tensors import CheckpointError, below, read_tensors, write_tensors


@dataclass
class Standing:
    """How far a run has come: the stage, the images seen in it, the best weights so far."""

    stage: int = 0
    seen: int = 0
    best_nll: float = float("inf")
    best: dict[str, Tensor] = field(default_factory=dict)


def state_path(out: Path) -> Path:
    """The file that holds the state of the run that will write `out`."""
    return out.with_name(f"{out.stem}.training.safetensors")


def save_state(
    path: Path,
    settings: Mapping[str, Any],
    standing: Standing,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
) -> None:
    """Write everything needed to go on as if nothing had happened."""
    tensors = {f"network.{name}": tensor for name, tensor in network.state_dict().items()}
    tensors |= {f"best.{name}": tensor for name, tensor in standing.best.items()}
    for number, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{number}.{name}": moment for name, moment in moments.items()}
    where = {"stage": standing.stage, "seen": standing.seen, "best_nll": standing.best_nll}
    arrays = {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}
    write_tensors(path, arrays, {"settings": dict(settings), "standing": where})


def load_state(
    path: Path,
    settings: Mapping[str, Any],
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
) -> Standing:
    """Put network and optimizer back to where the run at `path` stopped.

    Raises `CheckpointError` if the file is damaged or belongs to a run with other settings.
    """
    arrays, metadata = read_tensors(path)
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
    if metadata.get("settings") != settings:
        raise CheckpointError(
            f"{path.name} is an unfinished run with other data or settings. Remove it to start "
            "anew, or give another --out."
        )
    if any(t.is_floating_point() and not t.isfinite().all() for t in tensors.values()):
        raise CheckpointError(
            f"{path.name} is an unfinished run that diverged: its weights are no numbers. Remove "
            "it, and lower the rate in the recipe."
        )
    network.load_state_dict(below(tensors, "network."))
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in below(tensors, "optimizer.").items():
        number, moment = name.split(".")
        if tensor.dim():  # a fused step asks that moments lie in memory as their parameters do
            tensor = torch.empty_like(parameters[int(number)]).copy_(tensor)
        moments.setdefault(int(number), {})[moment] = tensor
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": moments, "param_groups": groups})
    return Standing(**metadata["standing"], best=below(tensors, "best."))
