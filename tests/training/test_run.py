from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from geoloc_core.training.run import MOST_READING, RunError, reading_processes, refuse_differences


def fabric_beside(other: list[int]) -> SimpleNamespace:
    """A process of two, the other of which gives these numbers."""

    def all_reduce(mine: torch.Tensor, reduce_op: str) -> torch.Tensor:
        assert reduce_op == "max"
        return torch.maximum(mine, torch.tensor([*other, *(-number for number in other)]))

    return SimpleNamespace(to_device=lambda tensor: tensor, all_reduce=all_reduce)


@pytest.mark.parametrize("other", [[1, 4000, 8], [1, 4001, 7], [0, 4000, 7], [0, 0, 7]])
def test_processes_that_do_not_share_their_files_are_refused(other: list[int]) -> None:
    refuse_differences(fabric_beside([1, 4000, 7]), [1, 4000, 7])
    with pytest.raises(RunError, match="share"):
        refuse_differences(fabric_beside(other), [1, 4000, 7])


@pytest.mark.parametrize(
    ("cores", "beside", "reading"),
    [(1, 1, 1), (2, 1, 1), (2, 2, 1), (8, 1, 7), (64, 8, 7), (64, 1, MOST_READING)],
)
def test_reading_takes_the_cores_that_training_leaves(
    monkeypatch: pytest.MonkeyPatch, cores: int, beside: int, reading: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", str(beside))
    assert reading_processes() == reading
