"""Measure speed on two cores: `python -m bench predict [--model NAME-OR-FILE]`."""

from __future__ import annotations

import argparse
import os


def main() -> None:
    """Keep to two cores, then run the benchmark that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("benchmark", choices=["predict"])
    parser.add_argument("--model", default="masked", help="masked, unmasked or a checkpoint's path")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):  # before torch and OpenVINO count the cores
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])

    from bench.predict import bench_predict
    from geoloc_core.model.checkpoint import CheckpointError

    try:
        bench_predict(arguments.model)
    except CheckpointError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
