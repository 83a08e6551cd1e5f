"""A flow of asyncio's within a test."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def play(flow: Coroutine[Any, Any, T]) -> T:
    """What a flow gives; in a thread of its own, since a browser's loop may run in the tests'."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, flow).result()
