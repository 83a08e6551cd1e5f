"""Tasks shared out over a cluster by Ray Data, or done here.

Whatever is spread is a pair: `load` makes what every task needs, once in each worker; `work` does
one task with it. Tasks are done at least once, for a worker may die: so `work` may be repeated.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, Protocol, TypeVar

from tqdm import tqdm

from geoloc_core.errors import UserError

L = TypeVar("L")
T = TypeVar("T")
R = TypeVar("R")


class ClusterError(UserError):
    """A cluster that cannot be used; its message is the sentence to show."""


class Spread(Protocol):
    """What does tasks by `work(load(), task)`: the results with their task's number, as they come.

    `load` and `work` are functions of modules, or partial ones with arguments that can be pickled.
    Raises what either raises if that is a `UserError`.
    """

    def __call__(
        self, load: Callable[[], L], work: Callable[[L, T], R], tasks: Sequence[T]
    ) -> Iterator[tuple[int, R]]:
        """Do the tasks."""


def here(
    load: Callable[[], L], work: Callable[[L, T], R], tasks: Sequence[T]
) -> Iterator[tuple[int, R]]:
    """Do the tasks in this process, one after another."""
    if tasks:
        loaded = load()
        for number, task in enumerate(tasks):
            yield number, work(loaded, task)


def chunks_of(items: Sequence[T], most: int = 64) -> list[Sequence[T]]:
    """Items in tasks of a second or more each, so that handing them out costs little."""
    return [items[start : start + most] for start in range(0, len(items), most)]


def gathered(
    results: Iterator[tuple[int, R]], sizes: Sequence[int], progress: bool, unit: str = "images"
) -> list[R]:
    """All results in the order of their tasks, of so many items each, behind a progress bar."""
    ordered: dict[int, R] = {}
    with tqdm(total=sum(sizes), unit=f" {unit}", disable=None if progress else True) as bar:
        for number, result in results:
            ordered[number] = result
            bar.update(sizes[number])
    return [ordered[number] for number in range(len(sizes))]


def spread_by(engine: Literal["local", "ray"]) -> Spread:
    """What `--engine` names. Raises ClusterError, in words."""
    return over_ray() if engine == "ray" else here


def over_ray(workers: int | None = None) -> Spread:
    """Do tasks in a pool of Ray's actors, each on one core: so many, or one for each core.

    Ray starts on this machine, or joins the cluster that RAY_ADDRESS names or `ray start` began
    here. An actor that dies is replaced and its task done again. Raises ClusterError, in words,
    where Ray is not installed or no cluster answers.
    """
    start_ray()

    def spread(
        load: Callable[[], L], work: Callable[[L, T], R], tasks: Sequence[T]
    ) -> Iterator[tuple[int, R]]:
        import ray

        if not tasks:
            return
        cores = int(ray.cluster_resources().get("CPU", 1))
        pool = ray.data.ActorPoolStrategy(
            min_size=1,
            max_size=min(workers or cores, len(tasks)),
            initial_size=min(workers or cores, len(tasks)),
            max_tasks_in_flight_per_actor=2,  # the next is there when one is done
        )
        rows = ({"number": n, "task": ray.cloudpickle.dumps(t)} for n, t in enumerate(tasks))
        results = ray.data.from_items(list(rows), override_num_blocks=len(tasks)).map_batches(
            _Worker,
            fn_constructor_args=(load, work),
            batch_size=1,
            batch_format="pandas",
            compute=pool,
            num_cpus=1,
        )
        for row in results.iter_rows():
            result = ray.cloudpickle.loads(row["result"])
            if isinstance(result, UserError):
                raise result
            yield int(row["number"]), result

    return spread


def start_ray(cores: int | None = None) -> None:
    """Start Ray here, quietly, or join a cluster; `cores` of a cluster of one's own, all if None.

    Raises ClusterError, in words.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # else it reports over the internet
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        import ray
        import ray.data
    except ModuleNotFoundError as error:
        raise ClusterError(
            "The engine ray needs Ray, which is not installed: pip install -r requirements-ray.txt"
        ) from error
    if not ray.is_initialized():
        try:
            ray.init(
                num_cpus=cores,
                include_dashboard=False,
                log_to_driver=False,
                logging_level="error",
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            reason = str(error).strip().partition("\n")[0]
            raise ClusterError(f"No Ray cluster can be used: {reason}") from error
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False  # the command has its own
    context.print_on_execution_start = False


class _Worker:
    """An actor: what `load` makes, once, and `work` on one task after another."""

    def __init__(self, load: Callable[[], Any], work: Callable[[Any, Any], Any]) -> None:
        self._work = work
        try:
            self._loaded = load()
        except UserError as error:  # said by the first task: an actor that fails is started again
            self._loaded = error

    def __call__(self, batch: Any) -> Any:
        import ray

        results = [self._result(ray.cloudpickle.loads(task)) for task in batch["task"]]
        pickled = [ray.cloudpickle.dumps(result) for result in results]
        return batch[["number"]].assign(result=pickled)

    def _result(self, task: Any) -> Any:
        if isinstance(self._loaded, UserError):
            return self._loaded
        try:
            return self._work(self._loaded, task)
        except UserError as error:
            return error
