from __future__ import annotations

import sys

import pytest

from geoloc_core.cluster.spread import ClusterError, chunks_of, gathered, here, spread_by


def test_tasks_are_done_here_with_what_is_loaded_once() -> None:
    loaded = []

    def load() -> int:
        loaded.append(1)
        return 10

    assert list(here(load, lambda ten, task: ten * task, [3, 1])) == [(0, 30), (1, 10)]
    assert list(here(load, lambda ten, task: ten * task, [])) == []
    assert loaded == [1]


def test_results_are_put_in_order() -> None:
    assert gathered(iter([(2, "c"), (0, "a"), (1, "b")]), [1, 1, 1], False) == ["a", "b", "c"]


def test_chunks_hold_all_items_in_order() -> None:
    assert chunks_of([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]
    assert chunks_of([]) == []


def test_without_ray_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ClusterError, match=r"pip install -r requirements-ray\.txt"):
        spread_by("ray")
    assert spread_by("local") is here
