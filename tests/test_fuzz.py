"""Spoilt inputs of every kind are taken or refused in a sentence; `bench fuzz` tries more."""

from __future__ import annotations

import numpy as np
import pytest

from bench import fuzz as module
from bench.fuzz import TARGETS, fuzz, mutated


@pytest.mark.parametrize("kind", TARGETS)
def test_spoilt_inputs_break_nothing(kind: str) -> None:
    found = fuzz(kind, 150, seed=1, progress=False)
    assert found["broken"] == 0, found["first_broken"]
    assert found["taken"] + found["refused"] == 150


@pytest.mark.parametrize("kind", TARGETS)
def test_unspoilt_inputs_are_taken(kind: str, tmp_path) -> None:
    goods, read = TARGETS[kind]
    for content in goods():
        read(content, tmp_path)


def test_what_breaks_is_counted_and_shown(monkeypatch) -> None:
    def breaks(content: bytes, _: object) -> None:
        raise RuntimeError("not a sentence for anybody")

    monkeypatch.setitem(module.TARGETS, "photos", (lambda: [b"abc"], breaks))
    found = fuzz("photos", 5, progress=False)
    assert found["broken"] == 5
    assert "not a sentence" in found["first_broken"][0]


def test_mutations_differ_and_repeat_with_their_seed() -> None:
    def some(seed: int) -> list[bytes]:
        random = np.random.default_rng(seed)
        return [mutated(b"good content", random) for _ in range(50)]

    assert some(0) == some(0) != some(1)
    assert len({*some(0)}) > 40
    assert mutated(b"", np.random.default_rng(0)) is not None
