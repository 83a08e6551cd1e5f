"""Many visitors at once, and what they leave behind.

Writes bench/results/load.json whole. The app is served as it ships; visitors without a browser
(bench/visitor.py) share its two cores. Each uploads a photo, turns the heat map off and on, asks
for a sample, and so on without a pause, which no person does. The time of an action runs until the
page was sent whole; it is given in seconds and as a ratio to that of one visitor alone in the same
run. Then visitors come, upload and leave, and the server's memory is compared.
"""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tqdm import tqdm

from bench.app_in_browser import served_by
from bench.visitor import visit
from geoloc_core.files import write_whole

RESULTS = Path(__file__).parent / "results" / "load.json"
ROUNDS = 3  # of what a visitor does
EARLY = 50  # uploads, after which memory is compared with that after all
PHOTOS = 24  # different ones
AT_ONCE = 4  # visitors while memory is watched
AFTER_SECONDS = 150  # from when the last has left
GOALS = {"times": {4: 2.0, 20: 6.0}, "p95_to_median": 1.5, "grown_mb": 100, "left_mb": 200}

Times = dict[str, list[float]]


def bench_load(users: list[int], uploads: int) -> None:
    """Measure, print and write."""
    with served_by() as (address, server):
        found = asyncio.run(measure(address, server.pid, users, uploads))
        found["still_running"] = server.poll() is None
    found["goals"] = GOALS
    text = json.dumps(found, indent=2) + "\n"
    write_whole(RESULTS, lambda path: path.write_text(text, encoding="utf-8"))
    print(text)


async def measure(address: str, process: int, users: list[int], uploads: int) -> dict[str, Any]:
    """All numbers."""
    await act(address, 1, 0, {})  # what is compiled or read once is not compared
    start = memory_mb(process)
    alone: Times = {}
    await act(address, ROUNDS, 1, alone)
    crowds = {}
    for count in users:
        times: Times = defaultdict(list)
        await asyncio.gather(*(act(address, ROUNDS, 2 + n, times) for n in range(count)))
        crowds[str(count)] = {
            action: {
                "median_s": round(float(np.median(each)), 2),
                "p95_s": round(float(np.quantile(each, 0.95)), 2),
                "times": round(float(np.median(each) / np.median(alone[action])), 2),
            }
            for action, each in times.items()
        }
    return {
        "alone_median_s": {k: round(float(np.median(each)), 3) for k, each in alone.items()},
        "users": crowds,
        "memory_mb": {"start": start, **await watch(address, process, uploads)},
    }


async def act(address: str, rounds: int, first: int, times: Times) -> None:
    """What one visitor does; `first` is the number of the first photo."""
    async with visit(address) as visitor:
        async with timed(times, "open"):
            await visitor.run()
        for number in range(first, first + rounds):
            content = photo(number)
            async with timed(times, "upload"):
                await visitor.upload("photo.jpg", content)
            for _ in range(2):
                async with timed(times, "switch"):
                    await visitor.switch("Heat map")
            async with timed(times, "sample"):
                await visitor.click("Surprise me")


async def watch(address: str, process: int, uploads: int) -> dict[str, int]:
    """The server's memory after few uploads, after all, and once everybody has left."""
    found = {}
    done = 0
    bar: tqdm[Any] = tqdm(total=uploads, unit=" uploads")

    async def come_and_go(first: int, count: int) -> None:
        for number in range(first, first + count):
            async with visit(address) as visitor:
                await visitor.run()
                await visitor.upload("photo.jpg", photo(number))
            bar.update()

    for name, count in (("after_few", min(EARLY, uploads)), ("after_all", uploads)):
        each, rest = divmod(count - done, AT_ONCE)
        await asyncio.gather(*(come_and_go(n, each + (n < rest)) for n in range(AT_ONCE)))
        done = count
        found[name] = memory_mb(process)
    bar.close()
    await asyncio.sleep(AFTER_SECONDS)
    return found | {
        "after_they_left": memory_mb(process),
        "few": min(EARLY, uploads),
        "all": uploads,
    }


@asynccontextmanager
async def timed(times: Times, action: str) -> AsyncIterator[None]:
    """Note how long something takes."""
    start = time.perf_counter()
    yield
    times.setdefault(action, []).append(time.perf_counter() - start)


@lru_cache(maxsize=PHOTOS)
def photo(number: int) -> bytes:
    """A photo of 12 megapixels as a JPEG file; every `PHOTOS`th is the same."""
    random = np.random.default_rng(number % PHOTOS)
    coarse = random.integers(0, 256, (24, 32, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(coarse).resize((4000, 3000), Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()


def memory_mb(process: int) -> int:
    """The resident memory of a process in MB."""
    text = Path(f"/proc/{process}/status").read_text()
    (line,) = (line for line in text.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024
