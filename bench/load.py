"""Many visitors at once, and what they leave behind.

Writes bench/results/load.json whole. The app is served as it ships; visitors without a browser
(bench/visitor.py) share its two cores. Each uploads a photo, turns the heat map off and on, asks
for a sample, and so on. The time of an action runs until the page was sent whole; it is given in
seconds and as a ratio to that of one visitor alone in the same run. First crowds act without a
pause, which no person does. Then as many look for some seconds at what they got, leave, and others
come, for minutes; the server's memory is compared early, at the end and once all have left.
"""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tqdm import tqdm

from bench.app_in_browser import served_by
from bench.visitor import visit
from geoloc_core.files import write_whole

RESULTS = Path(__file__).parent / "results" / "load.json"
ROUNDS = 3  # of what a visitor does before leaving
PAUSE = (2.0, 8.0)  # seconds for which a person looks at a page, at least and at most
EARLY = 50  # uploads, after which memory is compared with that at the end
PHOTOS = 24  # different ones
AFTER_SECONDS = 150  # from when the last has left
GOALS = {"times": {4: 2.0, 20: 6.0}, "p95_to_median": 1.5, "grown_mb": 100, "left_mb": 200}

Times = dict[str, list[float]]


def bench_load(users: list[int], minutes: float) -> None:
    """Measure, print and write."""
    photos()
    with served_by() as (address, server):
        found = asyncio.run(measure(address, server.pid, users, minutes))
        found["still_running"] = server.poll() is None
    found["goals"] = GOALS
    text = json.dumps(found, indent=2) + "\n"
    write_whole(RESULTS, lambda path: path.write_text(text, encoding="utf-8"))
    print(text)


async def measure(address: str, process: int, users: list[int], minutes: float) -> dict[str, Any]:
    """All numbers."""
    await act(address, 0, {})  # what is compiled or read once is not compared
    start = memory_mb(process)
    alone: Times = {}
    for number in range(3):
        await act(address, number, alone)
    hurried = {}
    for count in users:
        times: Times = {}
        await asyncio.gather(*(act(address, number, times) for number in range(count)))
        hurried[str(count)] = compared(times, alone)
    return {
        "alone_median_s": {k: round(float(np.median(each)), 3) for k, each in alone.items()},
        "without_pauses": hurried,
        "with_pauses": await come_and_go(address, process, max(users), minutes, alone),
        "memory_at_start_mb": start,
    }


async def come_and_go(
    address: str, process: int, count: int, minutes: float, alone: Times
) -> dict[str, Any]:
    """For some minutes so many visitors are there, each for a few photos; then nobody."""
    times: Times = {}
    memory: dict[str, int] = {}
    end = time.monotonic() + 60 * minutes
    bar: tqdm[Any] = tqdm(unit=" uploads")

    def uploaded() -> None:
        bar.update()
        if bar.n == EARLY:
            memory["early"] = memory_mb(process)

    async def one_after_the_other(number: int) -> None:
        pauses = np.random.default_rng(number)
        while time.monotonic() < end:
            await asyncio.sleep(pauses.uniform(*PAUSE))
            await act(address, number, times, lambda: float(pauses.uniform(*PAUSE)), uploaded)
            number += count

    await asyncio.gather(*(one_after_the_other(number) for number in range(count)))
    bar.close()
    memory["at_the_end"] = memory_mb(process)
    await asyncio.sleep(AFTER_SECONDS)
    memory["after_they_left"] = memory_mb(process)
    return {
        "users": count,
        "minutes": minutes,
        "pause_s": PAUSE,
        "early_uploads": EARLY,
        "actions": sum(map(len, times.values())),
        "uploads": int(bar.n),
        **compared(times, alone),
        "memory_mb": memory,
    }


async def act(
    address: str,
    number: int,
    times: Times,
    pause: Callable[[], float] = lambda: 0.0,
    uploaded: Callable[[], None] = lambda: None,
) -> None:
    """What one visitor does from coming to leaving; `number` chooses the photos."""
    async with visit(address) as visitor:
        async with timed(times, "open"):
            await visitor.run()
        for turn in range(ROUNDS):
            await asyncio.sleep(pause())
            async with timed(times, "upload"):
                await visitor.upload("photo.jpg", photos()[(number + turn) % PHOTOS])
            uploaded()
            for _ in range(2):
                await asyncio.sleep(pause())
                async with timed(times, "switch"):
                    await visitor.switch("Heat map")
            await asyncio.sleep(pause())
            async with timed(times, "sample"):
                await visitor.click("Surprise me")


def compared(times: Times, alone: Times) -> dict[str, dict[str, float]]:
    """By action the median and a high quantile in seconds; how many times that of one alone."""
    return {
        action: {
            "median_s": round(float(np.median(each)), 2),
            "p95_s": round(float(np.quantile(each, 0.95)), 2),
            "times": round(float(np.median(each) / np.median(alone[action])), 2),
        }
        for action, each in times.items()
    }


@asynccontextmanager
async def timed(times: Times, action: str) -> AsyncIterator[None]:
    """Note how long something takes."""
    start = time.perf_counter()
    yield
    times.setdefault(action, []).append(time.perf_counter() - start)


@cache
def photos() -> tuple[bytes, ...]:
    """Photos of 12 megapixels as JPEG files, made before anything is timed."""
    random = np.random.default_rng(0)
    made = []
    for _ in range(PHOTOS):
        file = io.BytesIO()
        coarse = Image.fromarray(random.integers(0, 256, (24, 32, 3), dtype=np.uint8))
        coarse.resize((4000, 3000), Image.Resampling.BICUBIC).save(file, "JPEG")
        made.append(file.getvalue())
    return tuple(made)


def memory_mb(process: int) -> int:
    """The resident memory of a process in MB."""
    text = Path(f"/proc/{process}/status").read_text()
    (line,) = (line for line in text.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024
