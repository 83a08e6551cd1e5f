"""docs/scale.md plans from what was measured: its figures are those of the committed result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PHOTOS, CORES = 5_000_000, 32


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def measured() -> dict:
    return json.loads((ROOT / "bench" / "results" / "ray.json").read_text(encoding="utf-8"))


def test_the_measured_figures_are_on_the_page(page: str, measured: dict) -> None:
    speed = measured["photographs_a_second_by_workers"]
    cpu = measured["cpu_ms_a_photograph_by_workers"]
    ratio = measured["two_beside_one"]["ratio"]
    more = measured["more"]
    for said in (
        f"{speed['1']} and {speed['2']} photos a second: {ratio} times",
        f"{cpu['1']} and {cpu['2']} ms",
        f"{measured['start_seconds']} s",
        f"{measured['parquet_bytes_a_photograph']:,} bytes",
        *(
            f"{each['1000']} and {each['20000']} "
            for each in (
                more["driver_peak_mb"],
                more["worker_peak_mb"],
                more["ms_a_photograph"],
            )
        ),
    ):
        assert said in page


def test_the_plan_follows_from_them(page: str, measured: dict) -> None:
    speed = measured["photographs_a_second_by_workers"]["2"] / 2
    hours = PHOTOS / speed / 3600
    answers = PHOTOS * measured["parquet_bytes_a_photograph"] / 1e9
    for said in (
        f"{hours:.0f} core-hours |",
        f"{hours / CORES:.1f} hours",
        f"{250e3 / (hours / CORES * 3600):.0f} MB a second",
        f"{16 * measured['worker_mb'] / 1024:.0f} GB on each",
        f"{answers:.0f} GB in 10,000 parts",
        f"{hours * 0.05:.2f} USD |",
        f"{(250 + answers) * 0.023:.0f} USD a month",
        f"{500 / speed:.0f} seconds of one core",
    ):
        assert said in page
