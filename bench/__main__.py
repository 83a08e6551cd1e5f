"""Measure on two cores: `python -m bench predict`, `stream`, `ray`, `training` and others.

`audit-power` measures how often the audit is right, not how fast.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from geoloc_core.catalogue import HONEST, SHIPPED


def main() -> None:
    """Keep to two cores, then run the benchmark that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    benchmarks = parser.add_subparsers(dest="benchmark", required=True)
    predict = benchmarks.add_parser("predict", help="one photo, beside what it is compared with")
    audit = benchmarks.add_parser("audit", help="an audit's passes, beside the bare ones it needs")
    benchmarks.add_parser("audit-power", help="how often the audit's scan finds a known leak")
    benchmarks.add_parser("start", help="a fresh process, to its first prediction")
    benchmarks.add_parser("matrix", help="the confusion matrix, drawn anew in a browser")
    benchmarks.add_parser("page", help="the Explore and Leakage pages in a browser")
    benchmarks.add_parser("training", help="a training from files, beside its bare steps")
    benchmarks.add_parser("fuzz", help="spoilt inputs of every kind, each taken or refused")
    load = benchmarks.add_parser("load", help="many visitors at once, and what they leave behind")
    load.add_argument("--users", type=int, nargs="+", default=[4, 20], help="at once")
    load.add_argument("--minutes", type=float, default=10, help="for which visitors come and go")
    stream = benchmarks.add_parser("stream", help="many photos: speed and memory")
    ray = benchmarks.add_parser("ray", help="many photos by one worker and by two")
    for benchmark in (predict, audit, stream, ray):
        benchmark.add_argument(
            "--model", default=HONEST, help=f"{', '.join(SHIPPED)} or a checkpoint's path"
        )
    audit.add_argument("--data", type=Path, required=True, help="folder of a data set")
    audit.add_argument("--images", type=int, default=200, help="audited in each round")
    for benchmark in (stream, ray):
        benchmark.add_argument(
            "--photos", type=int, default=20_000, help="whose memory is compared"
        )
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):  # before torch and OpenVINO count the cores
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])

    from geoloc_core.errors import UserError

    try:
        if arguments.benchmark == "audit":
            from bench.audit import bench_audit

            bench_audit(arguments.model, arguments.data, arguments.images)
        elif arguments.benchmark == "audit-power":
            from bench.audit_power import bench_audit_power

            bench_audit_power()
        elif arguments.benchmark == "fuzz":
            from bench.fuzz import bench_fuzz

            bench_fuzz()
        elif arguments.benchmark == "load":
            from bench.load import bench_load

            bench_load(arguments.users, arguments.minutes)
        elif arguments.benchmark == "stream":
            from bench.stream import bench_stream

            bench_stream(arguments.model, arguments.photos)
        elif arguments.benchmark == "training":
            from bench.training import bench_training

            bench_training()
        elif arguments.benchmark == "ray":
            from bench.ray import bench_ray

            bench_ray(arguments.model, arguments.photos)
        elif arguments.benchmark == "start":
            from bench.start import bench_start

            bench_start()
        elif arguments.benchmark == "matrix":
            from bench.matrix import bench_matrix

            bench_matrix()
        elif arguments.benchmark == "page":
            from bench.page import bench_page

            bench_page()
        else:
            from bench.predict import bench_predict

            bench_predict(arguments.model)
    except UserError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
